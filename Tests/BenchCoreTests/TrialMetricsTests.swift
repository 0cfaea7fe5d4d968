import BenchCore
import LLMCore
import Testing

@Suite("The numbers of a trial")
struct TrialMetricsTests {
    private let start = ContinuousClock.now
    private func attempt(
        sent: Int, end: Int, first: Int? = nil, answer: Int? = nil, last: Int? = nil, gaps: Int = 9,
        usage: TokenUsage? = nil,
        thinking: Int = 0, cost: Int64? = nil, billed: Int64? = nil
    ) -> AttemptRecord {
        let timings = AttemptTimings(
            sentAt: start + .milliseconds(sent), headers: .milliseconds(10),
            firstToken: first.map { .milliseconds($0) },
            firstAnswer: answer.map { .milliseconds($0) }, lastToken: last.map { .milliseconds($0) },
            end: .milliseconds(end),
            gapCount: gaps)
        let report = AttemptReport(
            id: AttemptID(rawValue: "a"), model: ModelID(provider: "openai", name: "m"), endpoint: "e", simulated: true,
            timings: timings,
            outcome: .ok, usage: usage.map { UsageReading(raw: .null, tokens: $0) }, answerCharacters: 400,
            thinkingCharacters: thinking)
        return AttemptRecord(
            report: report,
            cost: CostReading(computed: cost.map { USD(pico: $0) }, billed: billed.map { USD(pico: $0) }))
    }
    private func metrics(_ attempts: [AttemptRecord], ended: Int, acquired: Int = 0) -> TrialMetrics {
        let call = CallRecord(
            id: CallID(rawValue: "c"), origin: .bench, task: .general, requested: .auto, model: nil, endpoint: nil,
            simulated: true,
            outcome: .ok, attempts: attempts, answer: Answer(), decision: DecisionRecord(reason: ""), openedAt: start,
            endedAt: start + .milliseconds(ended), startedAt: 0)
        return TrialMetrics(call: call, scheduled: start, acquired: start + .milliseconds(acquired))
    }

    @Test("a retry counts in what the caller waited and in work, and its sleep is apart")
    func retry() {
        let metrics = metrics(
            [attempt(sent: 5, end: 100), attempt(sent: 600, end: 300, first: 50, answer: 80, last: 250)], ended: 900,
            acquired: 5)
        #expect(metrics.queue == 5 && metrics.resp == 900 && metrics.work == 400 && metrics.retryWait == 495)
        #expect(metrics.e2e == 300 && metrics.ttft == 50 && metrics.ttfa == 80 && metrics.decode == 200)
        #expect(metrics.attempts == 2)
    }

    @Test("hidden reasoning is not divided into the time of the visible answer: 99 tokens a second, not 1,099")
    func hiddenReasoning() {
        let usage = TokenUsage(promptTokens: 10, outputTokens: 1_100, reasoningTokens: 1_000)
        let metrics = metrics(
            [attempt(sent: 0, end: 13_000, first: 12_000, answer: 12_000, last: 13_000, usage: usage)], ended: 13_000)
        #expect(metrics.streamedTokens == 100)
        #expect(abs((metrics.decodeTokensPerSecond ?? 0) - 99) < 0.01)
        #expect(abs((metrics.e2eTokensPerSecond ?? 0) - 1_100 / 13) < 0.01)
    }

    @Test("reasoning that was streamed counts as streamed")
    func visibleReasoning() {
        let usage = TokenUsage(promptTokens: 10, outputTokens: 1_100, reasoningTokens: 1_000)
        let metrics = metrics(
            [attempt(sent: 0, end: 13_000, first: 1_000, answer: 12_000, last: 13_000, usage: usage, thinking: 5_000)],
            ended: 13_000)
        #expect(metrics.streamedTokens == 1_100)
        #expect(metrics.charactersPerSecond == 400)
    }

    @Test(
        "a single chunk, one token or unknown usage has no speed",
        arguments: [(0, 50), (9, 1), (9, nil)] as [(Int, Int?)])
    func noSpeed(gaps: Int, output: Int?) {
        let usage = TokenUsage(outputTokens: output)
        let metrics = metrics(
            [attempt(sent: 0, end: 100, first: 50, answer: 50, last: 90, gaps: gaps, usage: usage)], ended: 100)
        #expect(metrics.tpot == nil && metrics.decodeTokensPerSecond == nil)
    }

    @Test("one attempt of unknown cost makes the sum unknown, and billed wins over computed")
    func cost() {
        #expect(metrics([attempt(sent: 0, end: 1, cost: 5), attempt(sent: 2, end: 1)], ended: 4).cost == nil)
        #expect(
            metrics([attempt(sent: 0, end: 1, cost: 5), attempt(sent: 2, end: 1, cost: 7, billed: 6)], ended: 4).cost
                == USD(pico: 11))
        #expect(metrics([], ended: 1).cost == nil)
    }
}
