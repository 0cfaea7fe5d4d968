import LLMCore
import Synchronization

/// Spreads questions over targets that are equally good: of two drawn at random the less loaded one (power of two choices).
///
/// Known to this process alone: what it has in flight and how quick the answers were; a new one begins with what the database knows.
final class LoadBoard: Sendable {
    struct Target: Sendable, Hashable {
        var model: ModelID
        var endpoint: String
    }
    private struct State {
        var loads: [Target: ServingLoad] = [:]
        /// Output tokens of a usual answer: the same for both targets that are compared.
        var usualTokens = 256.0
    }
    private let state = Mutex(State())

    /// Loads that differ by less than this share are equal: that is noise.
    private static let noise = 0.1

    func knows(_ target: Target) -> Bool { state.withLock { $0.loads[target] != nil } }

    /// Takes over other processes' figures for a target without figures of its own.
    func learn(_ target: Target, _ figures: ServedFigures, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            if state.loads[target] == nil { state.loads[target] = ServingLoad(figures, at: instant) }
        }
    }

    func began(_ target: Target) { state.withLock { $0.loads[target, default: ServingLoad()].began() } }

    func ended(_ target: Target, _ sample: ServingSample, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            state.loads[target, default: ServingLoad()].ended(sample, at: instant)
            if let tokens = sample.outputTokens { state.usualTokens += (Double(tokens) - state.usualTokens) * 0.1 }
        }
    }

    /// The index of the target to ask.
    ///
    /// - Parameter draw: Uniform in 0 to 1; called twice.
    func pick(_ targets: [Target], at instant: ContinuousClock.Instant, draw: () -> Double) -> Int {
        guard targets.count > 1 else { return 0 }
        let first = min(Int(draw() * Double(targets.count)), targets.count - 1)
        var second = min(Int(draw() * Double(targets.count - 1)), targets.count - 2)
        if second >= first { second += 1 }
        return state.withLock { state in
            let loads = [first, second].map { index in
                (state.loads[targets[index]] ?? ServingLoad()).expected(tokens: state.usualTokens, at: instant)
            }
            if abs(loads[0] - loads[1]) < max(loads[0], loads[1]) * LoadBoard.noise { return first }
            return loads[0] < loads[1] ? first : second
        }
    }
}
