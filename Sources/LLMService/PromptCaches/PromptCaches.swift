import LLMCore
import Synchronization

/// The prompt caches of the providers, as far as this process filled them: forecasts what a conversation costs where, and learns from each
/// answer's usage what is warm.
final class PromptCaches: Sendable {
    private let ledger = Mutex(WarmCacheLedger())

    func warm(_ prompt: PromptBeginnings, now: ContinuousClock.Instant) -> [WarmCacheLedger.WarmPrompt] {
        ledger.withLock { $0.warm(prompt, now: now) }
    }

    func record(
        _ cached: CachedPrompt, of prompt: PromptBeginnings, at place: WarmCacheLedger.Place, key: KeyFingerprint?,
        rules: PromptCacheRules, now: ContinuousClock.Instant
    ) {
        ledger.withLock { $0.record(cached, of: prompt, at: place, key: key, rules: rules, now: now) }
    }
}

/// The outlook of one call: where its prompt is warm, and what its turns would cost at each candidate.
struct PromptCacheOutlook: Sendable {
    let prompt: PromptBeginnings
    /// The longest first: where the conversation is at home.
    let warm: [WarmCacheLedger.WarmPrompt]
    /// `nil` where nothing is warm: then nothing is compared.
    let forecast: TurnForecast?
    /// By the candidates' places in the plan; empty where nothing is warm.
    let standings: [WarmOrder.Standing]
    /// Of the candidates that were compared, the first ones of the plan.
    let options: [PromptCacheUse.Option]

    /// The key under which a model's cache holds most of the prompt.
    func key(of model: ModelID) -> KeyFingerprint? { warm.first { $0.place.model == model }?.key }

    /// The start of what is recorded of the caches; `nil` where nothing was compared.
    var use: PromptCacheUse? {
        forecast.map { PromptCacheUse(promptTokens: $0.promptTokens, turns: $0.later + 1, options: options) }
    }

    /// The outlook of the same call with its candidates in another order.
    func reordered(by order: [Int]) -> PromptCacheOutlook {
        guard !standings.isEmpty else { return self }
        return PromptCacheOutlook(
            prompt: prompt, warm: warm, forecast: forecast, standings: order.map { standings[$0] },
            options: order.compactMap { options.indices.contains($0) ? options[$0] : nil })
    }
}
