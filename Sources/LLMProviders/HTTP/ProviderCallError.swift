public import LLMCore

/// The failure of a call other than a chat: a list of models, a pull.
public struct ProviderCallError: Error, Sendable, Hashable, CustomStringConvertible {
    public var outcome: AttemptClass
    /// In the provider's or the transport's words, without keys.
    public var failure: ProviderFailure

    public init(outcome: AttemptClass, failure: ProviderFailure) {
        self.outcome = outcome
        self.failure = failure
    }

    init(_ failure: TransportFailure, secrets: [APIKey] = []) {
        outcome = failure.outcome
        self.failure = ProviderFailure(message: Redaction.message(failure.message, secrets: secrets))
    }

    public var description: String { "\(outcome.rawValue): \(failure.message)" }
}
