/// What one call is expected to take from its provider's limits, beside one request.
public struct LimitEstimate: Sendable, Hashable {
    public var inputTokens: Int
    /// Providers count the output limit, not what will be written.
    public var outputTokens: Int

    public init(inputTokens: Int = 0, outputTokens: Int = 0) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}
