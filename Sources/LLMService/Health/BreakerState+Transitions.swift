import LLMCore

/// A breaker's decision on a call.
enum BreakerVerdict: Sendable, Hashable {
    case pass
    /// It may go as the one probe.
    case probe
    case wait(until: Int64)
}

/// The evidence of a call's result about the subject of one breaker.
enum BreakerEvidence: Sendable, Hashable {
    case healthy
    case failed(AttemptClass)
    /// No evidence either way.
    case none
}

/// The breaker as a state machine. Instants are wall microseconds; a clock that was set back shortens waits, and never lengthens them.
extension BreakerState {
    func verdict(now: Int64, draw: Double, policy: BreakerPolicy, longest: Int64? = nil) -> BreakerVerdict {
        switch phase {
        case .closed: return .pass
        case .open(let until):
            let most = longest ?? policy.openCeiling.microseconds * 6 / 5
            let end = until - now > most ? now + most : until
            return end > now ? .wait(until: end) : .probe
        case .halfOpen(let probe):
            guard let probe, probe.expiresAt > now else { return .probe }
            // The probe may answer long before its lease ends.
            return .wait(until: min(probe.expiresAt, now + 1_000_000))
        case .ramping(let since):
            let share = policy.share(since: since, now: now)
            return draw < share ? .pass : .wait(until: now + policy.ramp.microseconds / 20)
        }
    }

    /// Records a call that passes with a verdict of ``verdict(now:draw:policy:longest:)``.
    mutating func admit(
        _ verdict: BreakerVerdict, attempt: AttemptID, expiresAt: Int64, now: Int64, policy: BreakerPolicy
    ) -> HealthEvent.Change? {
        switch (phase, verdict) {
        case (.open, .probe), (.halfOpen, .probe):
            // A new generation even when half open: the probe before may still answer.
            move(to: .halfOpen(probe: Probe(attempt: attempt, expiresAt: expiresAt)), now: now)
            return .breakerProbing
        case (.ramping(let since), .pass) where policy.share(since: since, now: now) >= 1:
            move(to: .closed, now: now)
            return .breakerClosed
        default: return nil
        }
    }

    /// Records that the answer to the probe, admitted in `generation`, has begun.
    mutating func begin(
        attempt: AttemptID, generation: Int, now: Int64, draw: Double, policy: BreakerPolicy
    ) -> HealthEvent.Change? {
        guard case .halfOpen = phase else { return nil }
        return settle(.healthy, attempt: attempt, generation: generation, now: now, draw: draw, policy: policy)
    }

    /// Records the result of a call that was admitted in `generation`.
    mutating func settle(
        _ evidence: BreakerEvidence, attempt: AttemptID, generation: Int, now: Int64, draw: Double,
        policy: BreakerPolicy
    ) -> HealthEvent.Change? {
        guard generation == self.generation else { return nil }
        switch phase {
        case .open: return nil
        case .halfOpen(let probe):
            guard probe?.attempt == attempt else { return nil }
            return settleProbe(evidence, now: now, draw: draw, policy: policy)
        case .closed, .ramping:
            guard count(evidence, now: now, policy: policy) else { return nil }
            if case .failed(let failure) = evidence, isTripped(policy) {
                return open(because: failure, now: now, draw: draw, policy: policy)
            }
            forgetOpenings(now: now, policy: policy)
            return nil
        }
    }

    /// Records successes that were counted together.
    mutating func succeed(generation: Int, times: Int, now: Int64, policy: BreakerPolicy) {
        guard generation == self.generation, times > 0 else { return }
        switch phase {
        case .open, .halfOpen: return
        case .closed, .ramping:
            _ = count(.healthy, times: times, now: now, policy: policy)
            forgetOpenings(now: now, policy: policy)
        }
    }

    /// Opens at once, whatever the ratio: the provider said that waiting is the only way.
    mutating func open(because failure: AttemptClass, until: Int64, now: Int64) -> HealthEvent.Change {
        move(to: .open(until: until), now: now)
        openings += 1
        lastFailure = failure
        return .breakerOpened(until: until, because: failure)
    }

    /// Gives back a probe that was not used.
    mutating func release(attempt: AttemptID, generation: Int) {
        if generation == self.generation, probe?.attempt == attempt { phase = .halfOpen(probe: nil) }
    }

    /// Forgets every failure.
    mutating func reset(now: Int64) {
        move(to: .closed, now: now)
        openings = 0
        lastFailure = nil
    }

    // MARK: Parts

    /// Decides by the result of the probe that is out.
    private mutating func settleProbe(
        _ evidence: BreakerEvidence, now: Int64, draw: Double, policy: BreakerPolicy
    ) -> HealthEvent.Change? {
        switch evidence {
        case .none:
            phase = .halfOpen(probe: nil)
            return nil
        case .failed(let failure): return open(because: failure, now: now, draw: draw, policy: policy)
        case .healthy:
            move(to: .ramping(since: now), now: now)
            return .breakerRamping
        }
    }

    /// Opens for longer with each opening.
    private mutating func open(
        because failure: AttemptClass, now: Int64, draw: Double, policy: BreakerPolicy
    ) -> HealthEvent.Change {
        open(because: failure, until: now + policy.openTime(after: openings, draw: draw), now: now)
    }

    /// Every change of phase begins a generation, and a count of its own.
    private mutating func move(to phase: Phase, now: Int64) {
        self.phase = phase
        generation += 1
        slices = []
        changedAt = now
    }

    /// - Returns: Whether there was anything to count.
    private mutating func count(
        _ evidence: BreakerEvidence, times: Int = 1, now: Int64, policy: BreakerPolicy
    ) -> Bool {
        guard evidence != .none else { return false }
        let slice = policy.slice.microseconds
        // Slices from the future were made before the clock was set back.
        let oldest = now - slice * Int64(policy.sliceCount)
        if slices.contains(where: { $0.startedAt > now + slice || $0.startedAt <= oldest }) {
            slices.removeAll { $0.startedAt > now + slice || $0.startedAt <= oldest }
        }
        if slices.last.map({ now >= $0.startedAt + slice }) ?? true { slices.append(Slice(startedAt: now)) }
        let last = slices.count - 1
        if evidence == .healthy { slices[last].succeeded += times } else { slices[last].failed += times }
        return true
    }

    private func isTripped(_ policy: BreakerPolicy) -> Bool {
        let failed = slices.reduce(0) { $0 + $1.failed }
        let calls = slices.reduce(failed) { $0 + $1.succeeded }
        var minimum = policy.minimumCalls
        if case .ramping = phase { minimum = min(policy.rampMinimumCalls, minimum) }
        return calls >= minimum && Double(failed) >= policy.failureRatio * Double(calls)
    }

    private mutating func forgetOpenings(now: Int64, policy: BreakerPolicy) {
        guard phase == .closed, openings > 0, let changedAt, now - changedAt >= policy.healthyAfter.microseconds else {
            return
        }
        openings = 0
        lastFailure = nil
    }
}

/// When a breaker opens, for how long, and how it closes again.
public struct BreakerPolicy: Sendable, Hashable {
    /// The rolling window is ``sliceCount`` slices of this length.
    public var slice: Duration
    public var sliceCount: Int
    /// Fewer calls in the window decide nothing.
    public var minimumCalls: Int
    /// It opens at this share of failures, 0 to 1.
    public var failureRatio: Double
    /// The first open time; it doubles with each opening up to the ceiling, give or take a fifth.
    public var openBase: Duration
    public var openCeiling: Duration
    /// The time over which a closed breaker ramps up to all traffic.
    public var ramp: Duration
    /// The share it begins with, 0 to 1.
    public var rampStart: Double
    /// While it ramps this many calls decide.
    public var rampMinimumCalls: Int
    /// Closed for so long, earlier openings are forgotten.
    public var healthyAfter: Duration

    public init(
        slice: Duration = .seconds(10), sliceCount: Int = 6, minimumCalls: Int = 5, failureRatio: Double = 0.5,
        openBase: Duration = .seconds(5), openCeiling: Duration = .seconds(300), ramp: Duration = .seconds(20),
        rampStart: Double = 0.2, rampMinimumCalls: Int = 2, healthyAfter: Duration = .seconds(600)
    ) {
        self.slice = slice
        self.sliceCount = sliceCount
        self.minimumCalls = minimumCalls
        self.failureRatio = failureRatio
        self.openBase = openBase
        self.openCeiling = openCeiling
        self.ramp = ramp
        self.rampStart = rampStart
        self.rampMinimumCalls = rampMinimumCalls
        self.healthyAfter = healthyAfter
    }
}

extension BreakerPolicy {
    /// The share of calls let through a breaker that ramps, growing from ``rampStart`` to 1.
    fileprivate func share(since start: Int64, now: Int64) -> Double {
        let length = ramp.microseconds
        guard length > 0 else { return 1 }
        let passed = Double(max(0, now - start)) / Double(length)
        return min(1, rampStart + (1 - rampStart) * passed)
    }

    /// Microseconds of the next open time after so many openings.
    fileprivate func openTime(after openings: Int, draw: Double) -> Int64 {
        // Beyond 2^20 the ceiling has long been reached; a shift further would overflow.
        let doubled = openBase.microseconds << Int64(min(max(openings, 0), 20))
        return Int64(Double(min(doubled, openCeiling.microseconds)) * (0.8 + 0.4 * draw))
    }
}
