import BenchCore
import LLMCore
import TestSupport
import Testing

@Suite("the money a run has spent", .timeLimit(.minutes(1)))
struct RunSpendingTests {
    @Test(
        "one sum, with its parts where it has several, and a lower bound where a cost is unknown",
        arguments: [
            (RunOverview(run: BenchFixtures.run(), cost: USD(pico: 500_000_000_000)), "$0.500"),
            (
                RunOverview(
                    run: BenchFixtures.run(), cost: USD(pico: 500_000_000_000), judgeCalls: 4,
                    judgeCost: USD(pico: 250_000_000_000)),
                "$0.750 ($0.500 for trials, $0.250 for judges)"
            ),
            (
                RunOverview(
                    run: BenchFixtures.run(), cost: USD(pico: 500_000_000_000), assumed: 1,
                    assumedCost: USD(pico: 250_000_000_000), judgeCalls: 1, judgeUnpriced: 1),
                "≥ $0.750 ($0.500 for trials, $0 for judges, up to $0.250 for calls whose cost is unknown)"
            ),
        ])
    func summary(overview: RunOverview, text: String) {
        let spending = overview.spending
        #expect(spending.summary == text && text.hasPrefix(spending.sum))
        #expect(spending.total == overview.cost + overview.judgeCost + overview.assumedCost)
        #expect(spending.known == overview.cost + overview.judgeCost)
    }
}
