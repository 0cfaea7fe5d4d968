import BenchCore
import LLMCore

extension JSONReport {
    func caseValue(_ row: CaseReport) -> JSONValue {
        [
            "id": .string(row.id), "task": .string(row.task.rawValue),
            "group": row.group.map(JSONValue.string) ?? .null,
            "tags": .array(row.tags.map(JSONValue.string)), "differs": .bool(row.differs),
            "threshold": JSONValue(row.threshold),
            "messages": .array(row.messages.map { ["role": .string($0.role.rawValue), "text": value($0.text)] }),
            "reference": row.reference.map(value) ?? .null, "target": .array(row.target.map(JSONValue.string)),
            "assertions": .array(row.assertions.map(assertion)), "trials": .array(row.trials.map(trial)),
        ]
    }

    private func value(_ text: ReportText) -> JSONValue {
        text.isCut
            ? ["text": .string(text.text), "bytes": JSONValue(text.bytes), "cut": true]
            : ["text": .string(text.text), "bytes": JSONValue(text.bytes)]
    }

    private func assertion(_ line: AssertionLine) -> JSONValue {
        [
            "type": .string(line.type), "value": .string(line.value), "weight": JSONValue(line.weight),
            "metric": line.metric.map(JSONValue.string) ?? .null,
        ]
    }

    private func trial(_ trial: TrialReport) -> JSONValue {
        var object: JSONObject = [
            "arm": .string(model.arms[trial.arm].id.rawValue), "repetition": JSONValue(trial.repetition),
            "call": .string(trial.callID.rawValue), "started_at": .number(JSONNumber(trial.startedAt)),
            "outcome": .string(trial.outcome.rawValue), "score": PlainNumber.ratio(trial.score),
            "passed": trial.passed.map(JSONValue.bool) ?? .null, "answer": trial.answer.map(value) ?? .null,
            "error": trial.error.map(JSONValue.string) ?? .null, "status": PlainNumber.integer(trial.failureStatus),
            "served_model": trial.servedModel.map(JSONValue.string) ?? .null,
            "finish_reason": trial.finishReason.map(JSONValue.string) ?? .null,
            "finish_unknown": .bool(trial.outcome == .ok && FinishReason.isUnknown(name: trial.finishReason)),
            "verdicts": .array(trial.verdicts.map(verdict)), "attempts": .array(trial.attempts.map(attempt)),
        ]
        if let thinking = trial.thinking { object["thinking"] = value(thinking) }
        for (key, value) in metrics(trial.metrics) { object[key] = value }
        return .object(object)
    }

    private func metrics(_ metrics: TrialMetrics) -> [(String, JSONValue)] {
        let times: [(String, Double?)] = [
            ("queue_ms", metrics.queue), ("ttfb_ms", metrics.ttfb), ("ttft_ms", metrics.ttft),
            ("ttfa_ms", metrics.ttfa),
            ("e2e_ms", metrics.e2e), ("resp_ms", metrics.resp), ("work_ms", metrics.work),
            ("retry_wait_ms", metrics.retryWait),
            ("connect_ms", metrics.connect), ("decode_ms", metrics.decode), ("tpot_ms", metrics.tpot),
            ("max_gap_ms", metrics.maxGap), ("p95_gap_ms", metrics.p95Gap),
        ]
        let rates: [(String, Double?)] = [
            ("decode_tps", metrics.decodeTokensPerSecond), ("e2e_tps", metrics.e2eTokensPerSecond),
            ("chars_per_s", metrics.charactersPerSecond),
        ]
        let counts: [(String, Int?)] = [
            ("prompt_tokens", metrics.promptTokens), ("cache_read_tokens", metrics.cacheReadTokens),
            ("cache_write_tokens", metrics.cacheWriteTokens), ("output_tokens", metrics.outputTokens),
            ("reasoning_tokens", metrics.reasoningTokens), ("streamed_tokens", metrics.streamedTokens),
            ("answer_chars", metrics.answerCharacters), ("attempt_count", metrics.attempts),
            ("gap_count", metrics.gapCount),
        ]
        return times.map { ($0.0, PlainNumber.milliseconds($0.1)) } + rates.map { ($0.0, PlainNumber.ratio($0.1)) }
            + counts.map { ($0.0, PlainNumber.integer($0.1)) }
            + [("cost_usd", PlainNumber.money(metrics.cost)), ("billed_usd", PlainNumber.money(metrics.billed))]
    }

    private func verdict(_ verdict: Verdict) -> JSONValue {
        [
            "type": .string(verdict.type), "index": JSONValue(verdict.index),
            "result": .string(verdict.result.rawValue),
            "score": PlainNumber.ratio(verdict.score), "weight": JSONValue(verdict.weight),
            "metric": verdict.metric.map(JSONValue.string) ?? .null, "reason": .string(verdict.reason),
        ]
    }

    private func attempt(_ attempt: AttemptRow) -> JSONValue {
        [
            "outcome": .string(attempt.outcome.rawValue), "status": PlainNumber.integer(attempt.status),
            "sent_ms": PlainNumber.milliseconds(attempt.sent), "connect_ms": PlainNumber.milliseconds(attempt.connect),
            "ttfb_ms": PlainNumber.milliseconds(attempt.ttfb), "ttft_ms": PlainNumber.milliseconds(attempt.ttft),
            "ttfa_ms": PlainNumber.milliseconds(attempt.ttfa), "end_ms": PlainNumber.milliseconds(attempt.end),
            "cost_usd": PlainNumber.money(attempt.cost),
        ]
    }
}
