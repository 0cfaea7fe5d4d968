/// A call as far as it moves the most it can cost.
public struct CostBound: Sendable, Hashable {
    /// An upper bound of the prompt.
    public var inputTokens: Int
    /// The output limit, hidden reasoning included; `nil`: the model's own.
    public var outputTokens: Int?
    /// The facts that move the price, as ``PriceBook/quote(model:usage:at:context:)`` takes them.
    public var context: [String: String]
    /// The request asks for its prompt to be written to a cache, or may do so.
    public var asksForCache: Bool

    public init(
        inputTokens: Int, outputTokens: Int?, context: [String: String] = [:], asksForCache: Bool = true
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.context = context
        self.asksForCache = asksForCache
    }

    public init(_ request: ChatRequest) {
        var context = request.parameters.priceContext
        // Kept for an hour, a prompt costs more to write.
        if request.longestCacheTTL == .hour { context["cache_ttl"] = "1h" }
        self.init(
            inputTokens: request.worstCaseInputTokens, outputTokens: request.parameters.maxOutputTokens,
            context: context, asksForCache: request.mentionsCacheControl)
    }
}

/// The part that is missing for a bound of a call's cost.
public enum MissingBound: Error, Sendable, Hashable {
    /// The price of the model, or of what the call may need of it; `nil`: there is none at all.
    case price(String? = nil)
    /// No output limit: neither of the request nor of the model.
    case outputLimit
    /// The amount is more than can be counted.
    case range
}

extension ChatRequest {
    /// The longest TTL of its cache points; `nil` without any.
    package var longestCacheTTL: CachePoint.TTL? {
        let ttls = Set(tools.compactMap(\.cacheTTL) + messages.flatMap { $0.cachePoints.map(\.ttl) })
        return ttls.contains(.hour) ? .hour : ttls.first
    }

    /// We ask for no cache ourselves: it can only be in what a client or an earlier answer wrote.
    fileprivate var mentionsCacheControl: Bool {
        if longestCacheTTL != nil { return true }
        let parts = messages.flatMap(\.parts).compactMap { part -> JSONValue? in
            switch part {
            case .unknown(let value), .native(_, let value): value
            default: nil
            }
        }
        let texts = parts.map(\.text) + tools.map(\.parameters.text)
        return Self.cacheControl.occurs(in: original?.body ?? [])
            || texts.contains { Self.cacheControl.occurs(in: Array($0.utf8)) }
    }

    private static let cacheControl = BytePattern("cache_control")
}

extension PriceBook {
    /// The most that a request can cost at a model: what is reserved before it is sent, live and in a run, and what a plan adds up.
    ///
    /// - Parameter microseconds: When the call is made, since 1970.
    /// - Returns: `nil` when the model has no known price for such a request, or nothing limits its answer.
    public func worstCase(for request: ChatRequest, to model: ModelID, at microseconds: Int64) -> USD? {
        worstCase(for: CostBound(request), to: model, at: microseconds)
    }

    /// The dearest rate a call can reach, with every prompt token charged as the dearest kind that the call can incur.
    ///
    /// `service_tier` and `speed` cost extra only when asked for, so they count as the context has them; a place (`region`,
    /// `inference_geo`) is often set for the whole account, so its dearest value counts unless the context names one.
    public func worstCase(for call: CostBound, to model: ModelID, at microseconds: Int64) -> USD? {
        try? bound(call, to: model, at: microseconds)
    }

    /// The part that is missing for a bound of a request's cost; `nil` when there is a bound.
    public func missingBound(for request: ChatRequest, to model: ModelID, at microseconds: Int64) -> MissingBound? {
        do {
            _ = try bound(CostBound(request), to: model, at: microseconds)
            return nil
        } catch {
            return error
        }
    }

    private func bound(_ call: CostBound, to model: ModelID, at microseconds: Int64) throws(MissingBound) -> USD {
        guard let price = price(of: model) else { throw .price() }
        guard !price.free else { return .zero }
        let facts = PriceContext(stated: [:], given: call.context)
        guard let period = price.period(at: microseconds) else { throw .price("this day") }
        guard let factor = PriceBook.dearestFactor(price, facts) else { throw .price("this speed") }
        let service = facts.service(aliases: providers[model.provider]?.serviceAliases ?? [:])
        // Beyond the prompts whose price is known there is no bound.
        guard period.rate(service: service, promptTokens: call.inputTokens) != nil else {
            let isTooLong = period.rate(service: service, promptTokens: 0) != nil
            throw .price(isTooLong ? "prompts that may be so long" : "the service tier \(service)")
        }
        guard let outputTokens = call.outputTokens ?? price.maxOutput ?? price.contextWindow else { throw .outputLimit }
        let writesCache = mayWriteCache(call, price)
        var dearest = ExactDecimal.zero
        for rate in period.reachable(service: service, promptTokens: call.inputTokens) {
            guard let input = rate.tokens.dearestInput(cacheTTL: facts["cache_ttl"], writesCache: writesCache) else {
                throw .price("tokens written to its cache")
            }
            let output = rate.tokens.output.times(ExactDecimal(outputTokens))
            let cost = input.times(ExactDecimal(call.inputTokens)).flatMap { part in output.flatMap { part.plus($0) } }?
                .times(.perMillion)?.times(factor)
            guard let cost else { throw .range }
            dearest = max(dearest, cost)
        }
        guard let usd = USD(rounding: dearest) else { throw .range }
        return usd
    }

    /// A provider may write to its cache unasked, unless its rules say otherwise, or the prompt is too short for a cache.
    private func mayWriteCache(_ call: CostBound, _ price: ModelPrice) -> Bool {
        if let shortest = price.cacheMinimum, call.inputTokens < shortest { return false }
        return call.asksForCache || !cachesWhenAsked(price.model.provider)
    }

    /// `nil` for a speed that has no known price.
    private static func dearestFactor(_ price: ModelPrice, _ facts: PriceContext) -> ExactDecimal? {
        guard facts.hasKnownSpeed(of: price) else { return nil }
        var product: ExactDecimal? = .one
        for (key, factors) in price.multipliers {
            let factor: ExactDecimal?
            if let value = facts[key] {
                factor = factors[value]
            } else {
                factor = key == "speed" ? nil : factors.values.max()
            }
            product = product?.times(max(factor ?? .one, .one))
        }
        return product
    }
}

extension GenerationParameters {
    /// The facts of a request that move its price, as the price book names them.
    public var priceContext: [String: String] { serviceTier.map { ["service_tier": $0] } ?? [:] }
}

/// The money set aside for a run or a call cannot hold the worst case of the next attempt.
public struct BudgetExhausted: Error, Sendable, Hashable {
    public var limit: USD
    public var spent: USD
    public var needed: USD?
    /// Whose attempt it was; `nil` where it does not matter.
    public var model: ModelID?
    /// The reason for which `needed` is `nil`.
    public var missing: MissingBound?
    public init(limit: USD, spent: USD, needed: USD?, model: ModelID? = nil, missing: MissingBound? = nil) {
        self.limit = limit
        self.spent = spent
        self.needed = needed
        self.model = model
        self.missing = missing
    }
}
