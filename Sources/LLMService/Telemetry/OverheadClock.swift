import Synchronization

/// A stopwatch of one request that gives each moment to exactly one part, so that the parts of its overhead add up to the whole.
///
/// Whoever has the request enters the part that begins; the part before ends there. Safe to use from any task: where two work for one
/// request at once, the time is the part's that was entered last.
package final class OverheadClock: Sendable {
    /// A named part of our own time: a closed set.
    package enum Part: Int, Sendable, CaseIterable {
        /// Reading and decoding the request.
        case reading
        /// Virtual keys, budgets and rates of the caller.
        case access
        /// Choosing candidates.
        case planning
        /// Admission by learnt health, and the reservation of money.
        case admission
        /// From one dialect to another.
        case translation
        /// The answer's pieces on their way through.
        case streaming
        /// Writing down what was spent.
        case recording
        case other

        package var name: String {
            switch self {
            case .reading: "reading"
            case .access: "access"
            case .planning: "planning"
            case .admission: "admission"
            case .translation: "translation"
            case .streaming: "streaming"
            case .recording: "recording"
            case .other: "other"
            }
        }
    }

    package enum Phase: Sendable, Hashable {
        case overhead(Part)
        /// The provider's time, the caller's, or that of a limit.
        case outside
        /// The caller's time, who does not take what is written.
        case held
    }

    private struct State {
        var split = OverheadSplit()
        var phase: Phase
        var since: ContinuousClock.Instant
        var isStopped = false

        mutating func close(at now: ContinuousClock.Instant) {
            // A clock that another thread read a moment earlier takes nothing back.
            let passed = max(.zero, now - since)
            split.add(passed, to: phase)
            since = max(since, now)
        }
    }

    private let state: Mutex<State>

    package init(at now: ContinuousClock.Instant, in part: Part = .reading) {
        state = Mutex(State(phase: .overhead(part), since: now))
    }

    /// The clock of the request that the current task works for.
    @TaskLocal package static var current: OverheadClock?

    /// - Returns: The phase that ends.
    @discardableResult
    package func enter(_ phase: Phase, at now: ContinuousClock.Instant) -> Phase {
        state.withLock { state in
            let before = state.phase
            guard !state.isStopped else { return before }
            state.close(at: now)
            state.phase = phase
            return before
        }
    }

    /// Goes back to the phase before, unless another was entered meanwhile: by whoever else works for the request.
    package func leave(_ phase: Phase, for before: Phase, at now: ContinuousClock.Instant) {
        state.withLock { state in
            guard !state.isStopped, state.phase == phase else { return }
            state.close(at: now)
            state.phase = before
        }
    }

    /// The parts up to now; nothing counts any more.
    package func stop(at now: ContinuousClock.Instant) -> OverheadSplit {
        state.withLock { state in
            if !state.isStopped { state.close(at: now) }
            state.isStopped = true
            return state.split
        }
    }
}

/// The time of one request, split.
package struct OverheadSplit: Sendable, Hashable {
    /// By place of the part: looked up by name, they would cost as much as what they measure.
    private var durations = [Duration?](repeating: nil, count: OverheadClock.Part.allCases.count)
    package private(set) var outside = Duration.zero

    /// The part's time; `nil` of one that was never entered.
    package subscript(part: OverheadClock.Part) -> Duration? { durations[part.rawValue] }

    /// Our own time: the sum of the parts, by construction.
    package var total: Duration { durations.reduce(.zero) { $0 + ($1 ?? .zero) } }

    fileprivate mutating func add(_ duration: Duration, to phase: OverheadClock.Phase) {
        switch phase {
        case .overhead(let part): durations[part.rawValue] = (durations[part.rawValue] ?? .zero) + duration
        case .outside, .held: outside += duration
        }
    }
}
