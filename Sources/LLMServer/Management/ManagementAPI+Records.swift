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

    // MARK: Records

    static let records: [APIOperation] = [
        APIOperation(
            "GET", "/api/calls", "Live calls in the order they began: the newest, or those after one.",
            [
                .init(name: "limit", summary: "Maximum number of calls.", range: 1...1_000),
                .init(
                    name: "after", summary: "Only calls after this sequence number.", range: 0...9_007_199_254_740_991),
            ]
        ) { call in
            try await call.store().liveCalls(
                after: call["after"].flatMap { Int64($0) }, limit: call.number("limit", default: 20)
            ).map { LoggedCallDocument($0.call) }
        }.readingCalls(),
        APIOperation(
            "GET", "/api/decisions/{id}", "A call: candidates, attempts, waits and costs.",
            [.init(name: "id", isInPath: true, summary: "identifier, a prefix of it, or latest")]
        ) { call in
            guard let found = try await call.store().call(matching: call["id"] ?? "") else {
                throw APIError(.unknownCall, "there is no call '\(call["id"] ?? "")'")
            }
            return LoggedCallDocument(found)
        }.readingCalls(),
    ]
}
