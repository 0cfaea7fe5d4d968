import ArgumentParser
import DirGenAPI
import LLMCore

/// The command `cache`: shows, prunes and clears cached answers.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Show, prune and clear cached answers.",
        subcommands: [Stats.self, Prune.self, Clear.self], defaultSubcommand: Stats.self)
}

extension CacheCommand {
    struct Stats: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the cache's content, hits and savings.")
        @OptionGroup var options: GlobalOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let statistics = try await common.existingStore()?.cacheStatistics() ?? CacheStatistics()
            switch options.format {
            case .json: try console.json(CacheStatisticsDocument(statistics))
            case .text: console.data(statistics.page)
            }
        }
    }

    struct Prune: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove expired answers, those kept for stale_if_error included.")
        @OptionGroup var options: GlobalOptions
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Also remove answers unused for this long: 12h, 30d, 2w.", valueName: "age"),
            transform: NumberArgument.age)
        var unused: Age?
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let since = unused.map { TimeSource.live.wallMicroseconds() - $0.microseconds }
            let removed = try await common.existingWritableStore()?.pruneCache(unusedSince: since)
            try console.report(removed ?? RemovedEntries(), options.format)
        }
    }

    struct Clear: DirgenCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove cached answers and their counters, after a confirmation.",
            discussion: "Running processes may return answers from memory for another minute.")
        @OptionGroup var options: GlobalOptions
        @Option(help: "Remove only the answers of this task type.") var task: TaskType?
        @OptionGroup var confirmation: ConfirmationOptions
        var common: CommonOptions { options.common }

        func execute(_ console: Console) async throws {
            let store = try common.existingWritableStore()
            let statistics = try await store?.cacheStatistics() ?? CacheStatistics()
            guard let store, !statistics.isEmpty else { return try console.report(RemovedEntries(), options.format) }
            let what =
                task.map { "the cached answers of \($0)" }
                ?? "\(statistics.entries) cached answer\(statistics.entries == 1 ? "" : "s")"
            try console.confirm(.removal(of: what + " with their counters"), yes: confirmation.yes)
            let removed = try await store.clearCache(task: task)
            try console.report(removed, options.format)
        }
    }
}

extension Console {
    fileprivate func report(_ removed: RemovedEntries, _ format: OutputFormat) throws {
        switch format {
        case .json: try json(RemovedEntriesDocument(removed))
        case .text:
            data("removed \(removed.entries) answer\(removed.entries == 1 ? "" : "s"), \(removed.bytes.megabytes)")
        }
    }
}

extension CacheStatistics {
    var page: String {
        var lines = [
            "cached answers: \(entries) of at most \(limits.entries), \(bytes.megabytes) of at most \(limits.bytes.megabytes); "
                + "expired: \(expired)"
        ]
        if let oldest { lines.append("oldest answer: \(NumberText.timestamp(microseconds: oldest))") }
        guard !counts.isEmpty else { return (lines + ["no request has used the cache yet"]).joined(separator: "\n") }
        var table = TextTable([
            ("TASK", .left), ("HITS", .right), ("STALE", .right), ("MISSES", .right), ("SHARED", .right),
            ("HIT RATE", .right), ("SAVED", .right), ("", .left),
        ])
        for line in CacheStatisticsDocument(self).tasks {
            table.add([
                line.task.rawValue, String(line.hits), String(line.staleHits), String(line.misses),
                String(line.shared), line.hitRate.map { NumberText.percent($0) } ?? NumberText.unknown,
                (line.unpriced > 0 ? "≥ " : "") + NumberText.dollars(line.knownSaved),
                line.simulated ? "simulated" : "",
            ])
        }
        return (lines + [table.text]).joined(separator: "\n")
    }
}
