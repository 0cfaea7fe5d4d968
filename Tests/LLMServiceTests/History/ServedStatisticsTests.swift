import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("Figures of how a model serves", .timeLimit(.minutes(2)))
struct ServedStatisticsTests {
    private static let halfLife = HalfLife(span: .seconds(3_600))

    private func served(_ facts: [AttemptFact]) -> ServedFigures? {
        ServedStatistics.figures(facts, halfLife: Self.halfLife, now: ManualClock.wallStart)
    }

    @Test(
        "an attempt counts half as much with every half-life",
        arguments: [(0.0, 1.0), (0.5, 0.70710678), (1, 0.5), (3.5, 0.08838835), (20, 9.5367e-7), (5_000, 0)]
            as [(Double, Double)])
    func decay(halfLives: Double, weight: Double) {
        #expect(abs(HalfLife.powerOfTwo(minus: halfLives) - weight) < 1e-8)
        let fact = HistoryFixtures.fact("a", age: .seconds(3_600) * halfLives)
        #expect(abs(Self.halfLife.weight(of: fact, now: ManualClock.wallStart) - weight) < 1e-8)
    }

    @Test("a clock set back makes nothing count for more than one")
    func future() {
        #expect(
            Self.halfLife.weight(of: HistoryFixtures.fact("a", age: .seconds(-900)), now: ManualClock.wallStart) == 1)
    }

    @Test("quantiles are nearest-rank, over weights")
    func quantiles() throws {
        var sample = WeightedSample()
        for value in 1...100 { sample.add(Double(value), weight: 0.25) }
        #expect(sample.quantiles([0.5, 0.95, 0.99, 1]) == [50, 95, 99, 100])
        sample.add(1_000, weight: 25)
        #expect(sample.quantiles([0.5, 0.95]) == [100, 1_000])
        #expect(WeightedSample().quantiles([0.5]) == nil)
    }

    @Test("a wait for the first token that was given up counts as long as it lasted")
    func censored() throws {
        let answered = HistoryFixtures.facts(90, "ok") { HistoryFixtures.fact($0, firstToken: .milliseconds(500)) }
        let lost = HistoryFixtures.facts(10, "late") {
            HistoryFixtures.fact($0, outcome: .timeoutFirstToken, duration: .seconds(60))
        }
        let figures = try #require(served(answered + lost))
        #expect(figures.firstTokenP50 == .milliseconds(500))
        #expect(figures.firstTokenP95 == .seconds(60))
        #expect(abs(figures.timedOutShare - 0.1) < 1e-9)
        #expect(abs(figures.failureShare - 0.1) < 1e-9)
    }

    @Test(
        "calls of the caller's fault, cancelled ones and losers of a race say nothing of failures",
        arguments: [
            AttemptClass.cancelled, .badRequest, .payloadTooLarge, .contextOverflow, .timeoutTotal,
        ])
    func notCounted(outcome: AttemptClass) throws {
        let figures = try #require(
            served([
                HistoryFixtures.fact("good"),
                HistoryFixtures.fact("other", outcome: outcome, duration: .milliseconds(900)),
            ]))
        #expect(figures.weight == 1)
        #expect(figures.failureShare == 0)
        // How long the first token was waited for is known all the same when the time was up.
        #expect(figures.firstTokenWeight == (outcome == .timeoutTotal ? 2 : 1))
    }

    @Test(
        "a failure of the provider counts, an answer that is no good does not",
        arguments: [
            (AttemptClass.serverError, 0.5), (.rateLimited, 0.5), (.timeoutIdle, 0.5), (.auth, 0.5), (.refusal, 0),
            (.lengthTruncated, 0), (.emptyOutput, 0), (.contentFilter, 0),
        ] as [(AttemptClass, Double)])
    func faults(outcome: AttemptClass, share: Double) {
        let figures = served([HistoryFixtures.fact("good"), HistoryFixtures.fact("other", outcome: outcome)])
        #expect(figures?.failureShare == share)
    }

    @Test("seconds per token are those after the first, of streams long enough to tell")
    func speed() {
        let facts = [
            HistoryFixtures.fact("a"), HistoryFixtures.fact("b", output: 4),
            HistoryFixtures.fact("c", firstToken: nil),
        ]
        let figures = served(facts)
        #expect(figures?.secondsPerToken == 0.02)
        #expect(figures?.speedWeight == 1)
        #expect(figures?.firstTokenWeight == 2)
    }

    @Test("of nothing nothing is known")
    func nothing() { #expect(served([]) == nil) }
}
