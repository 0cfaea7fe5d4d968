import DirGenAPI
import LLMCore

/// The traffic of the last hour, summed up from live calls and their attempts as they come.
struct LiveTraffic: Sendable {
    private struct Second: Sendable {
        var counts = TrafficDocument.Counts()
        var failures: [AttemptClass: Int] = [:]
    }

    /// A model's attempts: counted all, timed by the newest.
    private struct Attempts: Sendable {
        struct Minute: Sendable {
            var outcomes: [AttemptClass: Int] = [:]
            var cost = USD.zero
            var unpriced = 0
        }
        var minutes: [Int64: Minute] = [:]
        var newest: [AttemptFact] = []

        mutating func add(_ other: Attempts) {
            newest += other.newest
            minutes.merge(other.minutes) { old, new in
                Minute(
                    outcomes: old.outcomes.merging(new.outcomes, uniquingKeysWith: +), cost: old.cost + new.cost,
                    unpriced: old.unpriced + new.unpriced)
            }
        }
    }

    /// The begin of the record; wall clock, microseconds since 1970.
    let since: Int64
    private var seconds: [Int64: Second] = [:]
    private var models: [ModelID: Attempts] = [:]

    /// Attempts of a model that its times are of, at most.
    static let maxTimed = 2_000
    private static let hour: Int64 = 3_600

    init(since: Int64) { self.since = since }

    mutating func record(_ change: CallChange) {
        let call = change.call
        if change.isNew { seconds[call.startedAt / 1_000_000, default: Second()].counts.requests += 1 }
        guard change.hasEnded else { return }
        let end = call.startedAt + Int64((call.duration ?? .zero).milliseconds * 1_000)
        var second = seconds[end / 1_000_000] ?? Second()
        second.counts.ended += 1
        switch call.outcome {
        case .ok: second.counts.ok += 1
        case let outcome?:
            second.failures[outcome, default: 0] += 1
            if outcome.fault == .provider { second.counts.failed += 1 }
        case nil: break
        }
        if let cost = call.totalCost { second.counts.cost += cost } else { second.counts.unpriced += 1 }
        if let use = call.decision.promptCache { second.counts.add(use) }
        seconds[end / 1_000_000] = second
    }

    mutating func record(_ attempt: AttemptFact) {
        guard attempt.origin == .live else { return }
        var attempts = models.removeValue(forKey: attempt.model) ?? Attempts()
        attempts.newest.append(attempt)
        var minute = attempts.minutes[attempt.endedAt / 60_000_000] ?? .init()
        minute.outcomes[attempt.outcome, default: 0] += 1
        if let cost = attempt.cost { minute.cost += cost } else { minute.unpriced += 1 }
        attempts.minutes[attempt.endedAt / 60_000_000] = minute
        models[attempt.model] = attempts
    }

    /// Forgets what is older than the hour.
    mutating func prune(now: Int64) {
        let oldest = now / 1_000_000 - Self.hour
        seconds = seconds.filter { $0.key > oldest }
        models = models.compactMapValues { attempts in
            var kept = attempts
            kept.newest = attempts.newest.suffix(Self.maxTimed).filter { $0.endedAt / 1_000_000 > oldest }
            kept.minutes = attempts.minutes.filter { $0.key > oldest / 60 }
            return kept.minutes.isEmpty ? nil : kept
        }
    }

    func document(now: Int64, simulated: Bool, inFlight: Int, unread: Int) -> TrafficDocument {
        let present = now / 1_000_000
        var minute = TrafficDocument.Counts()
        var hour = TrafficDocument.Counts()
        var failures: [AttemptClass: Int] = [:]
        var minutes: [Int64: TrafficDocument.Counts] = [:]
        for (place, second) in seconds where place > present - Self.hour {
            if place > present - 60 { minute.add(second.counts) }
            hour.add(second.counts)
            minutes[place / 60, default: .init()].add(second.counts)
            failures.merge(second.failures, uniquingKeysWith: +)
        }
        let providers = models.reduce(into: [ProviderID: Attempts]()) { providers, entry in
            providers[entry.key.provider, default: Attempts()].add(entry.value)
        }
        return TrafficDocument(
            readAt: now, since: max(since, (present - Self.hour) * 1_000_000), simulated: simulated,
            inFlight: inFlight, unread: unread, lastMinute: minute, lastHour: hour,
            failures: failures.inOrder,
            minutes: minutes.sorted { $0.key < $1.key }.map { .init(startsAt: $0.key * 60_000_000, counts: $0.value) },
            models: models.sorted { $0.key < $1.key }.map { Self.figures($0.key.provider, $0.key, $0.value) },
            providers: providers.sorted { $0.key < $1.key }.map { Self.figures($0.key, nil, $0.value) })
    }

    private static func figures(
        _ provider: ProviderID, _ model: ModelID?, _ attempts: Attempts
    ) -> TrafficDocument.Figures {
        var outcomes: [AttemptClass: Int] = [:]
        for minute in attempts.minutes.values { outcomes.merge(minute.outcomes, uniquingKeysWith: +) }
        // One that the caller ended was as long as the caller liked.
        let timed = attempts.newest.filter { $0.outcome.fault != .ours }
        let times = timed.map { $0.outcome.fault == .provider ? .infinity : $0.duration.milliseconds }
        return TrafficDocument.Figures(
            provider: provider, model: model, attempts: outcomes.values.reduce(0, +),
            failures: outcomes.filter { $0.key != .ok }.inOrder,
            timed: timed.count,
            respP50: percentile(0.5, of: times), respP95: percentile(0.95, of: times),
            firstTokenP50: percentile(0.5, of: timed.compactMap { $0.firstToken?.milliseconds }),
            tokensPerSecondP50: percentile(0.5, of: timed.compactMap(speed)),
            cost: attempts.minutes.values.reduce(USD.zero) { $0 + $1.cost },
            unpriced: attempts.minutes.values.reduce(0) { $0 + $1.unpriced })
    }

    private static func speed(_ attempt: AttemptFact) -> Double? {
        guard attempt.outcome.fault != .provider else { return nil }
        return PerformanceBaseline.secondsPerToken(
            streamed: attempt.streamedTokens, firstToken: attempt.firstToken?.milliseconds,
            end: attempt.duration.milliseconds
        ).flatMap { $0 > 0 ? 1 / $0 : nil }
    }

    /// The nearest rank; `nil` without values, and where it is one that never ended well.
    private static func percentile(_ share: Double, of values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let rank = Int((share * Double(values.count)).rounded(.up))
        let value = values.sorted()[max(rank, 1) - 1]
        return value.isFinite ? value : nil
    }
}

extension TrafficDocument.Counts {
    fileprivate mutating func add(_ use: PromptCacheUse) {
        cacheSaved += use.saved ?? .zero
        guard let change = use.change else { return }
        switches += 1
        switchCost += max(.zero, change.cost ?? .zero)
    }

    fileprivate mutating func add(_ other: Self) {
        requests += other.requests
        ended += other.ended
        ok += other.ok
        failed += other.failed
        cost += other.cost
        unpriced += other.unpriced
        cacheSaved += other.cacheSaved
        switchCost += other.switchCost
        switches += other.switches
    }
}

extension [AttemptClass: Int] {
    /// The most frequent first.
    fileprivate var inOrder: [TrafficDocument.Failure] {
        sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { .init(outcome: $0.key, count: $0.value) }
    }
}
