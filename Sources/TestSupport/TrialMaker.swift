import BenchCore
import LLMCore

/// Makes one trial of a ``RunFixture``.
struct TrialMaker {
    let shape: RunFixture.Shape
    let arm: Arm
    let timeScale: Double
    var random: SeededGenerator

    private static let failures: [AttemptClass] = [
        .overloaded, .timeoutFirstToken, .serverError, .streamTruncated, .rateLimited, .connectionReset,
    ]

    mutating func make(
        _ row: BenchCase, run: RunRecord, ordinal: Int, repetition: Int, difficulty: Double, hostile: Bool
    ) -> TrialRow {
        let outcome = outcome(ordinal)
        let failed = outcome.fault == .provider
        let retried = failed || Double.random(in: 0..<1, using: &random) < shape.failureRate
        let metrics = metrics(failed: failed, retried: retried)
        let verdicts = outcome == .ok ? verdicts(row, difficulty: difficulty) : []
        let weights = verdicts.reduce(0) { $0 + $1.weight }
        let score =
            weights > 0 ? verdicts.reduce(0) { $0 + $1.weight * ($1.score ?? 0) } / weights : outcome == .ok ? nil : 0
        let passed = score.map { $0 >= row.threshold }
        return TrialRow(
            run: run.id, callID: CallID(rawValue: "01KAQ8CALL\(ordinal)"), caseID: row.id, caseHash: row.hash,
            group: row.group,
            weight: row.weight, arm: arm, repetition: repetition, ordinal: ordinal,
            startedAt: run.startedAt + Int64(ordinal) * 90_000, outcome: outcome, score: score, passed: passed,
            metrics: metrics,
            verdicts: verdicts,
            answer: failed ? "" : answer(row, passed: passed ?? false, ordinal: ordinal, hostile: hostile),
            thinking: "",
            error: failed ? "\(arm.model.provider) answered \(outcome.rawValue) on every attempt <b>503</b>" : nil,
            failureStatus: failed ? 503 : nil, retryClasses: retried ? [.overloaded] : [], servedModel: arm.model.name,
            systemFingerprint: nil, finishReason: failed ? nil : "stop", priceAsOf: "2026-11-22",
            attempts: attempts(metrics, outcome: outcome, retried: retried))
    }

    private mutating func outcome(_ ordinal: Int) -> TrialOutcome {
        let luck = Double.random(in: 0..<1, using: &random)
        if luck < shape.failureRate { return .attempt(TrialMaker.failures[ordinal % TrialMaker.failures.count]) }
        if luck < shape.failureRate + 0.006 { return .attempt(.refusal) }
        if luck < shape.failureRate + 0.012 { return .attempt(.lengthTruncated) }
        return .ok
    }

    private mutating func metrics(failed: Bool, retried: Bool) -> TrialMetrics {
        let tokens = Int.random(in: 90...320, using: &random)
        let reasoning = shape.thinks ? Int.random(in: 200...900, using: &random) : 0
        let first = shape.firstToken * spread(0.5) * timeScale
        let speed = shape.tokensPerSecond * spread(0.2) / timeScale
        let answerAt = first + Double(reasoning) / speed * 1_000
        let decode = Double(tokens) / speed * 1_000
        let work = answerAt + decode
        let wait = retried ? 900 * timeScale : 0
        let input = Int.random(in: 120...420, using: &random)
        let cost = shape.price.map { price in
            USD(pico: Int64((Double(input) * price.input + Double(tokens + reasoning) * price.output) * 1_000_000))
        }
        guard !failed else {
            return TrialMetrics(
                queue: 0.4, ttfb: first, resp: work * 1.6 + wait, work: work, retryWait: wait, answerCharacters: 0,
                attempts: 2,
                cost: shape.price == nil ? nil : .zero)
        }
        return TrialMetrics(
            queue: 0.4, ttfb: first * 0.7, ttft: shape.thinks ? answerAt : first, ttfa: answerAt, e2e: work,
            resp: work + wait + 0.4, work: work, retryWait: wait, decode: decode, tpot: 1_000 / speed, maxGap: 40,
            p95Gap: 20,
            gapCount: tokens / 4, decodeTokensPerSecond: speed,
            e2eTokensPerSecond: Double(tokens + reasoning) / work * 1_000,
            charactersPerSecond: speed * 4.1, promptTokens: input, cacheReadTokens: input / 5,
            outputTokens: tokens + reasoning,
            reasoningTokens: reasoning, streamedTokens: tokens, answerCharacters: tokens * 4, attempts: retried ? 2 : 1,
            cost: cost)
    }

    /// A log-normal factor around one.
    private mutating func spread(_ sigma: Double) -> Double {
        // Twelve uniforms make a normal deviate near enough for a fixture.
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        var factor = 1.0
        let step = 1 + sigma * normal / 16
        for _ in 0..<16 { factor *= max(0.2, step) }
        return factor
    }

    private mutating func verdicts(_ row: BenchCase, difficulty: Double) -> [Verdict] {
        let good =
            Double.random(in: 0..<1, using: &random)
            < min(0.99, max(0.05, shape.quality + difficulty * (1 - shape.quality) * 3))
        let bad = good ? -1 : Int.random(in: 0..<max(1, row.assertions.count), using: &random)
        return row.assertions.enumerated().map { index, assertion in
            let passed = index != bad
            return Verdict(
                type: assertion.type, index: index, result: passed ? .passed : .failed, score: passed ? 1 : 0,
                weight: assertion.weight, metric: assertion.metric,
                reason: passed ? "as expected" : "expected \(assertion.value?.text ?? ""); found <i>nothing</i> like it"
            )
        }
    }

    private func attempts(_ metrics: TrialMetrics, outcome: TrialOutcome, retried: Bool) -> [AttemptRow] {
        guard case .attempt(let last) = outcome else { return [] }
        let final = AttemptRow(
            sent: metrics.retryWait + (retried ? 12 : 0.4), ttfb: metrics.ttfb, ttft: metrics.ttft, ttfa: metrics.ttfa,
            end: metrics.work, outcome: last, status: last == .ok ? 200 : 503, cost: metrics.cost)
        return retried
            ? [AttemptRow(sent: 0.4, end: 11.6, outcome: .overloaded, status: 529, cost: .zero), final] : [final]
    }

    private mutating func answer(_ row: BenchCase, passed: Bool, ordinal: Int, hostile: Bool) -> String {
        if hostile, ordinal % 97 == 5 { return HostileText.all[(ordinal / 97) % HostileText.all.count] }
        if passed, Bool.random(using: &random), let reference = row.reference { return reference }
        let subject = String(row.messages.last?.text.prefix(90) ?? "")
        let opening = passed ? "The trade-off is consistency against latency." : "It depends on many things, as always."
        return
            "\(opening)\n\nFor “\(subject)” I would keep one writer per aggregate, publish through an outbox, and let readers "
            + "build their own views. What this costs is a delay that grows with the backlog; what it buys is that no "
            + "service waits for another.\n\n- consistency: eventual, bounded by the consumer lag\n- failure: retried "
            + "from the log, idempotent by key \(ordinal % 7)\n\nRESULT: \(passed ? "log" : "")"
    }
}

/// Answers that try to break out of whatever shows them.
package enum HostileText {
    package static let all: [String] = [
        "<script>alert(1)</script><img src=x onerror=alert(2)></pre></details></body>",
        "\u{1B}[2J\u{1B}[31mred\u{1B}]8;;https://evil.example\u{07}link\u{1B}]8;;\u{07}\u{0}null\u{7F}",
        "right to left \u{202E}gnp.exe\u{202C} and \u{2066}isolated\u{2069} \u{FEFF}\u{FFFE}\u{2028}separator",
        String(repeating: "A very long answer that never ends. ", count: 2_900),
        "]]><!--</style><style>*{display:none}</style>--><svg onload=alert(3)>",
        "| a | b |\n|---|---|\n`````code````` @everyone #1 [x](javascript:alert(4)) {{mustache}} {{{raw}}}",
        "e" + String(repeating: "\u{301}", count: 400) + " 👩‍👩‍👧‍👦 " + String(repeating: "😀", count: 600),
        "=HYPERLINK(\"http://evil.example\";\"x\")",
    ]
}
