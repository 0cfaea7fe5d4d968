package import LLMCore

/// Writes a normalised usage as each provider counts it: what is inside what is the flavour's.
package enum UsageWriter {
    package static func write(
        _ usage: TokenUsage, flavour: ServerFlavour, timing: AnswerTiming? = nil, billed: USD? = nil,
        media: MediaTokens = .init()
    ) -> JSONValue {
        switch flavour.dialect {
        case .openai: .object(chat(usage, flavour, timing, billed, media))
        case .openaiResponses: .object(responses(usage, flavour, billed))
        case .anthropic: .object(anthropic(usage))
        case .gemini: .object(gemini(usage, media))
        }
    }

    /// Output as this flavour counts it, with reasoning taken out where it stands outside.
    private static func output(_ usage: TokenUsage, _ flavour: ServerFlavour) -> Int? {
        guard flavour.reasoningOutsideOutput else { return usage.outputTokens }
        return usage.outputTokens.map { $0 - (usage.reasoningTokens ?? 0) }
    }

    private static func total(_ usage: TokenUsage) -> Int? {
        guard let prompt = usage.promptTokens, let output = usage.outputTokens else { return nil }
        return prompt + output
    }

    private static func chat(
        _ usage: TokenUsage, _ flavour: ServerFlavour, _ timing: AnswerTiming?, _ billed: USD?, _ media: MediaTokens
    ) -> JSONObject {
        var object = JSONObject()
        let seconds = flavour.timings == .groqSeconds ? timing : nil
        object["queue_time"] = seconds.map { JSONValue($0.queue.seconds) }
        object["prompt_tokens"] = usage.promptTokens.map { JSONValue($0) }
        object["prompt_time"] = seconds.map { JSONValue($0.prompt.seconds) }
        object["completion_tokens"] = output(usage, flavour).map { JSONValue($0) }
        object["completion_time"] = seconds.map { JSONValue($0.completion.seconds) }
        object["total_tokens"] = total(usage).map { JSONValue($0) }
        object["total_time"] = seconds.map { JSONValue(($0.prompt + $0.completion).seconds) }
        object["prompt_tokens_details"] = promptDetails(usage, flavour, media)
        object["completion_tokens_details"] = completionDetails(usage, flavour, media)
        addBilling(to: &object, flavour, billed)
        return object
    }

    private static func promptDetails(
        _ usage: TokenUsage, _ flavour: ServerFlavour, _ media: MediaTokens
    ) -> JSONValue? {
        if !flavour.detailsInFull {
            return usage.cacheReadTokens.flatMap { $0 > 0 ? ["cached_tokens": JSONValue($0)] : nil }
        }
        var details = JSONObject()
        if flavour.billsInTicks { details["text_tokens"] = usage.promptTokens.map { JSONValue($0) } }
        MediaTokens.openAI(media.prompt, into: &details)
        if flavour.billsInTicks, media.prompt[.image] == nil { details["image_tokens"] = 0 }
        details["cached_tokens"] = JSONValue(usage.cacheReadTokens ?? 0)
        details["cache_write_tokens"] = usage.cacheWriteTokens.map { JSONValue($0) }
        return .object(details)
    }

    private static func completionDetails(
        _ usage: TokenUsage, _ flavour: ServerFlavour, _ media: MediaTokens
    ) -> JSONValue? {
        if !flavour.detailsInFull {
            guard flavour.timings == .groqSeconds, let reasoning = usage.reasoningTokens, reasoning > 0 else {
                return nil
            }
            return ["reasoning_tokens": JSONValue(reasoning)]
        }
        var details: JSONObject = ["reasoning_tokens": JSONValue(usage.reasoningTokens ?? 0)]
        MediaTokens.openAI(media.output, into: &details)
        details["accepted_prediction_tokens"] = 0
        details["rejected_prediction_tokens"] = 0
        return .object(details)
    }

    private static func addBilling(to object: inout JSONObject, _ flavour: ServerFlavour, _ billed: USD?) {
        guard flavour.billsInTicks else { return }
        object["num_sources_used"] = 0
        if flavour.dialect == .openaiResponses { object["num_server_side_tools_used"] = 0 }
        // A tick is 1e-10 USD: a hundred pico-dollars.
        object["cost_in_usd_ticks"] = billed.map { .number(JSONNumber($0.pico / 100)) }
    }

    private static func responses(_ usage: TokenUsage, _ flavour: ServerFlavour, _ billed: USD?) -> JSONObject {
        var object = JSONObject()
        var input: JSONObject = ["cached_tokens": JSONValue(usage.cacheReadTokens ?? 0)]
        input["cache_write_tokens"] = usage.cacheWriteTokens.map { JSONValue($0) }
        object["input_tokens"] = usage.promptTokens.map { JSONValue($0) }
        object["input_tokens_details"] = .object(input)
        object["output_tokens"] = usage.outputTokens.map { JSONValue($0) }
        object["output_tokens_details"] = ["reasoning_tokens": JSONValue(usage.reasoningTokens ?? 0)]
        object["total_tokens"] = total(usage).map { JSONValue($0) }
        addBilling(to: &object, flavour, billed)
        if flavour.billsInTicks, let prompt = usage.promptTokens, let output = usage.outputTokens {
            object["context_details"] = ["input_tokens": JSONValue(prompt), "output_tokens": JSONValue(output)]
        }
        return object
    }

    /// Cached tokens stand outside `input_tokens`.
    static func anthropic(_ usage: TokenUsage) -> JSONObject {
        let read = usage.cacheReadTokens ?? 0
        let write5m = usage.cacheWriteTokens ?? 0
        let write1h = usage.cacheWrite1hTokens ?? 0
        var object = JSONObject()
        object["input_tokens"] = usage.promptTokens.map { JSONValue($0 - read - write5m - write1h) }
        object["cache_creation_input_tokens"] = JSONValue(write5m + write1h)
        object["cache_read_input_tokens"] = JSONValue(read)
        object["cache_creation"] = [
            "ephemeral_5m_input_tokens": JSONValue(write5m), "ephemeral_1h_input_tokens": JSONValue(write1h),
        ]
        object["output_tokens"] = usage.outputTokens.map { JSONValue($0) }
        if let reasoning = usage.reasoningTokens, reasoning > 0 {
            object["output_tokens_details"] = ["thinking_tokens": JSONValue(reasoning)]
        }
        return object
    }

    /// Thoughts stand outside `candidatesTokenCount`, and a count of zero is left out.
    static func gemini(_ usage: TokenUsage, _ media: MediaTokens = .init()) -> JSONObject {
        let reasoning = usage.reasoningTokens ?? 0
        var object = JSONObject()
        object["promptTokenCount"] = usage.promptTokens.map { JSONValue($0) }
        if let output = usage.outputTokens, output > reasoning {
            object["candidatesTokenCount"] = JSONValue(output - reasoning)
        }
        object["totalTokenCount"] = total(usage).map { JSONValue($0) }
        if let read = usage.cacheReadTokens, read > 0 { object["cachedContentTokenCount"] = JSONValue(read) }
        if let prompt = usage.promptTokens {
            object["promptTokensDetails"] =
                MediaTokens.gemini(media.prompt, of: prompt) ?? [["modality": "TEXT", "tokenCount": JSONValue(prompt)]]
        }
        object["candidatesTokensDetails"] = MediaTokens.gemini(
            media.output, of: usage.outputTokens.map { $0 - reasoning })
        if reasoning > 0 { object["thoughtsTokenCount"] = JSONValue(reasoning) }
        return object
    }

    /// llama.cpp's `timings`, in milliseconds.
    static func llamaTimings(_ usage: TokenUsage, _ timing: AnswerTiming) -> JSONValue {
        let cached = usage.cacheReadTokens ?? 0
        let read = max(1, (usage.promptTokens ?? 0) - cached)
        let written = max(1, usage.outputTokens ?? 0)
        let promptMilliseconds = timing.prompt.milliseconds
        let predictedMilliseconds = timing.completion.milliseconds
        func rate(_ count: Int, _ milliseconds: Double) -> JSONValue {
            JSONValue(milliseconds > 0 ? Double(count) * 1_000 / milliseconds : 0)
        }
        return [
            "cache_n": JSONValue(cached), "prompt_n": JSONValue(read), "prompt_ms": JSONValue(promptMilliseconds),
            "prompt_per_token_ms": JSONValue(promptMilliseconds / Double(read)),
            "prompt_per_second": rate(read, promptMilliseconds), "predicted_n": JSONValue(written),
            "predicted_ms": JSONValue(predictedMilliseconds),
            "predicted_per_token_ms": JSONValue(predictedMilliseconds / Double(written)),
            "predicted_per_second": rate(written, predictedMilliseconds),
        ]
    }
}

extension Duration {
    var seconds: Double { milliseconds / 1_000 }
}
