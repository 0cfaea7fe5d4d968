import LLMCore

@testable import DirGenAPI

extension Sample {
    static var server: [Sample] {
        let model = ModelID(provider: "openai", name: "gpt-5")
        var asked = AskDocument(prompt: "Hi")
        (asked.system, asked.task, asked.model, asked.maxTokens) = ("s", "general", "auto", 9)
        (asked.temperature, asked.maxCostUSD, asked.cache) = (0.5, USD(pico: 7), false)
        var spent = SpendingDocument(group: "2026-11-30", simulated: false)
        (spent.calls, spent.costUSD, spent.unpriced) = (2, USD(pico: 5), 1)
        var order = KeyOrderDocument(name: "k")
        (order.role, order.budget, order.models) = ("admin", USD(pico: 5), ["auto"])
        (order.requestsPerMinute, order.tokensPerMinute, order.expiresAt) = (1, 2, 3)
        return [
            Sample(full: order, bare: KeyOrderDocument(name: "")),
            Sample(full: asked, bare: AskDocument(prompt: "")),
            Sample(
                full: EstimateRequestDocument(model: "m", inputTokens: 9, outputTokens: 1, cachedTokens: 2),
                bare: EstimateRequestDocument(model: "m", inputTokens: 0, outputTokens: 0)),
            Sample(
                full: EstimateDocument(
                    model: model, cost: CostReading(computed: USD(pico: 3), priceAsOf: "2026-11-29", priceSource: "s")),
                bare: EstimateDocument(model: model, cost: CostReading(unknownBecause: "no price"))),
            Sample(
                full: ProviderDefaultDocument(
                    provider: "openai", model: model, isLocal: false, isCallable: false, reason: "r", help: "h"),
                bare: ProviderDefaultDocument(provider: "openai", model: model, isLocal: false, isCallable: true)),
            Sample(
                full: SelectionRequestDocument(profile: ["modelo_id": "ai/smollm3"]),
                bare: SelectionRequestDocument(profile: .null)),
            Sample(
                full: ModelReadyDocument(model: model, managed: true, load: .seconds(2), pull: .seconds(9)),
                bare: ModelReadyDocument(model: model, managed: false, load: nil, pull: nil)),
            Sample(
                full: KeyRequestDocument(provider: "gemini", among: [KeyFingerprint(rawValue: "0a1b2c3d4e5f")]),
                bare: KeyRequestDocument(provider: "gemini")),
            Sample(
                full: KeyTurnDocument(
                    provider: "gemini", fingerprint: KeyFingerprint(rawValue: "0a1b2c3d4e5f"), variable: "V"),
                bare: KeyTurnDocument(provider: "gemini", fingerprint: KeyFingerprint(rawValue: ""))),
            Sample(
                full: KeyResultDocument(provider: "gemini", outcome: .rateLimited, retryAfter: .seconds(7)),
                bare: KeyResultDocument(provider: "gemini", outcome: .ok)),
            Sample(full: spent, bare: SpendingDocument(group: "none", simulated: true)),
            Sample(
                full: ProblemDocument(ErrorDocument(code: .store(.locked), message: "m", advice: "wait"), status: 418),
                bare: ProblemDocument(ErrorDocument(code: .noAnswer(.rateLimited), message: ""))),
        ]
    }
}
