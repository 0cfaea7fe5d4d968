import ArgumentParser
import BenchCore
import DirGenAPI
import LLMCore

/// The command `db`: backs up, checks and prunes the database.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Back up, check and prune the database.",
        subcommands: [Backup.self, Check.self, Prune.self])
}

extension DatabaseCommand {
    struct Backup: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the database into a new file, while other processes use it.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "New file to write.", transform: TextArgument.file) var file: String

        func execute(_ console: Console) async throws {
            try await common.requiredWritableStore().backup(to: file)
            console.say("wrote \(file)")
        }
    }

    struct Check: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the file, its references and the rules of this program; exit 1 on a problem.")
        @OptionGroup var options: GlobalOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let store = try common.requiredStore()
            let check = try await store.check()
            switch options.format {
            case .json: try console.json(StoreCheckDocument(check, path: store.location))
            case .text: console.data(check.page(path: store.location))
            }
            if !check.problems.isEmpty { throw ExitCode(CommandError.Code.failures.rawValue) }
        }
    }

    struct Prune: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove old runs and release their disk space, after a confirmation.",
            discussion: """
                Keeps unfinished runs, and the runs from which the newest table of a task was derived. With --older-than it \
                also removes live calls, replaced tables, learnt health and cached answers of that age.
                """)
        @OptionGroup var options: GlobalOptions
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Remove what is older than this: 30d, 12h, 2w.", valueName: "age"),
            transform: NumberArgument.age) var olderThan: Age?
        @Option(
            parsing: .unconditional, help: "Remove all runs but this number of newest ones.",
            transform: NumberArgument.whole(0...1_000_000_000))
        var keep: Int?
        @Flag(help: "Print what would be removed; remove nothing.") var dryRun = false
        @OptionGroup var confirmation: ConfirmationOptions
        var common: CommonOptions { options.common }

        func validate() throws {
            guard (olderThan == nil) != (keep == nil) else {
                throw ValidationError("give either --older-than or --keep")
            }
        }

        func execute(_ console: Console) async throws {
            let store = try common.requiredWritableStore()
            let now = TimeSource.live.wallMicroseconds()
            let rule = keep.map(PruneRule.keepRuns) ?? .olderThan(now - (olderThan?.microseconds ?? 0))
            let plan = try await store.prune(rule, dryRun: true)
            guard !dryRun, !plan.isEmpty else { return try emit(plan, removed: false, console) }
            if options.format == .text { console.say(plan.page(removed: false)) }
            try console.confirm(.removal(of: "the data listed above"), yes: confirmation.yes)
            try emit(try await store.prune(rule, dryRun: false), removed: true, console)
        }

        private func emit(_ data: PrunedData, removed: Bool, _ console: Console) throws {
            switch options.format {
            case .json: try console.json(PruneDocument(data, removed: removed))
            case .text: console.data(data.page(removed: removed))
            }
        }
    }
}

extension StoreCheck {
    func page(path: String) -> String {
        let counts =
            "runs \(runs), trials \(trials), calls \(calls), attempts \(attempts), selection tables \(tables), "
            + "health states \(healthStates), cached answers \(cacheEntries)"
        var lines = ["\(path): version \(version), \(bytes.megabytes), \(counts)"]
        lines += notes.map { "note: \($0)" }
        lines += problems.map { "broken: \($0.rule): \($0.detail)" }
        lines.append(problems.isEmpty ? "sound" : "problems: \(problems.count)")
        return lines.joined(separator: "\n")
    }
}

extension PrunedData {
    func page(removed: Bool) -> String {
        var lines = runs.isEmpty ? [] : [RunOverview.table(runs)]
        if !kept.isEmpty {
            lines.append(
                "kept, because a table in use was derived from them: \(kept.map(\.rawValue).joined(separator: ", "))")
        }
        let trials = runs.reduce(0) { $0 + $1.trials }
        let what =
            "runs \(runs.count), trials \(trials), live calls \(liveCalls), replaced tables \(tables), "
            + "health states \(healthStates), cached answers \(cacheEntries)"
        if removed {
            lines.append("removed: \(what); the file went from \(bytesBefore.megabytes) to \(bytesAfter.megabytes)")
        } else {
            lines.append(isEmpty ? "nothing to remove" : "would remove: \(what)")
        }
        return lines.joined(separator: "\n")
    }
}

extension Int {
    var megabytes: String { NumberText.fixed(Double(self) / 1e6, 1) + " MB" }
}
