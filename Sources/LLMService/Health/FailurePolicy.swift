public import LLMCore

/// The reaction to a failure: the one table from failure class to retry, fallback, blame and key.
///
/// After the first token nothing is tried again: the caller has read part of an answer.
public struct FailurePolicy: Sendable, Hashable {
    /// Which other models may be asked.
    public enum FallbackTarget: Sendable, Hashable {
        case anywhere
        /// The same provider would answer the same: its account, address or region is at fault.
        case otherProviders
        /// Only a model that may hold the prompt: one that reads more than the one that failed, else one of unknown size in a cloud.
        case largerContext
        /// The request itself is at fault, or the answer is one.
        case nowhere
    }
    /// The subject whose breaker counts it.
    public enum Blame: String, Sendable, Hashable {
        case provider, model, key
    }
    /// The effect of a failure on its key.
    public enum KeyReaction: Sendable, Hashable {
        case none
        /// It is not used with this model before the limit resets; other models have limits of their own.
        case coolDownForModel
        /// Waiting does not help: the key itself was refused, or its account is empty.
        case retire
    }
    /// The same model, with the same key, may do better a moment later.
    public var retry: Bool
    /// The first retry is due at once, before any other model is asked.
    public var retriesAtOnce = false
    /// It may have been paid for: one more try is all that is worth another payment.
    public var isCostly: Bool
    /// Another key of the provider may do better at once; without one, ``fallback`` holds.
    public var rotate: Bool
    public var fallback: FallbackTarget
    /// `nil`: no breaker does.
    public var blame: Blame?
    /// The provider did its part: it counts as a success of provider, model and key.
    public var isHealthy: Bool
    public var key: KeyReaction
    /// The cloud is limited: local models are next, and when no key of it is left it counts towards the safety lock.
    public var countsForLock: Bool
    /// The model is missing on a machine of ours and can be pulled.
    public var pull: Bool

    /// - Parameters:
    ///   - window: Of a rate limit: one of a day or more does not pass while a caller waits.
    ///   - isLocal: The provider is on this machine or network.
    public init(of outcome: AttemptClass, window: LimitWindow = .unknown, isLocal: Bool = false) {
        let row = FailurePolicy.row(of: outcome)
        self = row
        if outcome == .rateLimited, window.isLong { retry = false }
        // A model to pull is no model that fails.
        if outcome == .modelNotFound, isLocal { (pull, blame) = (true, nil) }
        if isLocal { countsForLock = false }
    }

    /// The table's row, with the provider's own word on retrying (`x-should-retry`) above it.
    public init(of report: AttemptReport, isLocal: Bool = false) {
        let window = report.rateLimit?.window ?? .unknown
        self.init(of: report.outcome, window: window, isLocal: isLocal)
        if let word = report.rateLimit?.shouldRetry, fallback != .nowhere { retry = word && (retry || !window.isLong) }
        // A limit of an hour passes while a caller waits only if it says so.
        if report.outcome == .rateLimited, window == .hour, report.rateLimit?.retryAfter == nil { retry = false }
        // A request that a provider's dialect cannot express was not sent: another may be able to, and none is to be credited.
        if report.outcome == .badRequest, report.wasSent == false { (fallback, isHealthy) = (.otherProviders, false) }
        // What follows from the content comes again, and is no evidence about the server; another model writes another answer.
        if report.failureIsOfContent { (retry, blame) = (false, nil) }
        if report.wasStaleConnection { (retriesAtOnce, blame) = (true, nil) }
    }

    private init(
        retry: Bool = false, isCostly: Bool = false, rotate: Bool = false, _ fallback: FallbackTarget,
        blame: Blame? = nil,
        isHealthy: Bool = false, key: KeyReaction = .none, countsForLock: Bool = false
    ) {
        self.retry = retry
        self.isCostly = isCostly
        self.rotate = rotate
        self.fallback = fallback
        self.blame = blame
        self.isHealthy = isHealthy
        self.key = key
        self.countsForLock = countsForLock
        pull = false
    }

    private static func row(of outcome: AttemptClass) -> FailurePolicy {
        switch outcome {
        case .ok, .badRequest, .refusal, .lengthTruncated: .init(.nowhere, isHealthy: true)
        case .rateLimited:
            .init(retry: true, rotate: true, .anywhere, key: .coolDownForModel, countsForLock: true)
        case .quotaExhausted: .init(rotate: true, .otherProviders, blame: .key, key: .retire)
        // A refusal of the account, or of the place it calls from, holds for every model that the key may ask.
        case .auth, .account, .region: .init(rotate: true, .otherProviders, blame: .key, key: .retire)
        case .permission: .init(rotate: true, .otherProviders, key: .coolDownForModel)
        case .payloadTooLarge: .init(.otherProviders, isHealthy: true)
        case .modelNotFound: .init(.anywhere, blame: .model)
        // Filters differ between models; whether an answer is wanted elsewhere is decided by the caller's fallback flag.
        case .contentFilter: .init(.anywhere, isHealthy: true)
        case .contextOverflow: .init(.largerContext, isHealthy: true)
        // Another key would meet the same overload: rotating would only burn every key on it.
        case .serverError, .overloaded, .streamTruncated, .malformedSSE, .malformedJSON:
            .init(retry: true, .anywhere, blame: .model)
        case .timeoutFirstToken, .timeoutIdle: .init(retry: true, isCostly: true, .anywhere, blame: .model)
        case .timeoutConnect, .connectionReset: .init(retry: true, .anywhere, blame: .provider)
        case .tlsOrDNS: .init(.otherProviders, blame: .provider)
        case .conflict, .toolCallInvalid: .init(retry: true, .anywhere)
        case .emptyOutput: .init(retry: true, isCostly: true, .anywhere)
        // The caller's time was up, or it was cancelled: that is no evidence about a provider.
        case .timeoutTotal, .cancelled: .init(.nowhere)
        }
    }
}
