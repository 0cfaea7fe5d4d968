public import BenchCore
import LLMCore

/// A seeded run of `arms` models over `cases` cases: costs, times and scores that differ by arm and by case.
public struct SyntheticRun {
    public let run: RunRecord
    public let cases: [BenchCase]
    public let trials: [TrialRow]

    public init(cases count: Int, arms armCount: Int, repeats: Int = 1) {
        var random = SeededGenerator(seed: 7)
        let arms = (0..<armCount).map {
            Arm(model: ModelID(provider: "openai", name: "model-\($0)"), endpoint: "simulator", simulated: true)
        }
        let cases = (0..<count).map(SyntheticRun.row)
        let run = SyntheticRun.record(arms: arms, cases: count, repeats: repeats)
        var trials: [TrialRow] = []
        trials.reserveCapacity(count * armCount * repeats)
        for row in cases {
            let difficulty = Double.random(in: -0.2...0.1, using: &random)
            for repetition in 0..<repeats {
                for (place, arm) in arms.enumerated() {
                    let quality = 0.9 - 0.03 * Double(place) + difficulty
                    let passed = Double.random(in: 0..<1, using: &random) < quality
                    trials.append(
                        SyntheticRun.trial(
                            row, arm, run: run, repetition: repetition, ordinal: trials.count, passed: passed,
                            resp: Double.random(in: 400...4_000, using: &random) * (1 + 0.1 * Double(place))))
                }
            }
        }
        self.run = run
        self.cases = cases
        self.trials = trials
    }

    private static func row(_ index: Int) -> BenchCase {
        BenchCase(
            id: "case-\(index)", task: .architecture, group: "group-\(index % 40)",
            messages: [
                .system("You are a software architect."), .user("Design number \(index). End with RESULT: <choice>"),
            ],
            reference: "RESULT: log", assertions: [Assertion(kind: .contains, value: "RESULT")], line: index + 1,
            hash: ContentHash.sha256("case-\(index)"))
    }

    private static func record(arms: [Arm], cases: Int, repeats: Int) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: "01KAQ8RZ7M5V3XW2T9P4C6D1EF"), status: .complete, startedAt: 1_795_374_785_000_000,
            endedAt: 1_795_374_861_400_000, datasetPath: "cases.jsonl", datasetName: "cases", datasetHash: "0",
            task: .architecture, arms: arms, repeats: repeats, seed: 7, simulated: true, timeScale: 1, maxCost: nil,
            partial: false, graderVersion: Grader.version, priceVersion: "2026-11-22", toolVersion: "0.1.0",
            arguments: ["run"], prices: [:], environment: .init())
    }

    private static func trial(
        _ row: BenchCase, _ arm: Arm, run: RunRecord, repetition: Int, ordinal: Int, passed: Bool, resp: Double
    ) -> TrialRow {
        let verdict = Verdict(
            type: "contains", index: 0, result: passed ? .passed : .failed, score: passed ? 1 : 0, weight: 1,
            metric: nil,
            reason: passed ? "as expected" : "expected RESULT")
        let cost = USD(pico: Int64(resp * 1_000_000))
        let work = resp - 1
        let metrics = TrialMetrics(
            queue: 1, ttfb: work * 0.2, ttft: work * 0.3, ttfa: work * 0.3, e2e: work, resp: resp, work: work,
            retryWait: 0, decode: work * 0.7, tpot: 8, decodeTokensPerSecond: 125, promptTokens: 412,
            outputTokens: 200, streamedTokens: 200, answerCharacters: 480, cost: cost)
        return TrialRow(
            run: run.id, callID: CallID(rawValue: "call-\(ordinal)"), caseID: row.id, caseHash: row.hash,
            group: row.group, weight: 1, arm: arm, repetition: repetition, ordinal: ordinal,
            startedAt: run.startedAt + Int64(ordinal) * 1_000, outcome: .ok, score: passed ? 1 : 0, passed: passed,
            metrics: metrics, verdicts: [verdict],
            answer: String(repeating: "One writer per aggregate, one log. ", count: 14) + (passed ? "RESULT: log" : ""),
            thinking: nil, error: nil, failureStatus: nil, retryClasses: [], servedModel: arm.model.name,
            systemFingerprint: nil, finishReason: "stop", priceAsOf: "2026-11-22",
            attempts: [
                AttemptRow(
                    sent: 1, ttfb: metrics.ttfb, ttft: metrics.ttft, ttfa: metrics.ttfa, end: work, outcome: .ok,
                    status: 200, cost: cost)
            ])
    }
}
