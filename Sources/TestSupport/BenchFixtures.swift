package import BenchCore
package import LLMCore

/// Runs, cases, calls and trials with every field set, different from one another and the same every time.
package enum BenchFixtures {
    /// Wall clock of the first fixture, microseconds since 1970.
    package static let start: Int64 = 1_790_000_000_000_000

    package static func arm(
        _ model: String = "openai/gpt-5-mini", endpoint: String = "https://api.test", simulated: Bool = false
    )
        -> Arm
    {
        Arm(
            model: ModelID(model) ?? ModelID(provider: .local, name: model), endpoint: endpoint, simulated: simulated)
    }

    /// `count` cases named `case-0`…, the odd ones weighted and grouped.
    package static func cases(_ count: Int, task: TaskType = .architecture) -> [BenchCase] {
        (0..<count).map { index in
            var row = BenchCase(
                id: "case-\(index)", task: task, group: index.isMultiple(of: 2) ? nil : "group-\(index % 3)",
                messages: [.system("Answer in one word."), .user("Question \(index)?")], reference: "Answer \(index)",
                assertions: [Assertion(kind: .contains, value: .string("Answer \(index)"), weight: 2)],
                weight: index.isMultiple(of: 2) ? 1 : 2.5, line: index + 1, hash: "")
            row.hash = row.contentHash
            return row
        }
    }

    package static func run(
        _ id: String = "01RUN", task: TaskType = .architecture, arms: [Arm] = [arm()], simulated: Bool = false,
        startedAt: Int64 = start
    ) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: id), status: .running, startedAt: startedAt, datasetPath: "datasets/a.jsonl",
            datasetName: "a", datasetHash: "d41d8c", task: task, arms: arms, repeats: 2, seed: .max - 6,
            simulated: simulated, timeScale: 0.05, maxCost: USD(pico: 1_500_000_000_007), partial: false,
            graderVersion: "grader/1", priceVersion: "2026-11-01", toolVersion: "0.1.0",
            arguments: ["run", "datasets/a.jsonl", "--repeat", "2"], prices: ["gpt-5-mini": ["input": "0.25"]],
            environment: RunEnvironment(json: ["cores": 2]))
    }

    /// A graded trial: its numbers follow from `ordinal`.
    package static func trial(
        of row: BenchCase, in run: RunRecord, arm: Arm? = nil, repetition: Int = 0, ordinal: Int = 0,
        startedAt: Int64? = nil, callID: String? = nil, outcome: TrialOutcome = .ok, attempts: Int = 1
    ) -> Trial {
        let arm = arm ?? run.arms[0]
        let id = CallID(rawValue: callID ?? "\(run.id)-\(arm.id)-\(row.id)-\(repetition)")
        let call = call(
            id, arm: arm, task: row.task, startedAt: startedAt ?? run.startedAt + Int64(ordinal) * 1_000,
            outcome: outcome.attemptClass, attempts: attempts)
        let passed = outcome == .ok
        let verdicts = [
            Verdict(
                type: "contains", index: 0, result: passed ? .passed : .failed, score: passed ? 1 : 0, weight: 2,
                metric: nil, reason: "looked for the answer"),
            Verdict(
                type: "not-icontains", index: 1, result: .unscored, score: nil, weight: 0.1, metric: "tone",
                reason: "nothing to judge"),
        ]
        return Trial(
            run: run.id, caseID: row.id, caseHash: row.hash, arm: arm, repetition: repetition, ordinal: ordinal,
            call: call, outcome: outcome,
            grade: Grade(verdicts: verdicts, score: passed ? 1 : 0, passed: passed),
            metrics: metrics(ordinal: ordinal, of: call))
    }

    /// Every field set, each to a value of its own.
    package static func metrics(ordinal: Int, of call: CallRecord) -> TrialMetrics {
        let base = Double(ordinal)
        return TrialMetrics(
            queue: base + 0.001, ttfb: base + 0.002, ttft: base + 0.003, ttfa: base + 0.004, e2e: base + 0.005,
            resp: base + 0.1, work: base + 0.007, retryWait: base + 0.008, connect: base + 0.009, decode: base + 0.01,
            tpot: base + 0.011, maxGap: base + 0.012, p95Gap: base + 0.013, gapCount: ordinal + 14,
            decodeTokensPerSecond: base + 0.015, e2eTokensPerSecond: base + 0.016, charactersPerSecond: 1 / 3,
            promptTokens: ordinal + 18, cacheReadTokens: ordinal + 19, cacheWriteTokens: ordinal + 20,
            outputTokens: ordinal + 21, reasoningTokens: ordinal + 22, streamedTokens: ordinal + 23,
            answerCharacters: ordinal + 24, attempts: call.attempts.count, cost: call.cost,
            billed: USD(pico: Int64(ordinal) + 26))
    }

    /// A call whose last attempt ended as `outcome`, after `attempts - 1` overloaded ones.
    package static func call(
        _ id: CallID, arm: Arm, task: TaskType, startedAt: Int64, outcome: AttemptClass = .ok, attempts: Int = 1,
        origin: CallOrigin = .bench
    ) -> CallRecord {
        let opened = ContinuousClock.now
        let records = (0..<attempts).map { index in
            attempt(
                AttemptID(call: id, number: index + 1), arm: arm, sentAt: opened + .milliseconds(10 * index),
                outcome: index == attempts - 1 ? outcome : .overloaded)
        }
        return CallRecord(
            id: id, origin: origin, task: task, requested: .model(arm.model), model: arm.model, endpoint: arm.endpoint,
            simulated: arm.simulated, outcome: outcome, attempts: records,
            answer: Answer(
                text: "Answer to \(id)", thinking: "Hm, \(id)", refusal: outcome == .refusal ? "No." : nil,
                toolCalls: [ToolCall(id: "t1", name: "look", arguments: "{")]),
            decision: DecisionRecord(
                reason: "asked for", candidates: [.init(model: arm.model, why: "asked for")], tableID: "table",
                arm: arm.id.rawValue),
            openedAt: opened, endedAt: opened + .microseconds(12_345), startedAt: startedAt,
            error: outcome == .ok ? nil : "the provider answered \(outcome.rawValue)")
    }

    package static func attempt(_ id: AttemptID, arm: Arm, sentAt: ContinuousClock.Instant, outcome: AttemptClass)
        -> AttemptRecord
    {
        let usage = UsageReading(
            raw: ["prompt_tokens": 12, "completion_tokens": 34],
            tokens: TokenUsage(
                promptTokens: 12, cacheReadTokens: 3, cacheWriteTokens: 2, cacheWrite1hTokens: 1, outputTokens: 34,
                reasoningTokens: 5, webSearches: 0),
            billed: nil, priceContext: ["service_tier": "flex"])
        let report = AttemptReport(
            id: id, model: arm.model, endpoint: arm.endpoint, simulated: arm.simulated,
            key: KeyFingerprint(rawValue: "a1b2c3d4e5f6"),
            timings: AttemptTimings(
                sentAt: sentAt, connect: .microseconds(700), headers: .microseconds(1_100),
                firstToken: .microseconds(2_200), firstAnswer: .microseconds(3_300), lastToken: .microseconds(8_800),
                end: .microseconds(9_900), gapCount: 7, maxGap: .microseconds(1_234), p95Gap: .microseconds(999)),
            outcome: outcome,
            failure: outcome == .ok
                ? nil : ProviderFailure(status: 529, type: "overloaded_error", code: "c", param: "p", message: "busy"),
            status: outcome == .ok ? 200 : 529, usage: outcome == .ok ? usage : nil,
            rateLimit: RateLimitReading(
                buckets: [
                    .init(resource: .tokens, window: .minute, limit: 100, remaining: 9, resetAfter: .seconds(3))
                ],
                retryAfter: .milliseconds(1_500), shouldRetry: true, window: .minute),
            headers: ["x-request-id": "req-1"], servedModel: "served-model", responseID: "resp-1",
            systemFingerprint: "fp-1", finish: outcome == .ok ? FinishReason(kind: .stop, raw: "end_turn") : nil,
            answerCharacters: 12, thinkingCharacters: 3, toolCallDelivered: true)
        return AttemptRecord(
            report: report,
            cost: CostReading(computed: USD(pico: 7_812_500_001), priceAsOf: "2026-11-01", priceSource: "price list"))
    }

    package static func intent(_ call: CallID, number: Int = 1, arm: Arm = arm(), origin: CallOrigin = .bench)
        -> AttemptIntent
    {
        AttemptIntent(
            attempt: AttemptID(call: call, number: number), call: call, model: arm.model, endpoint: arm.endpoint,
            simulated: arm.simulated, key: KeyFingerprint(rawValue: "a1b2c3d4e5f6"),
            worstCase: USD(pico: 50_000_000_000), origin: origin)
    }

    /// The outcomes of two arms on some cases, everything known and unknown in it.
    package static func evidence(task: TaskType = .architecture, cases: Int = 48) -> SelectionEvidence {
        let arms = [arm(), arm("xai/grok-4")]
        return SelectionEvidence(
            task: task,
            cases: (0..<cases).map {
                SelectionEvidence.Case(
                    id: "c\($0)", hash: "h\($0)", group: $0 < 4 ? "g\($0 / 2)" : nil, weight: $0 == 1 ? 2 : 1)
            },
            arms: arms.enumerated().map { number, arm in
                SelectionEvidence.ArmOutcomes(
                    arm: arm,
                    outcomes: (0..<cases).map { place in
                        (0..<(place == 2 ? 2 : 1)).map { repetition in
                            let failed = place % 24 == 5
                            return SelectionEvidence.Outcome(
                                run: "01RUN\(place % 2)", score: failed ? 0 : place % (3 + number) == 0 ? 0.25 : 1,
                                passed: failed ? nil : place % (3 + number) != 0, failed: failed,
                                cost: failed ? nil : USD(pico: Int64(1_000_007 + place)), resp: 100.25 + Double(place),
                                ttft: number == 0 ? 12.5 : nil, e2e: 99, promptTokens: 7, outputTokens: nil,
                                streamedTokens: repetition)
                        }
                    })
            },
            leftOut: [.init(arm: "a/thin", endpoint: "e", reason: "measured on 2 of the 48 cases that others were")])
    }

    /// A table of the given arms with `draws` draws each.
    package static func table(
        _ id: String = "table-1", task: TaskType = .architecture, derivedAt: Int64 = start, simulated: Bool = false,
        arms: [Arm] = [arm()], draws: Int = 300
    ) -> SelectionTable {
        SelectionTable(
            id: id, task: task, derivedAt: derivedAt, simulated: simulated, timeScale: 0.05, datasetHash: "d41d8c",
            graderVersion: "grader/1", priceVersion: "2026-11-01", seed: .max - 1, sharedCases: 80,
            defaults: SelectionConstraints(minQuality: 0.7, maxCaseCost: USD(pico: 3), maxP95: 1_234.5),
            incumbent: arms.first?.id,
            rows: arms.enumerated().map { index, arm in
                SelectionRow(
                    arm: arm, quality: 0.8 + 0.01 * Double(index), qualityLow: 0.7, qualityHigh: 1 - 1e-9,
                    passRate: 0.75, cost: index == 0 ? USD(pico: 1_234_567) : nil, respP95: 1_000.25,
                    respP95Low: 900, respP95High: nil, failureRate: 1 / 3, n: 80, runs: ["01RUN"],
                    draws: SelectionDraws(
                        // Of 32 bits, as a file holds them.
                        quality: (0..<draws).map { Double($0) / 8_192 },
                        costUSD: (0..<draws).map { 0x1p-23 * Double($0) },
                        respP95: (0..<draws).map { $0.isMultiple(of: 50) ? nil : Double($0) / 4 }))
            })
    }
}

extension TrialOutcome {
    /// The attempt's class behind it; what happened around an attempt stands on an answer that came.
    fileprivate var attemptClass: AttemptClass {
        if case .attempt(let value) = self { value } else { .ok }
    }
}
