import LLMCore
import Tracing

extension Telemetry {
    /// The span of a whole question; its attempts are its children.
    func askSpan(_ request: AskRequest) -> any Span {
        let span = tracer.startAnySpan("ask", context: ServiceContext.current ?? .topLevel, ofKind: .internal)
        guard span.isRecording else { return span }
        span.attributes["dirgen.call.id"] = request.id.rawValue
        span.attributes["dirgen.task"] = request.task.rawValue
        return span
    }

    /// `chat MODEL`, as the conventions name a client's span.
    func attemptSpan(_ intent: AttemptIntent, _ parameters: GenerationParameters, in parent: any Span) -> any Span {
        let span = tracer.startAnySpan("chat \(intent.model.name)", context: parent.context, ofKind: .client)
        guard span.isRecording else { return span }
        span.attributes["gen_ai.operation.name"] = "chat"
        span.attributes["gen_ai.provider.name"] = intent.model.provider.semanticName
        span.attributes["gen_ai.request.model"] = intent.model.name
        let server = ServerAddress(of: intent.endpoint)
        span.attributes["server.address"] = server.host
        if let port = server.port { span.attributes["server.port"] = port }
        span.attributes["dirgen.attempt.id"] = intent.attempt.rawValue
        if let limit = parameters.maxOutputTokens { span.attributes["gen_ai.request.max_tokens"] = limit }
        if let temperature = parameters.temperature { span.attributes["gen_ai.request.temperature"] = temperature }
        return span
    }

    func end(_ span: any Span, _ report: AttemptReport) {
        guard span.isRecording else { return span.end() }
        if let tokens = report.usage?.tokens {
            if let input = tokens.promptTokens { span.attributes["gen_ai.usage.input_tokens"] = input }
            if let output = tokens.outputTokens { span.attributes["gen_ai.usage.output_tokens"] = output }
            if let cached = tokens.cacheReadTokens { span.attributes["gen_ai.usage.cache_read.input_tokens"] = cached }
        }
        if let first = report.timings.firstChunk {
            span.attributes["gen_ai.response.time_to_first_chunk"] = first.milliseconds / 1_000
        }
        if let id = report.responseID { span.attributes["gen_ai.response.id"] = id }
        if let model = report.servedModel { span.attributes["gen_ai.response.model"] = model }
        if let finish = report.finish { span.attributes["gen_ai.response.finish_reasons"] = [finish.raw] }
        if let status = report.status { span.attributes["http.response.status_code"] = status }
        end(span, report.outcome)
    }

    func end(_ span: any Span, _ outcome: AttemptClass) {
        if outcome != .ok {
            span.attributes["error.type"] = outcome.rawValue
            span.setStatus(SpanStatus(code: .error))
        }
        span.end()
    }
}
