import Hummingbird
import LLMCore

/// The handler of the control routes under `/_sim`: request log, totals, reset.
struct ControlHandler: Sendable {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    func respond(_ path: String) -> Response {
        let simulator = exchange.simulator
        switch (exchange.request.method, path) {
        case (.get, "ledger"):
            let after = exchange.query("after").flatMap { Int($0) } ?? 0
            let limit = exchange.query("limit").flatMap { Int($0) } ?? 1_000
            return exchange.json(simulator.requests.entries(after: after, limit: max(0, limit)))
        case (.get, "stats"): return exchange.json(simulator.requests.stats)
        case (.get, "models"): return exchange.json(models)
        case (.post, "reset"):
            simulator.reset()
            return exchange.json(["reset": true])
        default: return exchange.json(["error": "GET ledger, stats or models; POST reset"], status: 404)
        }
    }

    private var models: JSONValue {
        let entries = ProviderFace.all.flatMap { exchange.simulator.models(of: $0.provider) }.map {
            model -> JSONValue in
            var quality: JSONObject = ["other": JSONValue(model.usualQuality)]
            for (task, value) in model.quality.sorted(by: { $0.key < $1.key }) {
                quality[task.rawValue] = JSONValue(value)
            }
            let price = model.listed(at: exchange.time.wallMicroseconds())
            func million(_ thousand: USD?) -> JSONValue { thousand.map { JSONValue($0 * 1_000) } ?? .null }
            return [
                "id": .string(model.id.description), "quality": .object(quality),
                "first_token_ms": JSONValue(model.firstTokenMedian),
                "tokens_per_second": JSONValue(model.tokensPerSecond),
                "usd_per_million": [
                    "input": million(price?.input),
                    "cached_input": million(price?.cachedInput),
                    "output": million(price?.output),
                ],
            ]
        }
        return [
            "models": .array(entries), "references": JSONValue(exchange.simulator.references.count),
            "seed": .string(String(exchange.simulator.options.seed)),
            "time_scale": JSONValue(exchange.simulator.options.timeScale),
        ]
    }
}
