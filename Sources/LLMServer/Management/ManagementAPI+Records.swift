import BenchCore
import DirGenAPI
import DirGenCore
import LLMCore

extension ManagementAPI {
    // MARK: Money

    static let money: [APIOperation] = [
        APIOperation(
            "GET", "/api/prices", "Prices of models, in USD per million tokens.",
            [.init(name: "provider", summary: "Only this provider.")]
        ) { call in
            let prices = call.dirgen.configuration.prices
            let models = prices.models.filter { price in
                call["provider"].map { price.model.provider == ProviderID($0) } ?? true
            }
            return PriceListDocument(version: prices.version, models: models)
        },
        APIOperation(
            "POST", "/api/estimate", "The cost of given tokens at a model, now.", request: OpenAPI.estimateSchema
        ) { call in
            let asked = try call.read(EstimateRequestDocument.self)
            guard asked.inputTokens >= 0, asked.outputTokens >= 0,
                (0...asked.inputTokens).contains(asked.cachedTokens ?? 0)
            else { throw APIError(.invalidInput, "tokens: expected counts from 0, the cached ones part of the input") }
            let model = try call.model(named: asked.model)
            let usage = UsageReading(
                raw: .null,
                tokens: TokenUsage(
                    promptTokens: asked.inputTokens, cacheReadTokens: asked.cachedTokens,
                    outputTokens: asked.outputTokens))
            let quote = call.dirgen.configuration.prices.quote(
                model: model, usage: usage, at: TimeSource.live.wallMicroseconds(), context: [:])
            return EstimateDocument(model: model, cost: quote.reading)
        },
        APIOperation(
            "GET", "/api/spending", "Costs of live calls by day, model, provider or task.",
            [
                .init(name: "by", summary: "What the calls are grouped by.", words: Grouping.allCases.map(\.rawValue)),
                .init(name: "days", summary: "Only calls of the last so many days.", range: 1...3_650),
            ]
        ) { call in
            let grouping = call["by"].flatMap(Grouping.init) ?? .day
            let since =
                call["days"].flatMap { Int64($0) }
                .map { TimeSource.live.wallMicroseconds() - $0 * 86_400_000_000 }
            return try await spending(of: call.store(), by: grouping, since: since)
        },
        APIOperation("GET", "/api/cache", "Cached answers: content, hits and savings.") { call in
            CacheStatisticsDocument(try await call.store().cacheStatistics())
        },
        APIOperation(
            "DELETE", "/api/cache", "Remove cached answers and their counters.",
            [.init(name: "task", summary: "Only the answers of this task.")]
        ) { call in
            RemovedEntriesDocument(try await call.store().clearCache(task: call["task"].map { TaskType($0) }))
        },
    ]

    /// The property of calls that spending is grouped by.
    private enum Grouping: String, CaseIterable {
        case day, model, provider, task

        func group(_ call: LoggedCall) -> String {
            switch self {
            case .day: String(RFC3339.text(call.startedAt).prefix(10))
            case .model: call.model?.description ?? "none"
            case .provider: call.model?.provider.rawValue ?? "none"
            case .task: call.task?.rawValue ?? "none"
            }
        }
    }

    private static let page = 1_000

    /// Read page by page: a log of months does not fit in memory.
    private static func spending(
        of log: any CallLog, by grouping: Grouping, since: Int64?
    ) async throws -> [SpendingDocument] {
        var groups: [String: SpendingDocument] = [:]
        var last: Int64 = 0
        while true {
            let calls = try await log.liveCalls(after: last, limit: page)
            for (sequence, call) in calls {
                last = sequence
                guard call.startedAt >= since ?? .min else { continue }
                let group = grouping.group(call)
                let key = "\(group) \(call.simulated)"
                groups[key, default: SpendingDocument(group: group, simulated: call.simulated)].add(call.totalCost)
            }
            guard calls.count == page else { break }
        }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: Records

    static let records: [APIOperation] = [
        APIOperation(
            "GET", "/api/calls", "Live calls in the order they began: the newest, or those after one.",
            [
                .init(name: "limit", summary: "Maximum number of calls.", range: 1...1_000),
                .init(name: "after", summary: "Only calls after this sequence number.", range: 0...Int.max),
            ]
        ) { call in
            try await call.store().liveCalls(
                after: call["after"].flatMap { Int64($0) }, limit: call.number("limit", default: 20)
            ).map { LoggedCallDocument($0.call) }
        },
        APIOperation(
            "GET", "/api/decisions/{id}", "A call: candidates, attempts, waits and costs.",
            [.init(name: "id", isInPath: true, summary: "identifier, a prefix of it, or latest")]
        ) { call in
            guard let found = try await call.store().call(matching: call["id"] ?? "") else {
                throw APIError(.unknownCall, "there is no call '\(call["id"] ?? "")'")
            }
            return LoggedCallDocument(found)
        },
    ]
}
