public import ArgumentParser
import DirGenAPI
import DirGenCore
public import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The command line as it was given.
enum Arguments {
    /// Refuses arguments that are not UTF-8: they would be replaced silently, and another file opened than was meant.
    static func requireText() throws {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else {
                continue
            }
            throw CommandError(
                .usage, "argument \(index) is not valid UTF-8",
                hint: "write it in UTF-8, or put it into a file or a pipe that is")
        }
    }

    /// Refuses a command that does not exist, and suggests a name: the parser would call it an unexpected argument.
    static func requireKnownCommand(
        of root: any ParsableCommand.Type, _ words: some Sequence<String> = CommandLine.arguments.dropFirst()
    ) throws {
        var command = root
        var path = root._commandName
        for word in words {
            let children = command.configuration.subcommands
            guard !children.isEmpty, !word.hasPrefix("-") else { return }
            if let child = children.first(where: { names(of: $0).contains(word) }) {
                command = child
                path += " " + word
                continue
            }
            guard command != root || word != "help" else { return }
            throw CommandError(
                .usage, "'\(path)' has no command '\(word)'",
                hint: Suggestion.hint(for: word, among: children.flatMap(names(of:))) ?? "`\(path) --help` lists them")
        }
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }
}

/// Texts on the command line. An empty one comes from a variable that is not set, and would be taken for something else: for
/// every model, or for the current folder.
enum TextArgument {
    @Sendable static func file(_ text: String) throws -> String { try value(text, "a file name") }

    @Sendable static func folder(_ text: String) throws -> String { try value(text, "a folder name") }

    @Sendable static func name(_ text: String) throws -> String { try value(text, "a name") }

    private static func value(_ text: String, _ expected: String) throws -> String {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("expected \(expected), found an empty text")
        }
        return text
    }
}

/// Numbers on the command line. A text that is no number, or one out of range, is refused with what was expected.
///
/// Their options are parsed unconditionally: else `-1` would be taken for another option, and the value said to be missing.
enum NumberArgument {
    /// A whole number within a range. Every one has an upper limit: products of counts must not overflow.
    static func whole(_ range: ClosedRange<Int>) -> @Sendable (String) throws -> Int {
        { text in
            try value(Int(text), "a whole number from \(range.lowerBound) to \(range.upperBound)") {
                range.contains($0)
            }
        }
    }

    @Sendable static func dollars(_ text: String) throws -> USD {
        try value(USD(text), "an amount in dollars from 0 to 9000000, such as 0.25") {
            (.zero...USD(pico: 9_000_000 * USD.picoPerDollar)).contains($0)
        }
    }

    @Sendable static func share(_ text: String) throws -> Double {
        try value(Double(text), "a share from 0 to 1, such as 0.05") { (0...1).contains($0) }
    }

    @Sendable static func milliseconds(_ text: String) throws -> Double {
        try value(Double(text), "a number of milliseconds above 0, such as 8000") { $0 > 0 && $0.isFinite }
    }

    @Sendable static func seconds(_ text: String) throws -> Double {
        try value(Double(text), "a number of seconds from 0.001 to 1000000") { (0.001...1_000_000).contains($0) }
    }

    @Sendable static func temperature(_ text: String) throws -> Double {
        try value(
            Double(text), ParameterRule<Double>.temperature.expected, where: ParameterRule<Double>.temperature.allows)
    }

    @Sendable static func outputTokens(_ text: String) throws -> Int {
        try value(
            Int(text), ParameterRule<Int>.maxOutputTokens.expected, where: ParameterRule<Int>.maxOutputTokens.allows)
    }

    @Sendable static func factor(_ text: String) throws -> Double {
        try value(Double(text), "a factor from 0 to 100, such as 0.05, none below 0.0001 but 0") {
            $0 == 0 || (0.0001...100).contains($0)
        }
    }

    @Sendable static func seed(_ text: String) throws -> UInt64 {
        try value(UInt64(text), "a whole number from 0 to \(UInt64.max)")
    }

    @Sendable static func time(_ text: String) throws -> TimeArgument {
        try value(TimeArgument(argument: text), "a time above zero and at most a day: 250ms, 30s, 5m, 2h")
    }

    @Sendable static func keepAlive(_ text: String) throws -> KeepAliveArgument {
        try value(KeepAliveArgument(argument: text), "a time above zero and at most a day, such as 10m, or forever")
    }

    @Sendable static func age(_ text: String) throws -> Age {
        try value(Age(argument: text), "an age in whole hours, days or weeks: 12h, 30d, 2w")
    }

    /// Returns the parsed value when it is valid.
    private static func value<Value>(
        _ read: Value?, _ expected: String, where isFine: (Value) -> Bool = { _ in true }
    ) throws -> Value {
        guard let read, isFine(read) else { throw ValidationError("expected \(expected)") }
        return read
    }
}

extension TaskType: ExpressibleByArgument {
    public init?(argument: String) {
        guard argument.contains(where: { !$0.isWhitespace }) else { return nil }
        self.init(argument)
    }
}

extension VirtualKey.Role: ExpressibleByArgument {}

/// A time on the command line: `30`, `30s`, `250ms` or `5m`.
struct TimeArgument: ExpressibleByArgument, Sendable {
    let duration: Duration

    init?(argument: String) {
        guard let duration = Duration(configured: argument), duration > .zero else { return nil }
        self.duration = duration
    }
}

/// A span of time as people write it: a number and h, d or w.
struct Age: ExpressibleByArgument, Sendable {
    let microseconds: Int64

    init?(argument: String) {
        let hours: [Character: Int64] = ["h": 1, "d": 24, "w": 168]
        guard let unit = argument.last.flatMap({ hours[$0] }), let count = Int64(argument.dropLast()), count >= 0,
            count <= 1_000_000
        else { return nil }
        microseconds = count * unit * 3_600_000_000
    }
}

/// A time, or `forever`.
struct KeepAliveArgument: ExpressibleByArgument, Sendable {
    let value: KeepAlive

    init?(argument: String) {
        if argument == "forever" {
            value = .forever
        } else if let time = TimeArgument(argument: argument) {
            value = .after(time.duration)
        } else {
            return nil
        }
    }
}

/// A file named on the command line; `-` is standard input.
enum InputFile {
    /// The name of a file in messages.
    static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

    /// The bytes of a file.
    ///
    /// - Throws: ``CommandError`` with the reason for which it cannot be read.
    static func bytes(_ path: String) throws -> [UInt8] {
        let bytes =
            path == "-"
            ? FileDescriptor.standardInput.readAll() : WholeFile.bytes(path)
        guard let bytes else { throw CommandError(.usage, "\(name(path)): \(obstacle(path))") }
        return bytes
    }

    /// The text of a file in UTF-8.
    static func text(_ path: String) throws -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self) else {
            throw CommandError(.usage, "\(name(path)): not UTF-8")
        }
        return text
    }

    private static func obstacle(_ path: String) -> String {
        guard path != "-" else { return "cannot be read" }
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return "no such file" }
        return isDirectory ? "is a directory, expected a file" : "cannot be read; check its permissions"
    }
}
