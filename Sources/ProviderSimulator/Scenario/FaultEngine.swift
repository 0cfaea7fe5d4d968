import LLMCore
import Synchronization

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
