import BenchCore
import LLMCore
import Testing

@Suite("The load of a run", .timeLimit(.minutes(1)))
struct LoadModelTests {
    @Test("a sweep has equal ratios and exact ends")
    func grid() {
        let rates = RateSweep(1, to: 32, steps: 6).rates
        #expect(rates.count == 6 && rates.first == 1 && rates.last == 32)
        for (rate, expected) in zip(rates, [1.0, 2, 4, 8, 16, 32]) { #expect(abs(rate - expected) < 1e-9) }
        #expect(RateSweep(7.5).rates == [7.5])
    }

    @Test(
        "a load is read back as it was stored",
        arguments: [
            .closed, .replay, .constant(RateSweep(2.5)), .poisson(RateSweep(0.5, to: 20, steps: 9)),
        ] as [LoadModel])
    func coding(load: LoadModel) {
        #expect(LoadModel(json: load.json) == load)
        let environment = RunEnvironment(
            load: load, objective: ServiceObjective(limits: [.ttft: 500], share: 0.9),
            harness: [HarnessHealth(cpuShare: 0.5, cores: 2)])
        #expect(RunEnvironment(json: environment.json) == environment)
    }

    @Test("what is no load stays as it is", arguments: ["ramp", "constant"])
    func unknown(model: String) {
        let json: JSONValue = ["load": ["model": .string(model), "from_rps": -1]]
        #expect(RunEnvironment(json: json).load == nil)
        #expect(RunEnvironment(json: json).json == json)
    }

    @Test("an objective is read with its default share, and its limits are judged one by one")
    func objective() throws {
        let objective = try ServiceObjective("ttft_ms=500,tpot_ms=20")
        #expect(objective.share == 0.95 && objective.limits == [.ttft: 500, .tpot: 20])
        #expect(try ServiceObjective("resp_ms=2000,share=0.9").text == "90 % within resp 2 s")
        #expect(ServiceObjective(json: objective.json) == objective)
        var metrics = TrialMetrics(queue: 0, ttft: 500, resp: 900, work: 900, retryWait: 0, tpot: 20)
        #expect(objective.isKept(by: metrics))
        metrics.tpot = nil
        #expect(objective.isKept(by: metrics), "one chunk has no time per token")
        metrics.ttft = 500.1
        #expect(!objective.isKept(by: metrics))
        metrics.ttft = nil
        #expect(!objective.isKept(by: metrics), "unknown is not kept")
    }

    @Test(
        "a wrong objective is refused with what is known",
        arguments: [
            ("ttft=500", "unknown key 'ttft'"), ("ttft_ms", "expected key=value"), ("ttft_ms=0", "above 0"),
            ("ttft_ms=1,ttft_ms=2", "ttft_ms is given twice"), ("share=0.9", "no limit is given"),
            ("ttft_ms=1,share=95", "between 0 and 1"), ("ttft_ms=1,share=0.9,share=0.8", "share is given twice"),
            ("", "expected key=value"),
        ])
    func faults(text: String, words: String) {
        #expect {
            try ServiceObjective(text)
        } throws: { error in
            "\(error)".contains(words)
        }
    }
}
