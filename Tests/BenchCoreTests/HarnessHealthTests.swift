import LLMCore
import Testing

@testable import BenchCore

@Suite("The harness's diagnosis of itself", .timeLimit(.minutes(1)))
struct HarnessHealthTests {
    private static let good = HarnessHealth(
        lag: .init(n: 900, p50: 0.2, p99: 10, max: 40), cpuShare: 0.9, cores: 2, clockStep: -100,
        departures: .init(n: 50, p50: 0.1, p99: 10, max: 11))

    @Test("at its limits nothing is said")
    func quiet() { #expect(Self.good.warnings.isEmpty && HarnessHealth().warnings.isEmpty) }

    @Test("a figure over its limit is named, with the numbers not to trust")
    func warnings() {
        var health = Self.good
        health.lag?.p99 = 14
        #expect(
            health.warnings.count == 1 && health.warnings[0].contains("p99 14")
                && health.warnings[0].contains("ttft_ms"))
        health = Self.good
        health.cpuShare = 0.97
        #expect(
            health.warnings.count == 1 && health.warnings[0].contains("97") && health.warnings[0].contains("2 cores"))
        health = Self.good
        health.clockStep = -2_400
        #expect(health.warnings.count == 1 && health.warnings[0].contains("2.40"))
        health = Self.good
        health.departures?.p99 = 31
        #expect(health.warnings.count == 1 && health.warnings[0].contains("resp_ms"))
    }

    @Test("it is read back as it was stored, and unknown stays unknown")
    func coding() {
        #expect(HarnessHealth(json: Self.good.json) == Self.good)
        #expect(HarnessHealth(json: [:]) == HarnessHealth() && HarnessHealth(json: 3) == nil)
        #expect(HarnessHealth().json == [:] && HarnessHealth().text.isEmpty)
    }
}
