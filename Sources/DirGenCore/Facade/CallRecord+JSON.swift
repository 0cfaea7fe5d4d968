public import LLMCore

extension CallRecord {
    /// The document `ask --format json` prints: `*_ms` numbers, `*_usd` decimal strings, `null` unknown.
    public var json: JSONValue {
        [
            "id": .string(id.rawValue), "task": .string(task.rawValue), "requested": .string(requested.text),
            "model": words(model?.description), "endpoint": words(endpoint), "simulated": .bool(simulated),
            "outcome": .string(outcome.rawValue), "text": .string(answer.text), "thinking": .string(answer.thinking),
            "refusal": words(answer.refusal), "finish_unknown": .bool(attempts.last?.report.finishIsUnknown ?? false),
            "tool_calls": .array(
                answer.toolCalls.map { call in
                    ["id": .string(call.id), "name": .string(call.name), "arguments": .string(call.arguments)]
                }), "cost_usd": cost.map { JSONValue($0) } ?? .null,
            "cost_at_most_usd": costAtMost.map { JSONValue($0) } ?? .null,
            "summary_cost_usd": decision.summaryCost.map { JSONValue($0) } ?? .null,
            "total_cost_usd": totalCost.map { JSONValue($0) } ?? .null,
            "resp_ms": JSONValue(openedAt.duration(to: endedAt).milliseconds),
            "started_at": .number(JSONNumber(startedAt)), "attempts": .array(attempts.map(\.json)),
            "decision": decision.json, "error": words(error),
        ]
    }
}

private func words(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
private func number(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
private func milliseconds(_ value: Duration?) -> JSONValue { value.map { JSONValue($0.milliseconds) } ?? .null }

extension ModelChoice {
    fileprivate var text: String {
        switch self {
        case .auto: "auto"
        case .model(let model): model.description
        }
    }
}

extension AttemptRecord {
    fileprivate var json: JSONValue {
        [
            "id": .string(report.id.rawValue), "model": .string(report.model.description),
            "endpoint": .string(report.endpoint), "outcome": .string(report.outcome.rawValue),
            "status": number(report.status), "message": words(report.failure?.message),
            "served_model": words(report.servedModel), "finish": words(report.finish?.name),
            "finish_unknown": .bool(report.finishIsUnknown),
            "input_tokens": number(report.usage?.tokens.promptTokens),
            "output_tokens": number(report.usage?.tokens.outputTokens),
            "reasoning_tokens": number(report.usage?.tokens.reasoningTokens),
            "ttft_ms": milliseconds(report.timings.firstToken), "e2e_ms": milliseconds(report.timings.end),
            "cost_usd": cost.computed.map { JSONValue($0) } ?? .null,
            "billed_usd": cost.billed.map { JSONValue($0) } ?? .null, "price_as_of": words(cost.priceAsOf),
            "cost_at_most_usd": costAtMost.map { JSONValue($0) } ?? .null,
            "cost_unknown_because": words(cost.unknownBecause), "key": words(report.key?.rawValue),
        ]
    }
}

extension AnswerEvent {
    /// One line of `ask --stream --json`.
    public var json: JSONValue {
        switch self {
        case .attempting(let model, let attempt):
            ["type": "attempting", "model": .string(model.description), "attempt": .string(attempt.rawValue)]
        case .waiting(let wait):
            [
                "type": "waiting", "model": .string(wait.model.description), "reason": .string(wait.reason),
                "expected_ms": milliseconds(wait.expected),
            ]
        case .text(let piece): ["type": "text", "text": .string(piece)]
        case .thinking(let piece): ["type": "thinking", "text": .string(piece)]
        case .refusal(let piece): ["type": "refusal", "text": .string(piece)]
        case .thinkingSignature(let signature): ["type": "thinking_signature", "signature": .string(signature)]
        case .native(let dialect, let part):
            ["type": "native", "dialect": .string(dialect.rawValue), "part": part]
        case .raw(let dialect, let bytes):
            [
                "type": "raw", "dialect": .string(dialect.rawValue),
                "data": .string(String(decoding: bytes, as: UTF8.self)),
            ]
        case .toolCall(let index, let id, let name, let arguments):
            [
                "type": "tool_call", "index": JSONValue(index), "id": words(id), "name": words(name),
                "arguments": .string(arguments),
            ]
        case .attemptFailed(let report):
            [
                "type": "attempt_failed", "model": .string(report.model.description),
                "outcome": .string(report.outcome.rawValue),
            ]
        case .ended(let record): ["type": "ended", "call": record.json]
        }
    }
}
