import BenchCore
import DirGenAPI
import DirGenCore
import LLMCore

extension ManagementAPI {
    /// The spending of live calls.
    static let spend: [APIOperation] = [
        APIOperation(
            "GET", "/api/spend",
            "Costs of live calls by day, model, provider, task, tag, virtual key or provider's key.",
            [
                .init(
                    name: "by", summary: "Property that the calls are grouped by; FOCUS charges have all of them.",
                    words: SpendGrouping.allCases.map(\.rawValue)),
                .init(
                    name: "format",
                    summary: "JSON, comma-separated text (RFC 4180), or that with the columns of FOCUS 1.2.",
                    words: ["json", "csv", "focus"]),
                .init(name: "days", summary: "Only calls of the last so many days.", range: 1...3_650),
            ], answers: [.document([SpendingDocument].self), .text(mediaType: "text/csv")]
        ) { call in
            let since =
                call["days"].flatMap { Int64($0) }
                .map { TimeSource.live.wallMicroseconds() - $0 * 86_400_000_000 }
            let log = try call.store()
            if call["format"] == "focus" {
                var charges = FocusCharges(simulated: call.dirgen.configuration.simulated)
                try await forEachCall(of: log, since: since) { charges.add($0) }
                return .text(mediaType: csv, charges.csv)
            }
            var ledger = SpendLedger(by: call["by"].flatMap(SpendGrouping.init) ?? .day)
            try await forEachCall(of: log, since: since) { ledger.add($0) }
            let groups = ledger.documents
            return call["format"] == "csv" ? .text(mediaType: csv, groups.csv) : .document(try groups.json())
        }.readingCalls()
    ]

    private static let csv = "text/csv; charset=utf-8; header=present"
    private static let page = 1_000

    /// Read page by page: a log of months does not fit in memory.
    private static func forEachCall(
        of log: any CallLog, since: Int64?, _ body: (LoggedCall) -> Void
    ) async throws {
        var last: Int64 = 0
        while true {
            let calls = try await log.liveCalls(after: last, limit: page)
            for (sequence, call) in calls {
                last = sequence
                if call.startedAt >= since ?? .min { body(call) }
            }
            guard calls.count == page else { return }
        }
    }
}
