import ArgumentParser
import BenchCore
import DirGenAPI
import DirGenBench
import LLMCore

/// The command `table`: selection tables, from the evidence to a file that anyone can verify.
struct TableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Derive, show, export and verify selection tables.",
        subcommands: [
            Derive.self, Show.self, History.self, Diff.self, Pin.self, Unpin.self, Export.self, Import.self,
            Verify.self, Replay.self, Evaluate.self,
        ])
}

extension TableCommand {
    struct Derive: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Derive selection tables from runs and imported results, and keep them.",
            discussion: """
                Of each task, the newest complete run or the dataset imported last. The new tables are the ones in use, unless \
                one is pinned.
                """)
        @OptionGroup var options: GlobalOptions
        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("Runs or imported datasets to derive from.", valueName: "run|dataset"),
            transform: TextArgument.name)
        var from: [String] = []
        @Option(help: "Only this task.") var task: TaskType?
        @Option(
            parsing: .unconditional, help: "Seed of the draws from imported results; a run has its own.",
            transform: NumberArgument.seed)
        var seed: UInt64 = 1
        @Flag(help: "Count unfinished and limited runs too.") var partial = false
        @Flag(help: "Print the tables; keep nothing.") var dryRun = false
        @OptionGroup(title: "Constraints") var constraints: ConstraintOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let tables = SelectionTables(store: try common.requiredWritableStore())
            let derived = try await tables.derive(
                .init(
                    sources: from, task: task,
                    constraints: SelectionConstraints().overridden(by: constraints.overrides),
                    simulated: common.simulate, includePartial: partial, seed: seed))
            for table in derived { try constraints.check(timeScale: table.table.timeScale) }
            if derived.isEmpty {
                throw CommandError(
                    .usage, "there is no evidence to derive a table from",
                    hint: "`dirgen-bench run` or `dirgen-bench import results` brings some")
            }
            if !dryRun {
                try await tables.save(derived)
                try await warnOfPins(tables, derived, console)
            }
            let rows = derived.map { DerivedTablesDocument.Row($0.table, $0.choice) }
            switch options.format {
            case .json: try console.json(DerivedTablesDocument(rows: rows))
            case .text:
                for (row, table) in zip(rows, derived) { console.data(row.page(worth: table.choice.worth)) }
            }
        }

        private func warnOfPins(
            _ tables: SelectionTables, _ derived: [SelectionTables.Derived], _ console: Console
        ) async throws {
            let stored = try await tables.storedTables()
            for table in derived.map(\.table) {
                guard let pinned = stored.pinned(for: table.task, simulated: table.simulated), pinned.id != table.id
                else { continue }
                console.warn("\(table.task) is pinned to \(pinned.id); `table unpin \(table.task)` uses the new table")
            }
        }
    }

    struct Show: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a table: its choice, all models, and which would be chosen as quality is worth more.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Table: a task, an identifier or a prefix of it.", transform: TextArgument.name) var table:
            String
        @OptionGroup(title: "Constraints") var constraints: ConstraintOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let tables = SelectionTables(store: try common.requiredStore())
            let stored = try await tables.find(table, simulated: common.simulate)
            let table = try await tables.table(stored)
            try constraints.check(timeScale: table.timeScale)
            let choice = table.choose(table.defaults.overridden(by: constraints.overrides))
            let document = TableDetailDocument(stored, table, choice)
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
        }
    }

    struct History: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "List stored tables, newest first.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Only this task.") var task: TaskType?
        @Option(
            parsing: .unconditional, help: "Maximum number of tables.", transform: NumberArgument.whole(1...1_000_000))
        var limit = 20
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let documents = try await history()
            switch options.format {
            case .json: try console.json(documents)
            case .text where documents.isEmpty:
                console.say("no tables\(task.map { " of \($0)" } ?? "") in \(try common.databasePath())")
            case .text: console.data(StoredTableDocument.table(documents))
            }
        }

        private func history() async throws -> [StoredTableDocument] {
            guard let store = try common.existingStore() else { return [] }
            let tables = SelectionTables(store: store)
            var documents: [StoredTableDocument] = []
            let stored = try await tables.storedTables().filter { task == nil || $0.task == task }
            for entry in stored.prefix(limit) {
                let table = try await tables.table(entry)
                documents.append(StoredTableDocument(entry, .init(table, table.choose(nil))))
            }
            return documents
        }
    }

    struct Diff: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what changed from one table to another.",
            discussion: "With a task alone, from the table before to the newest one.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Older table, or a task.", transform: TextArgument.name) var from: String
        @Argument(help: "Newer table.", transform: TextArgument.name) var to: String?
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let tables = SelectionTables(store: try common.requiredStore())
            let (old, new) = try await pair(tables)
            guard old.task == new.task else {
                throw CommandError(.usage, "\(old.id) is of \(old.task), \(new.id) of \(new.task)")
            }
            let document = TableDiffDocument(
                from: try await tables.table(old), to: try await tables.table(new))
            switch options.format {
            case .json: try console.json(document)
            case .text: console.data(document.page)
            }
        }

        private func pair(_ tables: SelectionTables) async throws -> (StoredTable, StoredTable) {
            if let to {
                return (
                    try await tables.find(from, simulated: common.simulate),
                    try await tables.find(to, simulated: common.simulate)
                )
            }
            let history = try await tables.storedTables().tables(of: TaskType(from), simulated: common.simulate)
            guard history.count > 1 else {
                throw CommandError(.usage, "there are no two tables of a task '\(from)'")
            }
            return (history[1], history[0])
        }
    }

    struct Pin: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep a table in use, whatever is derived later.")
        @OptionGroup var common: CommonOptions
        @Argument(
            help: "Table: an identifier or a prefix of it, or the task whose table stays.", transform: TextArgument.name
        )
        var table: String

        func execute(_ console: Console) async throws {
            let tables = SelectionTables(store: try common.requiredWritableStore())
            let stored = try await tables.find(table, simulated: common.simulate)
            try await tables.pin(stored)
            console.say("pinned \(stored.id) for \(stored.task)")
        }
    }

    struct Unpin: DirgenCommand {
        static let configuration = CommandConfiguration(abstract: "Use a task's newest table again.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Task type.") var task: TaskType

        func execute(_ console: Console) async throws {
            let tables = SelectionTables(store: try common.requiredWritableStore())
            let stored = try await tables.storedTables().tables(of: task, simulated: common.simulate)
            guard let pinned = stored.first(where: \.isPinned) else {
                return console.say("no table of \(task) is pinned")
            }
            try await tables.unpin(task, simulated: pinned.simulated)
            console.say("\(task) uses its newest table")
        }
    }
}
