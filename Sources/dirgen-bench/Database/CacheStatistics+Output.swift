import LLMCore
import SQLiteStore

extension CacheStatistics {
    private var sorted: [(CacheTally.Scope, CacheCounts)] {
        counts.sorted { ($0.key.simulated ? 1 : 0, $0.key.task) < ($1.key.simulated ? 1 : 0, $1.key.task) }
            .map { ($0.key, $0.value) }
    }

    var page: String {
        var lines = [
            "answers \(entries) of at most \(limits.entries), \(bytes.megabytes) of at most \(limits.bytes.megabytes), "
                + "expired \(expired)"
        ]
        if let oldest { lines.append("oldest from \(NumberText.timestamp(microseconds: oldest))") }
        guard !counts.isEmpty else { return (lines + ["no request has used it yet"]).joined(separator: "\n") }
        var table = TextTable([
            ("task", .left), ("hits", .right), ("stale", .right), ("misses", .right), ("shared", .right),
            ("hit rate", .right), ("saved", .right), ("", .left),
        ])
        for (scope, counts) in sorted {
            table.add([
                scope.task.rawValue, String(counts.hits), String(counts.staleHits), String(counts.misses),
                String(counts.shared), counts.hitRate.map { NumberText.percent($0) } ?? NumberText.unknown,
                (counts.unpriced > 0 ? "≥ " : "") + NumberText.dollars(counts.saved),
                scope.simulated ? "simulated" : "",
            ])
        }
        return (lines + [table.text]).joined(separator: "\n")
    }

    var json: JSONValue {
        [
            "entries": JSONValue(entries), "bytes": JSONValue(bytes), "max_entries": JSONValue(limits.entries),
            "max_bytes": JSONValue(limits.bytes), "expired": JSONValue(expired),
            "oldest_stored_at": oldest.map { .number(JSONNumber($0)) } ?? .null,
            "tasks": .array(
                sorted.map { scope, counts in
                    [
                        "task": .string(scope.task.rawValue), "simulated": .bool(scope.simulated),
                        "hits": JSONValue(counts.hits), "stale_hits": JSONValue(counts.staleHits),
                        "misses": JSONValue(counts.misses), "shared": JSONValue(counts.shared),
                        "hit_rate": counts.hitRate.map { JSONValue($0) } ?? .null,
                        "saved_usd": counts.unpriced > 0 ? .null : JSONValue(counts.saved),
                        "known_saved_usd": JSONValue(counts.saved), "unpriced": JSONValue(counts.unpriced),
                    ]
                }),
        ]
    }
}

extension CacheCounts {
    /// Of all questions, the share that needed no call of its own.
    fileprivate var hitRate: Double? {
        let all = hits + misses + shared
        return all == 0 ? nil : Double(hits + shared) / Double(all)
    }
}
