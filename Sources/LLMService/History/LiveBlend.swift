import LLMCore

/// Puts what live calls say of failures, latency and cost into a selection table; of the quality of an answer they say nothing.
///
/// - Failures: the live share with the bench's as its prior, as strong as the bench was. A call that fails has quality 0, so quality is scaled
///   by the share that is answered; where more than 5 % fail the p95 is infinite, as in the method. Each draw takes its own share, from the
///   Beta distribution of what was seen.
/// - Latency: the p95 is scaled by how much longer the bench's typical answer would take at the live time to first token and the live
///   seconds per token. So neither longer prompts nor longer answers look slow, but for what a longer prompt adds to the time to first
///   token. A p95 that is infinite in the bench stays so. Waits that were scaled (`--time-scale`) are compared with nothing.
/// - Cost: scaled by the price of a token, live over bench, where an output token counts as many input tokens as the price list says. So
///   it sees new prices, cache discounts and tiers, whatever the length of prompts and answers; it does not see that answers have become
///   longer for the same prompt, which nothing in a live call tells from longer prompts.
///
/// All of it fades with the half-life, and below ``leastWeight`` nothing changes: a model that lost its place has it back when the evidence
/// against it is old, and keeps it when new calls bear it out.
struct LiveBlend: Sendable {
    /// Live calls below which nothing changes: fewer than open a breaker, which lets no more through.
    static let leastWeight = 4.0
    /// Live calls that weigh as much as the bench for latency and cost: a few odd ones move little.
    static let shrinkage = 10.0
    /// Beyond this share of failures the p95 is infinite.
    static let p95Allowance = 0.05

    let table: SelectionTable
    /// The price of an output token, in input tokens; `nil` where no price is known, or all is free.
    let outputFactor: @Sendable (ModelID) -> Double?

    func blended(_ live: [CallHistory.Server: LiveStatistics]) -> SelectionTable {
        var result = table
        result.rows = table.rows.map { row in
            let server = CallHistory.Server(model: row.arm.model, endpoint: row.arm.endpoint)
            guard let statistics = live[server], statistics.weight >= LiveBlend.leastWeight else { return row }
            return blended(row, statistics)
        }
        return result
    }

    private func blended(_ row: SelectionRow, _ statistics: LiveStatistics) -> SelectionRow {
        let failures = BetaDistribution(
            successes: statistics.failedWeight + Double(row.n) * row.failureRate,
            of: statistics.weight + Double(row.n))
        let failureRate = failures.mean
        let live = LivePerformance(
            calls: statistics.calls, failed: statistics.failed, weight: statistics.weight, failureRate: failureRate,
            benchFailureRate: row.failureRate, latencyRatio: latencyRatio(row, statistics),
            costRatio: costRatio(row, statistics))
        return scaled(row, live, failures)
    }

    // MARK: Ratios

    private func latencyRatio(_ row: SelectionRow, _ statistics: LiveStatistics) -> Double {
        guard table.timeScale == 1, let bench = row.baseline, let first = bench.firstToken else { return 1 }
        let (speed, tokens) = (bench.secondsPerToken ?? 0, bench.streamedTokens ?? 0)
        let before = first + 1_000 * speed * tokens
        guard before > 0 else { return 1 }
        let now = shrunk(statistics.firstTokens, to: first) + 1_000 * shrunk(statistics.speeds, to: speed) * tokens
        return now / before
    }

    /// The live median, drawn to the bench's while little is known.
    private func shrunk(_ sample: WeightedSample, to bench: Double) -> Double {
        guard bench > 0, let median = sample.quantiles([0.5])?[0] else { return bench }
        return bench + (median - bench) * sample.weight / (sample.weight + LiveBlend.shrinkage)
    }

    private func costRatio(_ row: SelectionRow, _ statistics: LiveStatistics) -> Double {
        let spending = statistics.spending
        guard let cost = row.cost?.dollars, cost > 0, let factor = outputFactor(row.arm.model),
            let prompt = row.baseline?.promptTokens, let output = row.baseline?.outputTokens
        else { return 1 }
        let (benchUnits, liveUnits) = (prompt + factor * output, spending.promptTokens + factor * spending.outputTokens)
        guard benchUnits > 0, liveUnits > 0 else { return 1 }
        let ratio = spending.dollars / liveUnits / (cost / benchUnits)
        return 1 + (ratio - 1) * spending.weight / (spending.weight + LiveBlend.shrinkage)
    }

    // MARK: A row

    private func scaled(_ row: SelectionRow, _ live: LivePerformance, _ failures: BetaDistribution) -> SelectionRow {
        var result = row
        let error = failures.standardDeviation
        let factor = answered(live.failureRate, row)
        result.quality = min(1, row.quality * factor)
        result.qualityLow = min(1, row.qualityLow * answered(min(1, live.failureRate + 1.96 * error), row))
        result.qualityHigh = min(1, row.qualityHigh * answered(max(0, live.failureRate - 1.96 * error), row))
        result.failureRate = live.failureRate
        result.cost = row.cost.flatMap { LiveBlend.scaled($0, live.costRatio) }
        let isSlow = live.failureRate > LiveBlend.p95Allowance
        result.respP95 = isSlow ? nil : row.respP95.map { $0 * live.latencyRatio }
        result.respP95Low = isSlow ? nil : row.respP95Low.map { $0 * live.latencyRatio }
        result.respP95High = isSlow ? nil : row.respP95High.map { $0 * live.latencyRatio }
        result.draws = draws(of: row, live, failures)
        result.sums = nil
        result.live = live
        return result
    }

    /// By what the quality changes when so many calls fail instead of the bench's.
    private func answered(_ failureRate: Double, _ row: SelectionRow) -> Double {
        row.failureRate < 1 ? (1 - failureRate) / (1 - row.failureRate) : 1
    }

    private static func scaled(_ cost: USD, _ ratio: Double) -> USD? {
        let pico = (Double(cost.pico) * ratio).rounded()
        return pico < 9e18 ? USD(pico: Int64(pico)) : nil
    }

    /// The same draws for the same evidence: seeded by the table and the arm.
    private func draws(
        of row: SelectionRow, _ live: LivePerformance, _ failures: BetaDistribution
    ) -> SelectionDraws {
        var random = SeededGenerator(seed: row.arm.id.rawValue.utf8.reduce(table.seed) { ($0 &* 31) &+ UInt64($1) })
        var draws = row.draws
        for index in draws.quality.indices {
            let rate = failures.draw(&random)
            draws.quality[index] = min(1, draws.quality[index] * answered(rate, row))
            guard index < draws.respP95.count else { continue }
            draws.respP95[index] =
                rate > LiveBlend.p95Allowance ? nil : draws.respP95[index].map { $0 * live.latencyRatio }
        }
        draws.costUSD = draws.costUSD.map { $0 * live.costRatio }
        return draws
    }
}

/// Live calls of one task at one model, added up for comparison with its bench. Pure.
///
/// A call counts once, by how its last attempt at the model ended, as a trial does: a limit that was waited out is no failure.
struct LiveStatistics: Sendable {
    /// Half a percent of a call is nothing to speak of.
    private static let leastShare = 1 / 64.0

    private let halfLife: HalfLife
    private let now: Int64
    private(set) var calls = 0
    private(set) var failed = 0
    private(set) var weight = 0.0
    private(set) var failedWeight = 0.0
    /// Milliseconds.
    private(set) var firstTokens = WeightedSample()
    private(set) var speeds = WeightedSample()
    private(set) var spending = Spending()

    /// Weighted sums over the calls of which cost and tokens are all known.
    struct Spending: Sendable {
        var weight = 0.0
        var dollars = 0.0
        var promptTokens = 0.0
        var outputTokens = 0.0
    }

    /// - Parameter facts: Attempts of one task at one model, those of a call in order.
    init(_ facts: some Sequence<AttemptFact>, halfLife: HalfLife, now: Int64) {
        self.halfLife = halfLife
        self.now = now
        var last: [CallID: AttemptFact] = [:]
        for fact in facts {
            addLatency(of: fact)
            if fact.saysHowItServed { last[fact.call] = fact }
        }
        for fact in last.values { addEnd(of: fact) }
    }

    private mutating func addLatency(of fact: AttemptFact) {
        let share = halfLife.weight(of: fact, now: now)
        if let wait = fact.firstTokenWait { firstTokens.add(wait.milliseconds, weight: share) }
        if let speed = fact.secondsPerToken { speeds.add(speed, weight: share) }
    }

    private mutating func addEnd(of fact: AttemptFact) {
        let share = halfLife.weight(of: fact, now: now)
        guard share >= LiveStatistics.leastShare else { return }
        calls += 1
        weight += share
        if fact.outcome.fault == .provider {
            failed += 1
            failedWeight += share
        } else if let cost = fact.cost, let prompt = fact.promptTokens, let output = fact.outputTokens {
            spending.weight += share
            spending.dollars += share * cost.dollars
            spending.promptTokens += share * Double(prompt)
            spending.outputTokens += share * Double(output)
        }
    }
}
