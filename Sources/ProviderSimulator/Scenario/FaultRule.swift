package import LLMCore
package import LLMWire
import Synchronization

/// A fault: for which requests, how often, and what happens.
package struct FaultRule: Sendable, Hashable {
    /// When a matching request is hit; counts are of matching requests, from 1.
    package enum Occurrence: Sendable, Hashable {
        case always
        case probability(Double)
        case nth([Int])
        case first(Int)
        case after(Int)
        case every(Int)
    }

    package var name: String
    package var match: RequestMatch
    package var occurrence: Occurrence
    package var effect: FaultEffect

    package init(name: String, match: RequestMatch = .init(), occurrence: Occurrence = .always, effect: FaultEffect) {
        self.name = name
        self.match = match
        self.occurrence = occurrence
        self.effect = effect
    }
}

/// The effects of a fault; several members may be set. Milliseconds are scaled like every simulated duration.
package struct FaultEffect: Sendable, Hashable {
    package enum Cut: String, Sendable, Hashable, CaseIterable {
        /// The body ends properly and the answer does not.
        case clean
        /// The connection closes inside the body.
        case abrupt
        /// The connection is reset.
        case reset
    }
    package enum UsageFault: String, Sendable, Hashable, CaseIterable {
        case missing, repeated
    }
    /// A silence of `hold` milliseconds.
    package struct Stall: Sendable, Hashable {
        package var after: Int
        package var hold: Double
        package init(after: Int, hold: Double) {
            self.after = after
            self.hold = hold
        }
    }
    package enum Body: Sendable, Hashable {
        case text(String)
        case json(JSONValue)
    }

    // The answer is an error response.
    /// Status and body of this class, as the provider has them.
    package var fail: AttemptClass?
    /// Replaces the provider's status, or stands alone with `body`.
    package var status: Int?
    package var body: Body?
    package var message: String?
    /// Milliseconds.
    package var retryAfter: Double?
    /// The limit that a `rate_limited` failure names.
    package var window: LimitWindow?
    /// Replace or add to the headers of whatever is answered.
    package var headers: [WireHeader]

    // Time. Milliseconds.
    /// Before the head.
    package var delay: Double?
    /// Added to the wait for the first token; with `firstTokenAbsent` how long nothing comes before the connection closes.
    package var firstTokenDelay: Double?
    package var firstTokenAbsent: Bool
    /// The connection closes without a byte.
    package var drops: Bool
    /// The head leaves before the wait, not with the first bytes.
    package var earlyHead: Bool

    // Things that happen after so many pieces of the answer.
    package var stall: Stall?
    package var cutAfter: Int?
    package var cut: Cut
    package var errorAfter: Int?
    package var errorEvent: AttemptClass
    package var malformedAt: Int?
    /// An event follows that is longer than any reader bears, and then nothing.
    package var floodAfter: Int?

    // The content.
    package var emptyText: Bool
    package var answer: String?
    package var finish: FinishReason.Kind?
    package var usage: UsageFault?

    package init() {
        headers = []
        drops = false
        firstTokenAbsent = false
        earlyHead = false
        cut = .clean
        errorEvent = .overloaded
        emptyText = false
    }

    /// An error response of this class.
    package static func failing(_ kind: AttemptClass, retryAfter: Double? = nil) -> FaultEffect {
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
