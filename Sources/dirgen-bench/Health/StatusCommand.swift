import ArgumentParser
import DirGenAPI
import DirGenCore

/// The command `status`: shows and resets learnt health.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show, and reset, the safety lock, breakers, limits, keys and loaded local models.",
        subcommands: [Show.self, Reset.self], defaultSubcommand: Show.self)
}

extension StatusCommand {
    struct Show: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show learnt health. Sends nothing, but asks local servers for their loaded models.")
        @OptionGroup var options: GlobalOptions
        @Flag(help: "Include closed breakers without failures, and limits that block nothing.")
        var all = false
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let status = try await common.withService(console, database: .readOnly) { try await $0.status() }
            switch options.format {
            case .json: try console.json(status.document)
            case .text: console.data(StatusPage(status, showsAll: all || common.verbose).text)
            }
        }
    }

    struct Reset: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Release the safety lock, or close breakers, after a limit was lifted or a server repaired.",
            discussion: "`keys enable` re-enables keys. Running processes see the change with their next call.")
        @OptionGroup var options: GlobalOptions
        @Flag(help: "Release the safety lock.")
        var lock = false
        @Option(
            name: .customLong("breaker"),
            help: ArgumentHelp(
                "Close the breaker of a model, or of a provider and all its models; may be repeated.", valueName: "name"
            ))
        var breakers: [String] = []
        var common: CommonOptions { options.common }

        func validate() throws {
            guard lock || !breakers.isEmpty else { throw ValidationError("give --lock, or --breaker NAME") }
        }

        func execute(_ console: Console) async throws {
            let events = try await common.withService(console, database: .readWrite) { dirgen in
                try await dirgen.reset(lock: lock, breakers: breakers)
            }
            switch options.format {
            case .json: try console.json(ChangesDocument(events.map(\.document)))
            case .text:
                console.data(events.isEmpty ? "nothing to reset" : events.map(\.description).joined(separator: "\n"))
            }
        }
    }
}
