public import LLMCore
public import LLMWire
import Synchronization

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

/// Decides which fault hits a request, by the counts and the seed.
final class FaultEngine: Sendable {
    private let rules: [FaultRule]
    private struct State: Sendable {
        var counts: [Int]
        var chance: SimulatedChance
    }
    private let state: Mutex<State>
    private let seed: UInt64

    init(_ rules: [FaultRule], seed: UInt64) {
        self.rules = rules
        self.seed = seed
        state = Mutex(State(counts: Array(repeating: 0, count: rules.count), chance: SimulatedChance(seed: seed)))
    }

    /// The first rule that matches and fires. Every matching rule counts the request, whether it fires or not.
    func next(provider: ProviderID, model: String, key: String?, request: ChatRequest) -> FaultRule? {
        guard !rules.isEmpty else { return nil }
        return state.withLock { state in
            var hit: FaultRule?
            for (index, rule) in rules.enumerated() {
                guard rule.match.matches(provider: provider, model: model, key: key),
                    FaultEngine.matches(rule.match, request)
                else { continue }
                state.counts[index] += 1
                if hit == nil, FaultEngine.fires(rule.occurrence, state.counts[index], &state.chance) { hit = rule }
            }
            return hit
        }
    }

    func reset() {
        state.withLock {
            $0 = State(counts: Array(repeating: 0, count: rules.count), chance: SimulatedChance(seed: seed))
        }
    }

    private static func matches(_ match: RequestMatch, _ request: ChatRequest) -> Bool {
        if let streaming = match.streaming, streaming != request.stream { return false }
        guard let prompt = match.prompt else { return true }
        return request.messages.contains { $0.text.contains(prompt) }
    }

    private static func fires(
        _ occurrence: FaultRule.Occurrence, _ count: Int, _ chance: inout SimulatedChance
    ) -> Bool {
        switch occurrence {
        case .always: true
        case .probability(let probability): chance.chance(probability)
        case .nth(let counts): counts.contains(count)
        case .first(let limit): count <= limit
        case .after(let start): count > start
        case .every(let step): count % step == 0
        }
    }
}
