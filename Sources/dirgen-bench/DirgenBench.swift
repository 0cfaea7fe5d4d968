import ArgumentParser
import DirGenCore

/// The command line of the bench and of the service. Commands turn arguments into calls; what is worth testing lives elsewhere.
@main struct DirgenBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dirgen-bench",
        abstract: "Finds out which language model to use for which task, and asks it.",
        discussion: """
            Replays prompt datasets across providers, records latency, cost and quality, derives a selection table, and \
            answers questions with the model the table names.

            Exit codes: 0 ok; 1 trials failed above the limit; 2 usage, configuration or input; 3 inconclusive; 4 budget stop; \
            5 provider unusable; 130 interrupted.
            """,
        version: DirGenVersion.current,
        subcommands: [SimulateCommand.self])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            ExitReport(error).leave()
        }
    }
}
