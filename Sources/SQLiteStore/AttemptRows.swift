import BenchCore
import GRDB
import LLMCore

/// The rows of `attempts`: reserved before it is sent, settled with its call.
enum AttemptRows {
    static let columns = [
        "id", "call_id", "number", "state", "model", "endpoint", "simulated", "key_fingerprint", "class",
        "limit_window", "status", "failure_type", "failure_code", "failure_param", "failure_message", "sent_ms",
        "connect_ms", "ttfb_ms", "ttft_ms", "ttfa_ms", "last_token_ms", "e2e_ms", "n_gaps", "max_gap_ms", "p95_gap_ms",
        "first_token_chars",
        "prompt_tokens", "cache_read_tokens", "cache_write_tokens", "cache_write_1h_tokens", "output_tokens",
        "reasoning_tokens", "web_searches", "usage_raw", "price_context", "usage_source", "served_model",
        "response_id", "system_fingerprint", "finish_reason", "finish_raw", "answer_chars", "thinking_chars",
        "tool_call_delivered",
        "headers", "rate_limit", "retry_after_ms", "computed_pusd", "billed_pusd", "price_as_of", "price_source",
        "price_unknown", "assumed",
    ]
    // What was set aside stays as it was reserved; of an attempt that never was it comes with its end.
    private static let settling = Statements.complete(
        "attempts", columns + ["worst_pusd"], key: "id", keeping: ["worst_pusd"],
        where: "attempts.state = 'reserved' OR attempts.assumed")
    // Reserved again, an attempt may cost more than was thought: it goes to a dearer model.
    private static let reserving = """
        INSERT INTO attempts (id, call_id, number, state, model, endpoint, simulated, key_fingerprint, reserved_at,
            worst_pusd, lease_ms)
        SELECT ?1, ?2, coalesce(max(number), 0) + 1, 'reserved', ?3, ?4, ?5, ?6, ?7, ?8, ?9
        FROM attempts WHERE call_id = ?2
        ON CONFLICT (id) DO UPDATE SET worst_pusd = excluded.worst_pusd
            WHERE attempts.state = 'reserved' AND excluded.worst_pusd > coalesce(attempts.worst_pusd, 0)
        """

    static func reserve(_ intent: AttemptIntent, at time: Int64) -> Write {
        Write(
            sql: reserving,
            values: [
                .text(intent.attempt.rawValue), .text(intent.call.rawValue), .text(intent.model.description),
                .text(intent.endpoint), .flag(intent.simulated), .text(intent.key?.rawValue), .integer64(time),
                .money(intent.worstCase), .milliseconds(intent.lease),
            ])
    }

    /// Releases the reservations of an ended call that were never sent: they cost nothing.
    static func release(_ call: CallID) -> Write {
        Write(
            sql: "DELETE FROM attempts WHERE call_id = ? AND (state = 'reserved' OR assumed)",
            values: [.text(call.rawValue)])
    }

    static func settle(_ attempt: AttemptRecord, number: Int, of call: CallRecord) -> Write {
        let report = attempt.report
        var values: [DatabaseValue] = [
            .text(report.id.rawValue), .text(call.id.rawValue), .integer(number), .text("settled"),
            .text(report.model.description), .text(report.endpoint), .flag(report.simulated),
            .text(report.key?.rawValue), .text(report.outcome.rawValue), .text(report.rateLimit?.window?.rawValue),
            .integer(report.status ?? report.failure?.status), .text(report.failure?.type),
            .text(report.failure?.code), .text(report.failure?.param), .text(report.failure?.message),
        ]
        values.reserveCapacity(columns.count + 1)
        values += timings(report.timings, openedAt: call.openedAt)
        values += usage(report.usage)
        values += [
            .text(report.servedModel), .text(report.responseID), .text(report.systemFingerprint),
            .text(report.finish?.kind.rawValue), .text(report.finish?.raw), .integer(report.answerCharacters),
            .integer(report.thinkingCharacters), .flag(report.toolCallDelivered), .json(headers(report.headers)),
            .json(report.rateLimit?.json), .milliseconds(report.rateLimit?.retryAfter), .money(attempt.cost.computed),
            .money(attempt.cost.billed), .text(attempt.cost.priceAsOf), .text(attempt.cost.priceSource),
            .text(attempt.cost.unknownBecause), .flag(false), .money(attempt.worstCase),
        ]
        return Write(sql: settling, values: values)
    }

    private static func timings(_ timings: AttemptTimings, openedAt: ContinuousClock.Instant) -> [DatabaseValue] {
        [
            .milliseconds(timings.sentAt - openedAt), .milliseconds(timings.connect), .milliseconds(timings.headers),
            .milliseconds(timings.firstToken), .milliseconds(timings.firstAnswer), .milliseconds(timings.lastToken),
            .milliseconds(timings.end), .integer(timings.gapCount), .milliseconds(timings.maxGap),
            .milliseconds(timings.p95Gap), .integer(timings.firstToken == nil ? nil : timings.firstTokenCharacters),
        ]
    }

    private static func usage(_ usage: UsageReading?) -> [DatabaseValue] {
        let tokens = usage?.tokens
        let context = usage.flatMap { $0.priceContext.isEmpty ? nil : $0.priceContext }
        return [
            .integer(tokens?.promptTokens), .integer(tokens?.cacheReadTokens), .integer(tokens?.cacheWriteTokens),
            .integer(tokens?.cacheWrite1hTokens), .integer(tokens?.outputTokens), .integer(tokens?.reasoningTokens),
            .integer(tokens?.webSearches), .json(usage.flatMap { $0.raw == .null ? nil : $0.raw }),
            .json(context.flatMap(headers)), .text(usage?.source.rawValue),
        ]
    }

    private static func headers(_ fields: [String: String]) -> JSONValue? {
        guard !fields.isEmpty else { return nil }
        let members = fields.sorted { $0.key < $1.key }.map {
            JSONObject.Member(key: $0.key, value: .string($0.value))
        }
        return .object(JSONObject(members))
    }
}

extension RateLimitReading {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["buckets"] = buckets.isEmpty ? nil : .array(buckets.map(\.json))
        object["retry_after_ms"] = retryAfter.map { JSONValue($0.milliseconds) }
        object["should_retry"] = shouldRetry.map(JSONValue.bool)
        object["window"] = window.map { .string($0.rawValue) }
        return .object(object)
    }
}

extension RateLimitReading.Bucket {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["resource": .string(resource.rawValue), "window": .string(window.rawValue)]
        object["limit"] = limit.map { JSONValue($0) }
        object["remaining"] = remaining.map { JSONValue($0) }
        object["reset_after_ms"] = resetAfter.map { JSONValue($0.milliseconds) }
        return .object(object)
    }
}
