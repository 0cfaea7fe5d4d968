import LLMCore

/// A ledger of the providers' prompt caches: which beginning of which conversation is warm where, for how long, and how many tokens of it.
///
/// Pure: values in, values out, by a clock of the caller's. Of bounded size, the longest unused goes first; a new process knows nothing, as
/// the caches themselves live for minutes.
struct WarmCacheLedger: Sendable {
    /// A cache: one model's, of one account.
    struct Place: Sendable, Hashable {
        var model: ModelID
        /// A provider keeps a cache for each organisation: the quota group of the key, else the key alone.
        var account: String?
    }

    /// A beginning that is warm at a place.
    struct WarmPrompt: Sendable, Hashable {
        var place: Place
        var key: KeyFingerprint?
        /// Tokens of the beginning, as that provider counts them.
        var tokens: Int
        var isEstimate: Bool
        /// Of the beginning.
        var bytes: Int
        /// Of the prompt it was part of.
        var tokensPerByte: Double
        var usedAt: ContinuousClock.Instant
        var expiresAt: ContinuousClock.Instant
    }

    /// Beginnings that are remembered: about a thousand conversations.
    static let capacity = 16_384
    /// Places of one beginning: a shared system prompt may be warm at many.
    private static let mostPlaces = 8

    private var entries: RecencyList<Int, [WarmPrompt]>

    init(capacity: Int = WarmCacheLedger.capacity) { entries = RecencyList(capacity: capacity) }

    var count: Int { entries.count }

    /// Takes in what a call left in a provider's cache.
    mutating func record(
        _ cached: CachedPrompt, of prompt: PromptBeginnings, at place: Place, key: KeyFingerprint?,
        rules: PromptCacheRules, now: ContinuousClock.Instant
    ) {
        guard prompt.bytes > 0, cached.promptTokens > 0 else { return }
        let perByte = Double(cached.promptTokens) / Double(prompt.bytes)
        let covered = prompt.beginnings.filter { beginning in
            // A cache that must be asked has an entry for each point, and for nothing between.
            rules.isOnRequest ? beginning.point != nil : beginning.bytes <= prompt.bytes
        }
        for beginning in covered {
            let isLast = beginning == covered.last
            let share = Int((Double(beginning.bytes) * perByte).rounded(.down))
            let tokens = isLast ? cached.cachedTokens : min(cached.cachedTokens, share / rules.block * rules.block)
            guard tokens >= rules.minimumTokens else { continue }
            let ttl = rules.isOnRequest ? beginning.point.map { $0 == .hour ? PromptCacheRules.hour : rules.ttl } : nil
            let warm = WarmPrompt(
                place: place, key: key, tokens: tokens, isEstimate: cached.isEstimate || !isLast,
                bytes: beginning.bytes, tokensPerByte: perByte, usedAt: now, expiresAt: now + (ttl ?? cached.ttl))
            insert(warm, for: beginning.digest, now: now)
        }
    }

    private mutating func insert(_ warm: WarmPrompt, for digest: Int, now: ContinuousClock.Instant) {
        var known = (entries.use(digest) ?? []).filter { $0.place != warm.place && $0.expiresAt > now }
        if known.count >= WarmCacheLedger.mostPlaces,
            let oldest = known.indices.min(by: { known[$0].usedAt < known[$1].usedAt })
        {
            known.remove(at: oldest)
        }
        known.append(warm)
        entries.insert(known, for: digest, weight: 1)
    }

    /// The longest beginning of a prompt that is warm at each place, the longest of all first; of two the one used last.
    mutating func warm(_ prompt: PromptBeginnings, now: ContinuousClock.Instant) -> [WarmPrompt] {
        var found: [WarmPrompt] = []
        for beginning in prompt.beginnings.reversed() {
            for warm in entries.use(beginning.digest) ?? []
            where warm.expiresAt > now && !found.contains(where: { $0.place == warm.place }) {
                found.append(warm)
            }
        }
        return found.sorted { ($1.bytes, $1.usedAt) < ($0.bytes, $0.usedAt) }
    }
}
