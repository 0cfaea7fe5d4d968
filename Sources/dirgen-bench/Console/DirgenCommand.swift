import ArgumentParser
import DirGenAPI
import Logging

/// A command of `dirgen-bench`: arguments in, work done through the facades, an error or nothing out.
protocol DirgenCommand: AsyncParsableCommand {
    var common: CommonOptions { get }
    func execute(_ console: Console) async throws
    /// The command deals with Ctrl-C itself; otherwise the first one cancels it.
    static var handlesInterrupts: Bool { get }
}

extension DirgenCommand {
    static var handlesInterrupts: Bool { false }

    mutating func run() async throws {
        let console = common.console()
        let level: Logger.Level = common.verbose ? .debug : common.quiet ? .error : .warning
        let format = common.logFormat
        LoggingSystem.bootstrap { label in StderrLogHandler(label: label, level: level, format: format) }
        try await execute(console)
        if let lost = FileDescriptor.lost { throw CommandError(.usage, "the output could not be written: \(lost)") }
    }
}
