import ArgumentParser
import BenchCore
import DirGenAPI
import LLMCore

/// The command `runs`: lists, shows, removes and exports runs.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List, show, remove and export runs.",
        subcommands: [List.self, Show.self, Remove.self, Export.self], defaultSubcommand: List.self)
}

extension RunsCommand {
    struct List: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "List the newest runs, one a line.")
        @OptionGroup var options: GlobalOptions
        @Option(parsing: .unconditional, help: "Maximum number.", transform: NumberArgument.positive) var limit = 20
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let runs = try await common.existingStore()?.overviews(limit: limit) ?? []
            switch options.format {
            case .json: try console.json(runs.map(\.document))
            case .text where runs.isEmpty: console.say("no runs in \(try common.databasePath())")
            case .text: console.data(RunOverview.table(runs))
            }
        }
    }

    struct Show: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "Show one run: its plan, and its models' figures.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "A run, the beginning of its name, or `latest`.") var run: String
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let store = try common.requiredStore()
            let overview = try await store.overview(of: store.requiredRun(run).id)
            let figures = try await store.figures(of: overview.run.id)
            switch options.format {
            case .json: try console.json(overview.detail(figures))
            case .text: console.data(overview.page(figures))
            }
        }
    }

    struct Remove: DirgenCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Remove runs with their trials and answers; tables derived from them stay.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Runs, the beginnings of their names, or `latest`.") var runs: [String]
        @Flag(help: "Include unfinished runs.") var force = false
        @Flag(help: "Do not ask.") var yes = false

        func execute(_ console: Console) async throws {
            let store = try common.requiredWritableStore()
            var found: [RunOverview] = []
            for name in runs { found.append(try await store.overview(of: store.requiredRun(name).id)) }
            if !force, let open = found.first(where: { $0.run.status == .running }) {
                throw CommandError(
                    .usage, "run \(open.run.id) has not finished",
                    hint: "--force removes it all the same")
            }
            console.say(RunOverview.table(found))
            try console.confirm("Remove \(found.count == 1 ? "this run" : "these runs")?", yes: yes)
            for overview in found { try await store.delete(overview.run.id, unfinished: force) }
            console.say("removed, with trials: \(found.reduce(0) { $0 + $1.trials })")
        }
    }

    struct Export: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Export a run as lines of JSON, with definitions.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "A run, the beginning of its name, or `latest`.") var run: String
        @Option(name: .shortAndLong, help: "A new file; else standard output.") var output: String?

        func execute(_ console: Console) async throws {
            let store = try common.requiredStore()
            let id = try await store.requiredRun(run).id
            if let output { return try await store.export(id, to: output) }
            for try await lines in store.export(id) {
                for line in lines { console.data(line) }
            }
        }
    }
}
