import ArgumentParser
import DirGenCore

/// The command line of the bench and of the service. Commands turn arguments into calls; what is worth testing lives elsewhere.
@main struct DirgenBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirgen-bench",
        abstract: "Find the best language model for each task, and ask it.",
        discussion: """
            Replays prompt datasets across providers, records latency, cost and quality, derives a selection table, and \
            answers questions with the model the table names.

            Exit codes: 0 ok; 1 trials failed above the limit; 2 usage, configuration or input; 3 inconclusive; 4 budget stop; \
            5 provider unusable; 130 interrupted.
            """,
        version: DirGenVersion.current,
        subcommands: [
            RunCommand.self,
            ReportCommand.self,
            AskCommand.self,
            SelectCommand.self,
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
            SimulateCommand.self,
        ])

    static func main() async {
        FileDescriptor.occupyClosed()
        let (parsed, announce) = AsyncStream<any ParsableCommand.Type>.makeStream()
        let work = Task {
            defer { announce.finish() }
            try Arguments.requireText()
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
