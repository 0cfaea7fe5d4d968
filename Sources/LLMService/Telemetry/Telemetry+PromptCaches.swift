import LLMCore

extension Telemetry {
    /// The tokens that an attempt read from its provider's prompt cache, and wrote to it.
    func promptCacheUsed(_ usage: TokenUsage, by model: ModelID) {
        let written = (usage.cacheWriteTokens ?? 0) + (usage.cacheWrite1hTokens ?? 0)
        for (operation, tokens) in [("read", usage.cacheReadTokens ?? 0), ("write", written)] where tokens > 0 {
            count(MetricName.promptCacheTokens, dimensions(of: model) + [("operation", operation)], by: Int64(tokens))
        }
    }

    /// The worth of the prompt cache in one attempt: what reading saved, or what writing cost beyond it.
    ///
    /// - Parameter saved: Below zero for an attempt that mostly wrote; `nil` unknown.
    func promptCacheSaved(_ saved: USD?, by model: ModelID) {
        guard isMeasured, let saved, saved != .zero else { return }
        let (name, amount) =
            saved > .zero
            ? (MetricName.promptCacheSaved, saved) : (MetricName.promptCacheSurcharge, .zero - saved)
        add(name, dimensions(of: model), amount.dollars)
    }

    /// A turn that was answered elsewhere than where its prompt was warm; one that was cheaper all the same cost nothing.
    func promptCacheLeft(_ change: PromptCacheUse.Switch) {
        let places = [("from", change.from.description), ("to", change.to.description)]
        count(MetricName.promptCacheSwitches, places)
        if let cost = change.cost { add(MetricName.promptCacheSwitchCost, places, max(.zero, cost).dollars) }
    }
}
