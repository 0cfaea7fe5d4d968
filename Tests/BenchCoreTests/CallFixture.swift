import BenchCore
import LLMCore

/// Calls built by hand: instants are milliseconds after a fixed one.
enum CallFixture {
    static let origin = ContinuousClock.now

    static func instant(_ milliseconds: Double) -> ContinuousClock.Instant {
        origin + .microseconds(Int64(milliseconds * 1_000))
    }
    static func duration(_ milliseconds: Double?) -> Duration? {
        milliseconds.map { .microseconds(Int64($0 * 1_000)) }
    }

    static func timings(
        sent: Double = 0, connect: Double? = nil, headers: Double? = nil, first: Double? = nil, answer: Double? = nil,
        last: Double? = nil, end: Double, gaps: Int = 0
    ) -> AttemptTimings {
        AttemptTimings(
            sentAt: instant(sent), connect: duration(connect), headers: duration(headers), firstToken: duration(first),
            firstAnswer: duration(answer), lastToken: duration(last), end: duration(end) ?? .zero, gapCount: gaps)
    }

    static func attempt(
        _ timings: AttemptTimings, outcome: AttemptClass = .ok, tokens: TokenUsage? = nil, answer: Int = 0,
        thinking: Int = 0, cost: CostReading = .init(computed: .zero), source: UsageSource = .reported
    ) -> AttemptRecord {
        let report = AttemptReport(
            id: AttemptID(rawValue: "a"), model: ModelID(provider: "openai", name: "m"), endpoint: "e", simulated: true,
            timings: timings, outcome: outcome,
            usage: tokens.map { UsageReading(raw: .null, tokens: $0, source: source) },
            answerCharacters: answer, thinkingCharacters: thinking)
        return AttemptRecord(report: report, cost: cost)
    }

    static func call(
        _ attempts: [AttemptRecord], text: String = "", outcome: AttemptClass? = nil, endedAt: Double = 0
    ) -> CallRecord {
        CallRecord(
            id: CallID(rawValue: "c"), origin: .bench, task: "t", requested: .auto, model: nil, endpoint: "e",
            simulated: true, outcome: outcome ?? attempts.last?.report.outcome ?? .cancelled, attempts: attempts,
            answer: Answer(text: text), decision: DecisionRecord(reason: ""), openedAt: origin,
            endedAt: instant(endedAt), startedAt: 0)
    }

    static func metrics(_ attempts: [AttemptRecord], scheduled: Double = 0, acquired: Double = 0, endedAt: Double = 0)
        -> TrialMetrics
    {
        TrialMetrics(
            call: call(attempts, endedAt: endedAt), scheduled: instant(scheduled), acquired: instant(acquired))
    }
}
