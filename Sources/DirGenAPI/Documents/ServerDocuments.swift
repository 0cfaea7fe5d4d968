public import LLMCore

/// A prompt to answer, as a program sends it to `/api/ask`.
public struct AskDocument: Document {
    public var prompt: String
    public var system: String?
    public var task: String?
    /// `auto`, or a model's name.
    public var model: String?
    public var maxTokens: Int?
    public var temperature: Double?
    public var maxCostUSD: USD?
    public var cache: Bool?
    /// `name` or `name=value`; spending can be summed up by them.
    public var tags: [CallTag]?

    private enum CodingKeys: String, CodingKey {
        case prompt, system, task, model, temperature, cache, tags
        case maxTokens = "max_tokens"
        case maxCostUSD = "max_cost_usd"
    }

    public init(prompt: String) { self.prompt = prompt }
}

/// Tokens whose cost is asked for, as a program sends them to `/api/estimate`.
public struct EstimateRequestDocument: Document {
    public var model: String
    public var inputTokens: Int
    public var outputTokens: Int
    /// Part of the input that is read from the provider's cache.
    public var cachedTokens: Int?

    private enum CodingKeys: String, CodingKey {
        case model
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case cachedTokens = "cached_tokens"
    }

    public init(model: String, inputTokens: Int, outputTokens: Int, cachedTokens: Int? = nil) {
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cachedTokens = cachedTokens
    }
}

/// The cost of given tokens at a model, now.
public struct EstimateDocument: Document {
    public var model: ModelID
    /// `null` where the model's price is unknown.
    public var costUSD: USD?
    /// The reason for which it is unknown.
    public var unknownBecause: String?
    public var priceAsOf: String?
    public var priceSource: String?

    private enum CodingKeys: String, CodingKey {
        case model
        case costUSD = "cost_usd"
        case unknownBecause = "unknown_because"
        case priceAsOf = "price_as_of"
        case priceSource = "price_source"
    }

    public init(model: ModelID, cost: CostReading) {
        self.model = model
        costUSD = cost.settled
        unknownBecause = cost.unknownBecause
        priceAsOf = cost.priceAsOf
        priceSource = cost.priceSource
    }
}

/// Spending of a group of live calls.
public struct SpendingDocument: Document {
    /// The property that the calls share: a day, model, provider, task, tag or key; `none` for calls without it.
    public var group: String
    public var calls: Int
    /// The known costs together.
    public var costUSD: USD
    /// Calls whose cost is unknown: it is in no sum.
    public var unpriced: Int
    public var simulated: Bool

    private enum CodingKeys: String, CodingKey {
        case group, calls, unpriced, simulated
        case costUSD = "cost_usd"
    }

    public init(group: String, simulated: Bool) {
        self.group = group
        self.simulated = simulated
        calls = 0
        costUSD = .zero
        unpriced = 0
    }

    /// Counts a call in, with those of its attempts that belong to the group.
    mutating func add(_ attempts: [LoggedCall.Attempt], of call: LoggedCall) {
        calls += 1
        costUSD = attempts.lazy.compactMap(\.cost).reduce(costUSD, +)
        // One that is under way may still learn its cost.
        let isOver = call.isClosed || call.isInterrupted == true
        if isOver, attempts.contains(where: { $0.cost == nil }) { unpriced += 1 }
    }
}

/// An order for a virtual key, as a program sends it to `/api/virtual-keys`.
public struct KeyOrderDocument: Document {
    public var name: String
    /// `use` or `admin`.
    public var role: String?
    public var budget: USD?
    public var models: [String]?
    public var requestsPerMinute: Int?
    public var tokensPerMinute: Int?
    /// Microseconds since 1970; `null`: never.
    public var expiresAt: Int64?

    private enum CodingKeys: String, CodingKey {
        case name, role, models
        case budget = "budget_usd"
        case requestsPerMinute = "rpm"
        case tokensPerMinute = "tpm"
        case expiresAt = "expires_at"
    }

    public init(name: String) { self.name = name }
}
