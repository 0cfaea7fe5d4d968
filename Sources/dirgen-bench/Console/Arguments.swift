public import ArgumentParser
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
