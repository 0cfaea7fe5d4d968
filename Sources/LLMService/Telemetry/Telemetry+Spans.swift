import LLMCore
import Tracing

extension Telemetry {
    /// The span of a whole request; its attempts are its children.
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

    /// The header fields by which the server of an attempt continues its trace; none without a tracer.
    func traceHeaders(of span: any Span) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        tracer.inject(span.context, into: &headers, using: HeaderInjector())
        return headers
    }

    func end(_ span: any Span, _ report: AttemptReport) {
        guard span.isRecording else { return span.end() }
        if let tokens = report.usage?.measuredTokens {
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

/// The way of a tracer into header fields.
private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout [(name: String, value: String)]) {
        carrier.append((name: key, value: value))
    }
}

/// `server.address` and `server.port` of the conventions, read from an endpoint.
struct ServerAddress: Sendable, Hashable {
    /// IPv6 without its brackets; a name that is no address, as the simulator's, as it is.
    var host: String
    /// The scheme's own where the address names none; `nil` of what is no address.
    var port: Int?

    init(of endpoint: String) {
        guard let scheme = endpoint.firstRange(of: "://") else {
            host = endpoint
            return
        }
        var authority = endpoint[scheme.upperBound...].prefix { $0 != "/" }
        port = endpoint[..<scheme.lowerBound] == "https" ? 443 : 80
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[bracket...].lastIndex(of: ":") {
            port = Int(authority[authority.index(after: colon)...]) ?? port
            authority = authority[..<colon]
        }
        if authority.first == "[", authority.last == "]" { authority = authority.dropFirst().dropLast() }
        host = String(authority)
    }

    var dimensions: Telemetry.Dimensions {
        [("server.address", host), ("server.port", port.map { "\($0)" } ?? "")]
    }
}
