import BenchCore
import LLMCore

/// Makes trials as a run makes them: one call, one attempt, two verdicts, an answer of a few hundred characters.
struct TrialSource {
    let run: RunRecord
    let cases: [BenchCase]
    private let arm = Arm(
        model: ModelID(provider: "openai", name: "gpt-5-mini"), endpoint: "https://api.example.com/v1", simulated: false
    )

    init(cases count: Int) {
        cases = (0..<count).map { index in
            BenchCase(
                id: "case-\(index)", task: .architecture, messages: [.user("Question \(index)?")],
                assertions: [Assertion(kind: .contains, value: "log")], line: index + 1,
                hash: ContentHash.sha256("case-\(index)"))
        }
        run = RunRecord(
            id: RunID(rawValue: "01KAQ8RZ7M5V3XW2T9P4C6D1EF"), status: .running, startedAt: 1_795_374_785_000_000,
            datasetPath: "cases.jsonl", datasetName: "cases", datasetHash: "0", task: .architecture, arms: [arm],
            repeats: 1, seed: 1, simulated: false, timeScale: 1, maxCost: nil, partial: false,
            graderVersion: Grader.version, priceVersion: "2026-11-22", toolVersion: "0.1.0", arguments: ["run"],
            prices: [:], environment: .init())
    }

    /// One trial of every case.
    func batch(round: Int, number: Int) -> [Trial] {
        cases.indices.map { index in
            let call = call("\(round)-\(number)-\(index)")
            let verdicts = ["contains", "latency"].enumerated().map { place, type in
                Verdict(
                    type: type, index: place, result: .passed, score: 1, weight: 1, metric: nil, reason: "as expected")
            }
            return Trial(
                run: run.id, caseID: cases[index].id, caseHash: cases[index].hash, arm: arm,
                repetition: round * 1_000 + number, ordinal: (round * 1_000 + number) * cases.count + index, call: call,
                outcome: .ok, grade: Grade(verdicts: verdicts, score: 1, passed: true),
                metrics: TrialMetrics(
                    queue: 0.2, ttfb: 300, ttft: 400, ttfa: 400, e2e: 2_100, resp: 2_101, work: 2_100, retryWait: 0,
                    decode: 1_700, tpot: 8.5, maxGap: 40, p95Gap: 20, gapCount: 200, promptTokens: 412,
                    outputTokens: 200, streamedTokens: 200, answerCharacters: 480, cost: call.cost))
        }
    }

    private func call(_ name: String) -> CallRecord {
        let opened = ContinuousClock.now
        let id = CallID(rawValue: name)
        let report = AttemptReport(
            id: AttemptID(call: id, number: 1), model: arm.model, endpoint: arm.endpoint, simulated: false,
            key: KeyFingerprint(rawValue: "a1b2c3d4e5f6"),
            timings: AttemptTimings(
                sentAt: opened, headers: .milliseconds(300), firstToken: .milliseconds(400),
                firstAnswer: .milliseconds(400), lastToken: .milliseconds(2_090), end: .milliseconds(2_100),
                gapCount: 200),
            outcome: .ok, status: 200,
            usage: UsageReading(
                raw: ["prompt_tokens": 412, "completion_tokens": 200],
                tokens: TokenUsage(promptTokens: 412, outputTokens: 200), billed: nil, priceContext: [:]),
            headers: ["x-request-id": "req_\(name)"], servedModel: "gpt-5-mini-2025-08-07", responseID: "r-\(name)",
            finish: FinishReason(kind: .stop, raw: "stop"), answerCharacters: 480)
        return CallRecord(
            id: id, origin: .bench, task: .architecture, requested: .model(arm.model), model: arm.model,
            endpoint: arm.endpoint, simulated: false, outcome: .ok,
            attempts: [AttemptRecord(report: report, cost: CostReading(computed: USD(pico: 503_000_000)))],
            answer: Answer(text: String(repeating: "One writer, one log. ", count: 23)),
            decision: DecisionRecord(reason: "asked for"), openedAt: opened, endedAt: opened + .milliseconds(2_101),
            startedAt: run.startedAt)
    }
}
