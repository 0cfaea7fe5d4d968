public import ArgumentParser
import DirGenAPI
import DirGenCore
public import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension USD: ExpressibleByArgument {
    /// A decimal such as `0.25`.
    public init?(argument: String) { self.init(argument) }
}

extension TaskType: ExpressibleByArgument {
    public init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        self.init(argument)
    }
}

/// A time on the command line: `30`, `30s`, `250ms` or `5m`.
struct TimeArgument: ExpressibleByArgument, Sendable {
    let duration: Duration
    public init?(argument: String) {
        guard let duration = Duration(configured: argument), duration > .zero else { return nil }
        self.duration = duration
    }
}

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
}

/// Numbers on the command line. What is none, or out of range, is refused with what was expected.
///
/// Their options are parsed unconditionally: else `-1` would be taken for another option, and the value said to be missing.
enum NumberArgument {
    @Sendable static func dollars(_ text: String) throws -> USD {
        try value(USD(text), "an amount is a number of dollars, not below zero, such as 0.25") { $0 >= .zero }
    }

    @Sendable static func share(_ text: String) throws -> Double {
        try value(Double(text), "a share is a number from 0 to 1, such as 0.05") { (0...1).contains($0) }
    }

    @Sendable static func milliseconds(_ text: String) throws -> Double {
        try value(Double(text), "it is a number of milliseconds above 0") { $0 > 0 && $0.isFinite }
    }

    @Sendable static func seconds(_ text: String) throws -> Double {
        try value(Double(text), "it is a number of seconds above 0, and below a million") { $0 > 0 && $0 < 1e6 }
    }

    @Sendable static func temperature(_ text: String) throws -> Double {
        try value(Double(text), "it is a number from 0 to 2") { (0...2).contains($0) }
    }

    @Sendable static func factor(_ text: String) throws -> Double {
        try value(Double(text), "it is a number from 0 to 100") { (0...100).contains($0) }
    }

    @Sendable static func scale(_ text: String) throws -> Double {
        try value(Double(text), "it is a number, not below zero") { $0 >= 0 && $0.isFinite }
    }

    @Sendable static func seed(_ text: String) throws -> UInt64 {
        try value(UInt64(text), "a seed is a whole number, not below zero")
    }

    @Sendable static func port(_ text: String) throws -> Int {
        try value(Int(text), "a port is a whole number from 0 to 65535") { (0...65_535).contains($0) }
    }

    /// A whole number of 1 or more.
    @Sendable static func positive(_ text: String) throws -> Int {
        try value(Int(text), "it is a whole number of at least 1") { $0 >= 1 }
    }

    /// A whole number of 0 or more.
    @Sendable static func count(_ text: String) throws -> Int {
        try value(Int(text), "it is a whole number, not below zero") { $0 >= 0 }
    }

    @Sendable static func time(_ text: String) throws -> TimeArgument {
        try value(TimeArgument(argument: text), "a time is above zero and at most a day: 250ms, 30s, 5m, 2h")
    }

    @Sendable static func keepAlive(_ text: String) throws -> KeepAliveArgument {
        try value(KeepAliveArgument(argument: text), "it is a time above zero, such as 10m, or forever")
    }

    @Sendable static func age(_ text: String) throws -> Age {
        try value(
            Age(argument: text), "an age is a whole number of hours, days or weeks, not below zero: 12h, 30d, 2w")
    }

    /// Returns the parsed value when it is valid.
    private static func value<Value>(
        _ read: Value?, _ expected: String, where isFine: (Value) -> Bool = { _ in true }
    ) throws -> Value {
        guard let read, isFine(read) else { throw ValidationError(expected) }
        return read
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
    static func bytes(_ path: String) throws -> [UInt8] {
        let bytes =
            path == "-"
            ? FileDescriptor.standardInput.readAll() : FileManager.default.contents(atPath: path).map { Array($0) }
        guard let bytes else { throw CommandError(.usage, "\(path): cannot be read") }
        return bytes
    }
}
