import LLMCore

/// The prompt caches of all simulated providers: for each model and key the beginnings that were sent before, while they live.
///
/// As the providers do it: OpenAI, Gemini, Groq and xAI cache unasked, in blocks of 128 tokens; Anthropic caches up to each `cache_control`,
/// for five minutes or an hour; each from its own number of tokens on. A use starts an entry's time anew. Its life is not scaled with the
/// simulator's other times, since clients reckon with the real one.
struct SimulatedPromptCache: Sendable {
    /// The tokens that a prompt reads from the cache, and writes into it.
    struct Use: Sendable, Hashable {
        var read = 0
        /// `nil` where the provider reports no writes.
        var written: Int?
        var writtenForAnHour: Int?
    }

    private struct Key: Hashable {
        var model: ModelID
        var account: String?
        var digest: Int
    }
    private struct Entry {
        var life: Duration
        var expiresAt: ContinuousClock.Instant
    }
    /// A beginning of a prompt, up to the end of a message or to a cache point.
    private struct Beginning {
        var digest: Int
        var tokens: Int
        var point: CachePoint.TTL?
    }

    private var entries: [Key: Entry] = [:]
    private static let mostEntries = 65_536
    private static let block = 128

    /// Reads and fills the cache for one call.
    mutating func use(
        _ request: ChatRequest, to model: ModelID, key account: String?, inputTokens: Int,
        now: ContinuousClock.Instant
    ) -> Use {
        let rules = Rules(model)
        var beginnings = Self.beginnings(of: request)
        if rules.isOnRequest {
            let last = beginnings.lastIndex { $0.point != nil }
            beginnings = Array(beginnings.prefix(last.map { $0 + 1 } ?? 0))
        }
        beginnings.removeAll { $0.tokens < rules.minimum }
        guard let whole = beginnings.last else { return Use(written: rules.reportsWrites ? 0 : nil) }
        let known = beginnings.reversed().first { beginning in
            entries[Key(model: model, account: account, digest: beginning.digest)].map { $0.expiresAt > now } ?? false
        }
        let read = known.map {
            rules.isOnRequest ? $0.tokens : min($0.tokens, inputTokens - 1) / Self.block * Self.block
        }
        if entries.count >= Self.mostEntries { entries = [:] }
        for beginning in beginnings {
            let key = Key(model: model, account: account, digest: beginning.digest)
            if rules.isOnRequest, beginning.point == nil {
                // Nothing is written between the points; what is read there lives on.
                guard let old = entries[key], old.expiresAt > now, beginning.tokens <= read ?? 0 else { continue }
                entries[key] = Entry(life: old.life, expiresAt: now + old.life)
                continue
            }
            let life = beginning.point == .hour && rules.isOnRequest ? Duration.seconds(3_600) : rules.life
            entries[key] = Entry(life: life, expiresAt: now + life)
        }
        guard rules.reportsWrites else { return Use(read: read ?? 0) }
        let written = max(0, whole.tokens - (read ?? 0))
        return whole.point == .hour && rules.isOnRequest
            ? Use(read: read ?? 0, written: 0, writtenForAnHour: written) : Use(read: read ?? 0, written: written)
    }

    private static func beginnings(of request: ChatRequest) -> [Beginning] {
        var hasher = Hasher()
        var tokens = 3
        var beginnings: [Beginning] = []
        func add(_ point: CachePoint.TTL?) {
            let copy = hasher
            beginnings.append(Beginning(digest: copy.finalize(), tokens: tokens, point: point))
        }
        for tool in request.tools {
            hasher.combine(tool.name)
            hasher.combine(tool.description)
            hasher.combine(tool.parameters)
            tokens += TokenPieces.count(tool)
            if let ttl = tool.cacheTTL { add(ttl) }
        }
        for message in request.messages {
            hasher.combine(message.role)
            tokens += 4
            for (index, part) in message.parts.enumerated() {
                hasher.combine(part)
                tokens += TokenPieces.count(part)
                let point = message.cachePoints.last { $0.part == index }?.ttl
                if point != nil || index == message.parts.count - 1 { add(point) }
            }
        }
        return beginnings
    }

    /// A provider's rules for one of its models.
    private struct Rules {
        var minimum: Int
        var life: Duration
        var isOnRequest: Bool
        var reportsWrites: Bool

        init(_ model: ModelID) {
            let price = PriceBook.builtIn.price(of: model)
            isOnRequest = model.provider == "anthropic"
            minimum = price?.cacheMinimum ?? 1_024
            // The price of a write is the same at all times.
            let writesCost = price?.periods.last?.rates.first?.tokens.cacheWrite != nil
            reportsWrites = writesCost
            switch model.provider {
            case "groq": life = .seconds(7_200)
            case "openai": life = writesCost ? .seconds(1_800) : .seconds(300)
            default: life = .seconds(300)
            }
        }
    }
}

extension TokenUsage {
    init(promptTokens: Int, cache: SimulatedPromptCache.Use) {
        self.init(
            promptTokens: promptTokens, cacheReadTokens: cache.read, cacheWriteTokens: cache.written,
            cacheWrite1hTokens: cache.writtenForAnHour)
    }
}
