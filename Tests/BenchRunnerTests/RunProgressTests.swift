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
            .started(
                plan: RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3), maxCost: USD(pico: 1_000_000_000_000)),
            at: .zero)
        progress.observe(.state(spent: USD(pico: 14_100_000_000), reserved: .zero, inFlight: 2), at: .zero)
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

    private func started(_ models: [String], cases: Int) throws -> (RunProgress, [Arm]) {
        let arms = try models.map { Arm(model: try #require(ModelID($0)), endpoint: "t", simulated: true) }
        let rows = (0..<cases).map { number in
            BenchCase(id: "c\(number)", task: .general, messages: [.user("q")], assertions: [], hash: "h\(number)")
        }
        var progress = RunProgress()
        progress.observe(
            .started(plan: RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3), maxCost: nil), at: .zero)
        return (progress, arms)
    }

    @Test("the whole lasts as long as its slowest provider, and at least so long while one has answered nothing")
    func eta() throws {
        var (progress, arms) = try started(["groq/a", "local/b"], cases: 10)
        #expect(progress.totalLine(elapsed: .seconds(1)).hasPrefix("total 0/20 "))
        #expect(!progress.totalLine(elapsed: .seconds(1)).contains("eta"))
        for _ in 0..<5 { progress.observe(.trialFinished(summary(arms[0])), at: .seconds(10)) }
        // The local arm needs ten seconds for its first: ninety more for the other nine.
        #expect(progress.totalLine(elapsed: .seconds(10)).contains(" · eta over 90.0\u{A0}s"))
        progress.observe(.trialFinished(summary(arms[1])), at: .seconds(10))
        #expect(progress.totalLine(elapsed: .seconds(10)).contains(" · eta 90.0\u{A0}s"))
        for _ in 0..<9 { progress.observe(.trialFinished(summary(arms[1])), at: .seconds(100)) }
        // The other's five came together after 10 s, and its sixth is 80 s later than that: (10 + 2 + 80) / 6 s for each of four.
        #expect(progress.totalLine(elapsed: .seconds(100)).contains(" · eta 61.3\u{A0}s"))
        progress.observe(.draining, at: .seconds(100))
        #expect(!progress.lines(elapsed: .seconds(100), width: 200).contains { $0.contains("eta") })
    }

    @Test("under an open load the schedule says what is left, and after it the number of answers to come")
    func schedule() throws {
        let arm = Arm(model: try #require(ModelID("groq/a")), endpoint: "t", simulated: true)
        let rows = (0..<10).map { number in
            BenchCase(id: "c\(number)", task: .general, messages: [.user("q")], assertions: [], hash: "h\(number)")
        }
        var progress = RunProgress()
        let plan = RunPlan(cases: rows, arms: [arm], repeats: 1, seed: 3, load: .constant(RateSweep(1)))
        progress.observe(.started(plan: plan, maxCost: nil), at: .zero)
        for _ in 0..<4 { progress.observe(.trialFinished(summary(arm)), at: .seconds(6)) }
        #expect(progress.totalLine(elapsed: .seconds(6)).contains(" · eta 3.00\u{A0}s"))
        #expect(progress.totalLine(elapsed: .seconds(20)).hasSuffix(" · past its schedule, 6 answers to come"))
        for _ in 0..<6 { progress.observe(.trialFinished(summary(arm)), at: .seconds(21)) }
        #expect(!progress.totalLine(elapsed: .seconds(21)).contains("to come"))
        progress.observe(.draining, at: .seconds(21))
        #expect(!progress.totalLine(elapsed: .seconds(22)).contains("to come"))
    }

    @Test("models of one provider share its time")
    func sharedLane() throws {
        var (progress, arms) = try started(["local/a", "local/b"], cases: 10)
        for _ in 0..<10 { progress.observe(.trialFinished(summary(arms[0])), at: .seconds(10)) }
        #expect(progress.totalLine(elapsed: .seconds(10)).contains(" · eta 10.0\u{A0}s"))
    }

    @Test("at a steady engine the time left never rises, at whatever moment it is looked at", arguments: [1, 4])
    func steady(together: Int) throws {
        var (progress, arms) = try started(["local/a"], cases: 12 * together)
        var shown: [Double] = []
        for number in 1...11 {
            let end = Duration.seconds(5 * number)
            for _ in 0..<together { progress.observe(.trialFinished(summary(arms[0])), at: end) }
            for part in 0..<50 {
                let now = end + .milliseconds(100 * part)
                let line = progress.totalLine(elapsed: now)
                let text = try #require(line.split(separator: "eta ").last?.prefix { $0.isNumber || $0 == "." })
                let unit = line.contains("\u{A0}ms") ? 0.001 : line.contains("\u{A0}min") ? 60 : 1
                shown.append((Double(text) ?? .infinity) * unit)
            }
        }
        #expect(shown.count == 550)
        #expect(zip(shown, shown.dropFirst()).allSatisfy { $0 >= $1 }, "\(shown)")
        #expect(shown.first == 55 && (shown.last ?? 9) < (together == 1 ? 0.2 : 4))
    }

    private func summary(_ arm: Arm) -> TrialSummary {
        let row = BenchFixtures.cases(1)[0]
        return TrialSummary(BenchFixtures.trial(of: row, in: BenchFixtures.run(arms: [arm]), arm: arm))
    }

    private func fields(_ line: String) -> [String] {
        line.split(separator: " · ").flatMap { $0.split(separator: "  ") }.map(String.init)
    }
}
