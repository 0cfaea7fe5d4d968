import ArgumentParser
import DirGenAPI
import DirGenCore
import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The command line of the bench and of the service. Commands turn arguments into calls; what is worth a test lives in the libraries.
@main struct DirgenBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirgen-bench",
        abstract: "Find the best language model for each task, and send prompts to it.",
        discussion: """
            Replays prompt datasets across providers, records latency, cost and quality, derives a selection table, and \
            sends prompts to the model that the table chooses.

            Exit codes: 0 ok; 1 trials failed above the limit; 2 usage, configuration or input; 3 inconclusive; 4 budget stop; \
            5 provider unusable; 130 interrupted.
            """,
        version: DirGenVersion.current,
        subcommands: [
            RunCommand.self,
            ResumeCommand.self,
            ReportCommand.self,
            GradeCommand.self,
            JudgeCommand.self,
            AskCommand.self,
            SelectCommand.self,
            TableCommand.self,
            ImportCommand.self,
            DatasetsCommand.self,
            DoctorCommand.self,
            StatusCommand.self,
            KeysCommand.self,
            ModelsCommand.self,
            PricesCommand.self,
            WhyCommand.self,
            LogCommand.self,
            ReplayCommand.self,
            RunsCommand.self,
            DatabaseCommand.self,
            CacheCommand.self,
            ServeCommand.self,
            SimulateCommand.self,
        ])

    static func main() async {
        FileDescriptor.occupyClosed()
        let (parsed, announce) = AsyncStream<any ParsableCommand.Type>.makeStream()
        let work = Task {
            defer { announce.finish() }
            try Arguments.requireText()
            try Arguments.requireKnownCommand(of: Self.self)
            let command = try parseAsRoot()
            announce.yield(type(of: command))
            announce.finish()
            try await perform(command)
        }
        var interrupts: Interrupts?
        for await command in parsed where (command as? any DirgenCommand.Type)?.handlesInterrupts != true {
            interrupts = Interrupts { work.cancel() }
        }
        do {
            try await work.value
        } catch {
            ExitReport(error).leave()
        }
        interrupts?.stop()
    }

    private static func perform(_ parsed: any ParsableCommand) async throws {
        var command = parsed
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }
}

/// The message and exit code of an error: the one mapping from errors to exit codes.
struct ExitReport {
    let code: Int32
    /// Help and version, which were asked for.
    let standardOutput: String
    let standardError: String

    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self.init(error)
        case let error as any CodedError: self.init(CommandError(error))
        case is CancellationError: self.init(code: CommandError.Code.interrupted.rawValue, error: "interrupted")
        default: self.init(parserError: error)
        }
    }

    private init(_ error: CommandError) {
        let hint = error.hint.map { "\nhint: \($0)" } ?? ""
        self.init(code: error.code.rawValue, error: "error: \(error.message)\(hint)")
    }

    private init(parserError error: any Error) {
        let status = DirgenBench.exitCode(for: error)
        // The parser writes its own with a capital.
        let message = DirgenBench.fullMessage(for: error)
        let text = message.hasPrefix("Error: ") ? "e" + message.dropFirst() : message
        switch status {
        case .success: self.init(code: 0, output: text)
        // An exit code that a command threw itself comes without text.
        case let status where text.isEmpty: self.init(code: status.rawValue)
        // The parser's own 64, and errors that nothing maps: the command could not do what was asked.
        default: self.init(code: CommandError.Code.usage.rawValue, error: text)
        }
    }

    private init(code: Int32, output: String = "", error: String = "") {
        self.code = code
        standardOutput = output
        standardError = TerminalText.safe(error)
    }

    func leave() -> Never {
        if !standardOutput.isEmpty { FileDescriptor.standardOutput.write(standardOutput + "\n") }
        if !standardError.isEmpty { FileDescriptor.standardError.write(standardError + "\n") }
        exit(code)
    }
}
