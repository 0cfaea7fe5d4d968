import BenchCore
import LLMCore
import Testing

@Suite("metrics of a trial", .timeLimit(.minutes(2)))
struct TrialMetricsTests {
    typealias Fixture = CallFixture

    @Test("a streamed answer has every number of the definitions")
    func streamed() {
        let timings = Fixture.timings(
            sent: 30, connect: 5, headers: 40, first: 100, answer: 150, last: 1_100, end: 1_120, gaps: 50)
        let tokens = TokenUsage(
            promptTokens: 20, cacheReadTokens: 4, cacheWriteTokens: 1, cacheWrite1hTokens: 2, outputTokens: 101,
            reasoningTokens: 10)
        let cost = CostReading(computed: USD(pico: 5))
        let metrics = Fixture.metrics(
            [Fixture.attempt(timings, tokens: tokens, answer: 475, thinking: 30, cost: cost)], scheduled: 10,
            acquired: 25)
        #expect(metrics.queue == 15 && metrics.ttfb == 40 && metrics.ttft == 100 && metrics.ttfa == 150)
        #expect(metrics.e2e == 1_120 && metrics.resp == 1_140 && metrics.work == 1_120 && metrics.connect == 5)
        #expect(metrics.retryWait == 5, "what is neither queue nor work")
        #expect(metrics.decode == 1_000 && metrics.streamedTokens == 101 && metrics.tpot == 10)
        #expect(metrics.decodeTokensPerSecond == 100 && metrics.charactersPerSecond == 500)
        #expect(metrics.e2eTokensPerSecond == 101 / 1.12)
        #expect(metrics.promptTokens == 20 && metrics.cacheReadTokens == 4 && metrics.cacheWriteTokens == 3)
        #expect(metrics.outputTokens == 101 && metrics.reasoningTokens == 10 && metrics.gapCount == 50)
        #expect(metrics.cost == USD(pico: 5) && metrics.billed == nil && metrics.attempts == 1)
    }

    @Test(
        "counted tokens make speeds as reported ones do; of an estimate no speed is made",
        arguments: UsageSource.allCases)
    func source(of usage: UsageSource) {
        let timings = Fixture.timings(first: 100, answer: 100, last: 1_100, end: 1_250, gaps: 50)
        let tokens = TokenUsage(outputTokens: 101)
        let metrics = Fixture.metrics([Fixture.attempt(timings, tokens: tokens, answer: 400, source: usage)])
        let isMeasured = usage != .estimated
        #expect(metrics.usageSource == usage && metrics.outputTokens == 101)
        #expect(metrics.streamedTokens == (isMeasured ? 101 : nil) && metrics.tpot == (isMeasured ? 10 : nil))
        #expect(metrics.decodeTokensPerSecond == (isMeasured ? 100 : nil))
        #expect(metrics.e2eTokensPerSecond == (isMeasured ? 101 / 1.25 : nil))
        #expect(metrics.charactersPerSecond == 400)
        #expect(Fixture.metrics([Fixture.attempt(timings, answer: 400)]).usageSource == nil)
    }

    @Test("hidden reasoning is not streamed: 1000 hidden and 100 visible tokens in a second are 99 a second, not 1099")
    func hiddenReasoning() {
        let timings = Fixture.timings(first: 12_000, answer: 12_000, last: 13_000, end: 13_000, gaps: 20)
        let tokens = TokenUsage(outputTokens: 1_100, reasoningTokens: 1_000)
        let hidden = Fixture.metrics([Fixture.attempt(timings, tokens: tokens, answer: 400)])
        #expect(hidden.streamedTokens == 100)
        #expect(hidden.decodeTokensPerSecond.map { abs($0 - 99) < 1e-9 } == true)
        let shown = Fixture.metrics([Fixture.attempt(timings, tokens: tokens, answer: 400, thinking: 3_000)])
        #expect(shown.streamedTokens == 1_100)
    }

    @Test(
        "speed is undefined without two pieces, more than one streamed token, or time between them that can be told from error",
        arguments: [(0, 100, 500.0), (5, 1, 500), (5, 0, 500), (5, 100, 100), (5, 100, 104.9)])
    func undefinedSpeed(gaps: Int, output: Int, last: Double) {
        let timings = Fixture.timings(first: 100, answer: 100, last: last, end: 600, gaps: gaps)
        let metrics = Fixture.metrics([Fixture.attempt(timings, tokens: TokenUsage(outputTokens: output), answer: 9)])
        #expect(metrics.decodeTokensPerSecond == nil)
        #expect(metrics.e2eTokensPerSecond == Double(output) / 0.6)
        #expect((metrics.charactersPerSecond == nil) == (last < 105))
    }

    @Test(
        "tokens of the first chunk, or of all chunks that came with it, are not part of the timed ones",
        arguments: [(0, 100), (4, 100), (100, 76), (396, 1), (400, nil)])
    func firstChunk(characters: Int, speed: Int?) {
        var timings = Fixture.timings(first: 100, answer: 100, last: 1_100, end: 1_100, gaps: 3)
        timings.firstTokenCharacters = characters
        let tokens = TokenUsage(outputTokens: 101)
        let metrics = Fixture.metrics([Fixture.attempt(timings, tokens: tokens, answer: 300, thinking: 100)])
        #expect(metrics.decodeTokensPerSecond.map { Int($0.rounded()) } == speed)
    }

    @Test("an answer that was not streamed has no first token, and unknown usage no speed")
    func unstreamed() {
        let metrics = Fixture.metrics([Fixture.attempt(Fixture.timings(headers: 500, end: 510), answer: 12)])
        #expect(metrics.ttft == nil && metrics.ttfa == nil && metrics.decode == nil && metrics.tpot == nil)
        #expect(metrics.charactersPerSecond == nil && metrics.e2eTokensPerSecond == nil && metrics.outputTokens == nil)
        #expect(metrics.cacheWriteTokens == nil && metrics.streamedTokens == nil && metrics.e2e == 510)
    }

    @Test("reasoning beyond what was written gives no streamed count instead of a negative one")
    func inconsistentUsage() {
        let metrics = Fixture.metrics([
            Fixture.attempt(Fixture.timings(end: 1), tokens: TokenUsage(outputTokens: 5, reasoningTokens: 9))
        ])
        #expect(metrics.streamedTokens == nil && metrics.outputTokens == 5)
    }

    @Test("retries: the caller waited for all, the service time is the last one's")
    func retries() {
        let attempts = [
            Fixture.attempt(Fixture.timings(sent: 0, headers: 50, end: 60), outcome: .rateLimited),
            Fixture.attempt(Fixture.timings(sent: 1_060, headers: 50, end: 70), outcome: .serverError),
            Fixture.attempt(
                Fixture.timings(sent: 1_500, headers: 80, end: 200),
                cost: .init(computed: USD(pico: 7), billed: USD(pico: 9))),
        ]
        let metrics = Fixture.metrics(attempts)
        #expect(metrics.resp == 1_700 && metrics.work == 330 && metrics.retryWait == 1_370 && metrics.e2e == 200)
        #expect(metrics.ttfb == 80 && metrics.attempts == 3)
        #expect(metrics.cost == USD(pico: 9) && metrics.billed == USD(pico: 9))
    }

    @Test("an attempt of unknown cost makes the sum unknown, and one not billed the billed sum")
    func unknownCost() {
        let known = Fixture.attempt(
            Fixture.timings(end: 1), cost: .init(computed: USD(pico: 1), billed: USD(pico: 1)))
        let unpriced = Fixture.attempt(Fixture.timings(end: 1), cost: .init(unknownBecause: "no price"))
        let unbilled = Fixture.attempt(Fixture.timings(end: 1), cost: .init(computed: USD(pico: 1)))
        #expect(Fixture.metrics([unpriced, known]).cost == nil)
        #expect(Fixture.metrics([unbilled, known]).billed == nil)
        #expect(Fixture.metrics([unbilled, known]).cost == USD(pico: 2))
    }

    @Test("a call that sent nothing has waited, and nothing else")
    func nothingSent() {
        let metrics = Fixture.metrics([], scheduled: 0, acquired: 3, endedAt: 10)
        #expect(metrics.resp == 10 && metrics.queue == 3 && metrics.work == 0 && metrics.e2e == nil)
        #expect(metrics.attempts == 0 && metrics.cost == .zero)
    }
}
