import BenchCore
import LLMCore
import TestSupport
import Testing

@testable import BenchRunner

@Suite("The progress of a run", .timeLimit(.minutes(2)))
struct RunProgressTests {
    private var progress: RunProgress {
        let arms = ["gemini/gemini-2.5-flash", "xai/grok-4"].compactMap { ModelID($0) }
            .map { Arm(model: $0, endpoint: "test", simulated: true) }
        let rows = [BenchCase(id: "c", task: .general, messages: [.user("q")], assertions: [], hash: "h")]
        var progress = RunProgress()
        progress.observe(
            .started(plan: RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3), maxCost: USD(pico: 1_000_000_000_000))
        )
        progress.observe(.state(spent: USD(pico: 14_100_000_000), reserved: .zero, inFlight: 2))
        return progress
    }

    @Test("a line fits its terminal, and no figure is cut in its middle", arguments: 20...120)
    func narrow(width: Int) {
        let whole = progress.lines(elapsed: .seconds(1), width: .max).map { fields($0) }
        for (line, all) in zip(progress.lines(elapsed: .seconds(1), width: width), whole) {
            #expect(line.count <= width)
            guard width >= 40 else { continue }
            #expect(Array(all.prefix(fields(line).count)) == fields(line))
        }
    }

    @Test("the whole lasts as long as its slowest arm, and at least so long while one has answered nothing")
    func eta() throws {
        let arms = try ["groq/a", "local/b"].map {
            Arm(model: try #require(ModelID($0)), endpoint: "t", simulated: true)
        }
        let rows = (0..<10).map { number in
            BenchCase(id: "c\(number)", task: .general, messages: [.user("q")], assertions: [], hash: "h\(number)")
        }
        var progress = RunProgress()
        progress.observe(.started(plan: RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3), maxCost: nil))
        #expect(progress.totalLine(elapsed: .seconds(1)).hasPrefix("total 0/20 "))
        #expect(!progress.totalLine(elapsed: .seconds(1)).contains("eta"))
        for _ in 0..<5 { progress.observe(.trialFinished(summary(arms[0]))) }
        // The local arm needs ten seconds for its first: ninety more for the other nine.
        #expect(progress.totalLine(elapsed: .seconds(10)).contains(" · eta over 90.0\u{A0}s"))
        progress.observe(.trialFinished(summary(arms[1])))
        #expect(progress.totalLine(elapsed: .seconds(10)).contains(" · eta 90.0\u{A0}s"))
        for _ in 0..<9 { progress.observe(.trialFinished(summary(arms[1]))) }
        #expect(progress.totalLine(elapsed: .seconds(100)).contains(" · eta 100.0\u{A0}s"))
        progress.observe(.draining)
        #expect(!progress.lines(elapsed: .seconds(100), width: 200).contains { $0.contains("eta") })
    }

    private func summary(_ arm: Arm) -> TrialSummary {
        let row = BenchFixtures.cases(1)[0]
        return TrialSummary(BenchFixtures.trial(of: row, in: BenchFixtures.run(arms: [arm]), arm: arm))
    }

    private func fields(_ line: String) -> [String] {
        line.split(separator: " · ").flatMap { $0.split(separator: "  ") }.map(String.init)
    }
}
