public import ArgumentParser
import DirGenAPI
import DirGenCore
public import LLMCore

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
