package import LLMCore

/// A model as the simulator plays it: how good, how fast, how dear.
package struct SimulatedModel: Sendable, Hashable {
    /// The form in which a model's reasoning reaches the client.
    package enum Reasoning: Sendable, Hashable {
        case none
        /// Counted, never shown.
        case hidden
        /// Streamed beside the answer.
        case shown
        /// Counted always, shown when asked for.
        case onRequest
        /// Done only when asked for, and then shown.
        case whenAsked
    }

    /// The amount of text in one stream event.
    package struct EventSize: Sendable, Hashable {
        /// Median characters; 0 sends one token an event.
        package var median: Double
        /// Of the logarithm.
        package var sigma: Double
        package init(median: Double, sigma: Double) {
            self.median = median
            self.sigma = sigma
        }
        package static let token = EventSize(median: 0, sigma: 0)
    }

    /// Dollars per token.
    package struct Price: Sendable, Hashable {
        package var input: USD
        package var cachedInput: USD
        package var output: USD
        package init(input: USD, cachedInput: USD, output: USD) {
            self.input = input
            self.cachedInput = cachedInput
            self.output = output
        }
    }

    package var id: ModelID
    package var displayName: String
    package var contextWindow: Int
    package var maxOutput: Int?
    /// Probability of answering a known prompt with its reference, by task.
    package var quality: [TaskType: Double]
    /// For tasks not in `quality`.
    package var usualQuality: Double
    /// Milliseconds; median of a log-normal.
    package var firstTokenMedian: Double
    package var firstTokenSigma: Double
    package var tokensPerSecond: Double
    package var eventSize: EventSize
    package var reasoning: Reasoning
    /// Tokens; 0 for a model that does not reason.
    package var reasoningMedian: Double
    /// `nil`: the built-in price book's.
    package var price: Price?
    /// Seconds since 1970, for model lists.
    package var releasedAt: Int64
    /// Milliseconds to load the weights; 0 for a model that is always there.
    package var loadTime: Double

    package init(
        id: ModelID, displayName: String, contextWindow: Int, maxOutput: Int?, quality: [TaskType: Double] = [:],
        usualQuality: Double, firstTokenMedian: Double, firstTokenSigma: Double = 0.5, tokensPerSecond: Double,
        eventSize: EventSize = .token, reasoning: Reasoning = .none, reasoningMedian: Double = 0,
        price: Price? = nil, releasedAt: Int64 = 1_780_000_000, loadTime: Double = 0
    ) {
        self.id = id
        self.displayName = displayName
        self.contextWindow = contextWindow
        self.maxOutput = maxOutput
        self.quality = quality
        self.usualQuality = usualQuality
        self.firstTokenMedian = firstTokenMedian
        self.firstTokenSigma = firstTokenSigma
        self.tokensPerSecond = tokensPerSecond
        self.eventSize = eventSize
        self.reasoning = reasoning
        self.reasoningMedian = reasoningMedian
        self.price = price
        self.releasedAt = releasedAt
        self.loadTime = loadTime
    }

    func quality(for task: TaskType) -> Double { quality[task] ?? usualQuality }
}

extension SimulatedModel {
    /// The cost of a call; `nil` when the price book has no price for the model.
    ///
    /// - Parameter microseconds: When, since 1970.
    func cost(_ usage: TokenUsage, at microseconds: Int64) -> USD? {
        guard let price else {
            return PriceBook.builtIn.quote(
                model: id, usage: UsageReading(raw: .null, tokens: usage), at: microseconds
            ).usd
        }
        guard let prompt = usage.promptTokens, let output = usage.outputTokens else { return nil }
        let cached = usage.cacheReadTokens ?? 0
        return price.input * (prompt - cached) + price.cachedInput * cached + price.output * output
    }

    /// Dollars for a thousand tokens of input, of cached input and of output, of a short prompt.
    func listed(at microseconds: Int64) -> Price? {
        func thousand(_ prompt: Int, _ cached: Int, _ output: Int) -> USD? {
            let usage = TokenUsage(promptTokens: prompt, cacheReadTokens: cached, outputTokens: output)
            return cost(usage, at: microseconds)
        }
        guard let input = thousand(1_000, 0, 0), let cached = thousand(1_000, 1_000, 0),
            let output = thousand(0, 0, 1_000)
        else { return nil }
        return Price(input: input, cachedInput: cached, output: output)
    }
}
