public import LLMCore
public import LLMWire

/// A fault: for which requests, how often, and what happens.
public struct FaultRule: Sendable, Hashable {
    /// When a matching request is hit; counts are of matching requests, from 1.
    public enum Occurrence: Sendable, Hashable {
        case always
        case probability(Double)
        case nth([Int])
        case first(Int)
        case after(Int)
        case every(Int)
    }

    public var name: String
    public var match: RequestMatch
    public var occurrence: Occurrence
    public var effect: FaultEffect

    public init(name: String, match: RequestMatch = .init(), occurrence: Occurrence = .always, effect: FaultEffect) {
        self.name = name
        self.match = match
        self.occurrence = occurrence
        self.effect = effect
    }
}

/// The effects of a fault; several members may be set. Milliseconds are scaled like every simulated duration.
public struct FaultEffect: Sendable, Hashable {
    public enum Cut: String, Sendable, Hashable, CaseIterable {
        /// The body ends properly and the answer does not.
        case clean
        /// The connection closes inside the body.
        case abrupt
        /// The connection is reset.
        case reset
    }
    public enum UsageFault: String, Sendable, Hashable, CaseIterable {
        case missing, repeated
    }
    /// A silence of `hold` milliseconds.
    public struct Stall: Sendable, Hashable {
        public var after: Int
        public var hold: Double
        public init(after: Int, hold: Double) {
            self.after = after
            self.hold = hold
        }
    }
    public enum Body: Sendable, Hashable {
        case text(String)
        case json(JSONValue)
    }

    // The answer is an error response.
    /// Status and body of this class, as the provider has them.
    public var fail: AttemptClass?
    /// Replaces the provider's status, or stands alone with `body`.
    public var status: Int?
    public var body: Body?
    public var message: String?
    /// Milliseconds.
    public var retryAfter: Double?
    /// The limit that a `rate_limited` failure names.
    public var window: LimitWindow?
    /// Replace or add to the headers of whatever is answered.
    public var headers: [WireHeader]

    // Time. Milliseconds.
    /// Before the head.
    public var delay: Double?
    /// Added to the wait for the first token; with `firstTokenAbsent` how long nothing comes before the connection closes.
    public var firstTokenDelay: Double?
    public var firstTokenAbsent: Bool
    /// The connection closes without a byte.
    public var drops: Bool
    /// The head leaves before the wait, not with the first bytes.
    public var earlyHead: Bool

    // Things that happen after so many pieces of the answer.
    public var stall: Stall?
    public var cutAfter: Int?
    public var cut: Cut
    public var errorAfter: Int?
    public var errorEvent: AttemptClass
    public var malformedAt: Int?
    /// An event follows that is longer than any reader bears, and then nothing.
    public var floodAfter: Int?

    // The content.
    public var emptyText: Bool
    public var answer: String?
    public var finish: FinishReason.Kind?
    public var usage: UsageFault?

    public init() {
        headers = []
        drops = false
        firstTokenAbsent = false
        earlyHead = false
        cut = .clean
        errorEvent = .overloaded
        emptyText = false
    }

    /// An error response of this class.
    public static func failing(_ kind: AttemptClass, retryAfter: Double? = nil) -> FaultEffect {
        var effect = FaultEffect()
        effect.fail = kind
        effect.retryAfter = retryAfter
        return effect
    }

    var isResponse: Bool { fail != nil || status != nil || body != nil }
}
