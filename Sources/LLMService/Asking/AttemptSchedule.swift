import LLMCore

/// The order of a call's attempts: which candidate is tried next and when. Pure, so that every order of failures is tested without a clock.
///
/// The candidate with the fewest attempts goes first, in the planned order; nobody waits while another is ready.
struct AttemptSchedule: Sendable {
    enum Step: Sendable, Hashable {
        /// One of these, which are equally good, in the planned order; never empty.
        case attempt([Int])
        case wait(until: ContinuousClock.Instant)
        /// No candidate is left that could answer in time.
        case exhausted
        case deadlinePassed
    }

    private struct Entry {
        var candidate: Candidate
        var failures = 0
        /// Keys changed so far: another key is another try, not a retry.
        var rotations = 0
        var wasRetriedAtOnce = false
        /// A key of it was rate limited: when the others cannot answer either, local models come next.
        var wasLimited = false
        var readyAt: ContinuousClock.Instant?
        /// Ready one day, but not waited for.
        var isHopeless = false
        var isOpen = true
        /// The reasoning effort of its further attempts, after one reasoned the answer away.
        var effort: String?
        /// Its context window is unknown, after that of another overflowed: known larger ones go first.
        var isUncertain = false
    }

    private struct Rank: Comparable {
        var isHeldBack: Bool
        var failures: Int
        var place: Int

        static func < (left: Rank, right: Rank) -> Bool {
            (left.isHeldBack ? 1 : 0, left.failures, left.place) < (
                right.isHeldBack ? 1 : 0, right.failures, right.place
            )
        }
    }

    private var entries: [Entry]
    /// A cloud was rate limited: local models come next.
    private var prefersLocal = false
    private let retries: Int
    private let deadline: ContinuousClock.Instant
    private let backoff: Backoff

    init(candidates: [Candidate], retries: Int, deadline: ContinuousClock.Instant, backoff: Backoff) {
        entries = candidates.map { Entry(candidate: $0) }
        self.retries = retries
        self.deadline = deadline
        self.backoff = backoff
    }

    func step(now: ContinuousClock.Instant) -> Step {
        guard now < deadline else { return .deadlinePassed }
        let open = entries.indices.filter { entries[$0].isOpen }
        let ready = open.filter { isReady($0, now: now) }
        if let best = ready.map(rank).min() {
            return .attempt(ready.filter { rank($0) == best })
        }
        guard let wake = open.filter({ !entries[$0].isHopeless }).compactMap({ entries[$0].readyAt }).min(),
            wake < deadline
        else { return .exhausted }
        return .wait(until: wake)
    }

    /// The candidate that a ``Step/wait(until:)`` is for.
    var awaited: Int? {
        let waiting = entries.indices.filter { entries[$0].isOpen && !entries[$0].isHopeless }
        return waiting.filter { entries[$0].readyAt != nil }.min {
            (entries[$0].readyAt ?? deadline) < (entries[$1].readyAt ?? deadline)
        }
    }

    /// The candidates that could be asked beside one that is slow to answer, best first.
    func hedges(beside index: Int, now: ContinuousClock.Instant) -> [Int] {
        guard now < deadline else { return [] }
        let model = entries[index].candidate.model
        return entries.indices.filter { other in
            entries[other].isOpen && isReady(other, now: now) && entries[other].failures == 0
                && entries[other].candidate.model != model
        }.sorted { rank($0) < rank($1) }
    }

    /// The alternatives that could still answer when this candidate does not.
    func alternatives(to index: Int, now: ContinuousClock.Instant) -> FirstTokenTimeout.Alternatives {
        let others = entries.indices.filter { $0 != index && entries[$0].isOpen }
        let isReady = others.contains { entries[$0].failures == 0 && self.isReady($0, now: now) }
        if isReady { return .ready(isFirstAttempt: entries.allSatisfy { $0.failures == 0 }) }
        return others.isEmpty ? .none : .later
    }

    /// When a candidate may be asked; `nil`: at once.
    func readyAt(_ index: Int) -> ContinuousClock.Instant? { entries[index].readyAt }

    private func isReady(_ index: Int, now: ContinuousClock.Instant) -> Bool {
        entries[index].readyAt.map { $0 <= now } ?? true
    }

    /// Lower goes first; equals are declared so by the configuration.
    private func rank(_ index: Int) -> Rank {
        // Field by field: an entry copied whole counts every part of its candidate.
        Rank(
            isHeldBack: entries[index].isUncertain || prefersLocal && !entries[index].candidate.isLocal,
            failures: entries[index].failures, place: entries[index].candidate.place ?? index)
    }

    /// Takes a candidate out: it does not fit the budget, or is not to be called.
    mutating func drop(_ index: Int) {
        entries[index].isOpen = false
        preferLocal(after: index)
    }

    /// Defers a candidate: a limit, an open breaker or a cooldown ends then.
    ///
    /// - Parameter isHopeless: It is asked when it is ready while another is waited for, but not waited for itself.
    mutating func delay(_ index: Int, until instant: ContinuousClock.Instant, isHopeless: Bool = false) {
        entries[index].readyAt = instant
        entries[index].isHopeless = isHopeless
        preferLocal(after: index)
    }

    /// The reasoning effort that replaces the request's in the candidate's next attempt; `nil`: none does.
    func effort(of index: Int) -> String? { entries[index].effort }

    private mutating func preferLocal(after index: Int) { prefersLocal = prefersLocal || entries[index].wasLimited }

    /// Takes in a failure before the first token.
    ///
    /// - Parameters:
    ///   - keys: How many keys the provider has; another may do better at once.
    ///   - lowerEffort: A reasoning effort below that of the attempt; `nil` where it may not be lowered.
    ///   - jitter: Uniform in 0 to 1.
    mutating func failed(
        _ index: Int, report: AttemptReport, keys: Int = 1, lowerEffort: String? = nil,
        now: ContinuousClock.Instant, jitter: Double
    ) {
        if report.isSpentOnReasoning, retries > 0 {
            if let lowerEffort, entries[index].effort == nil {
                entries[index].effort = lowerEffort
                entries[index].readyAt = nil
                return
            }
            // Once: less reasoning did not help either.
            if entries[index].effort != nil { entries[index].failures = max(entries[index].failures, retries) }
        }
        let isLocal = entries[index].candidate.isLocal
        let policy = FailurePolicy(of: report, isLocal: isLocal)
        entries[index].wasLimited = entries[index].wasLimited || policy.countsForLock
        if policy.rotate, entries[index].rotations < keys - 1 {
            entries[index].rotations += 1
            entries[index].readyAt = nil
            return
        }
        if policy.retriesAtOnce, retries > 0, !entries[index].wasRetriedAtOnce {
            entries[index].wasRetriedAtOnce = true
            entries[index].readyAt = nil
            return
        }
        preferLocal(after: index)
        entries[index].failures += 1
        if policy.retry, entries[index].failures <= (policy.isCostly ? min(retries, 1) : retries) {
            let wait = backoff.wait(
                failures: entries[index].failures, floor: report.rateLimit?.retryAfter, jitter: jitter)
            entries[index].readyAt = now + wait
        } else {
            entries[index].isOpen = false
        }
        close(after: policy.fallback, failed: entries[index].candidate, report.failure)
    }

    private mutating func close(
        after fallback: FailurePolicy.FallbackTarget, failed: Candidate, _ failure: ProviderFailure?
    ) {
        switch fallback {
        case .anywhere: break
        case .nowhere: close { _ in true }
        case .otherProviders: close { $0.model.provider == failed.model.provider }
        case .largerContext: closeTooSmall(failed, failure)
        }
    }

    /// Leaves those that may hold a prompt which overflowed the context of `failed`.
    private mutating func closeTooSmall(_ failed: Candidate, _ failure: ProviderFailure?) {
        // What the server holds is nearer to the truth than what its model could.
        let held = failure?.contextLimit ?? failed.contextWindow ?? 0
        let needed = max(held, failure?.promptTokens ?? 0)
        for index in entries.indices {
            let candidate = entries[index].candidate
            guard let window = candidate.contextWindow else {
                // A local server may cut a prompt that is too long, and say nothing.
                if candidate.isLocal { entries[index].isOpen = false }
                entries[index].isUncertain = true
                continue
            }
            if window <= needed { entries[index].isOpen = false }
        }
    }

    private mutating func close(where matches: (Candidate) -> Bool) {
        for index in entries.indices where matches(entries[index].candidate) { entries[index].isOpen = false }
    }
}
