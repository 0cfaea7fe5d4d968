/// The expected use of a provider's limits by one call, beside one request.
public struct LimitEstimate: Sendable, Hashable {
    public var inputTokens: Int
    /// Providers count the output limit that a request names, not what will be written.
    public var outputTokens: Int

    /// Output of a request that names no limit: setting a model's whole output aside would stop calls that others leave room for.
    static let usualOutputTokens = 1_024

    public init(inputTokens: Int = 0, outputTokens: Int = 0) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}
