import DirGenAPI
import LLMCore

extension CacheStatistics {
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
