import LLMCore
import LLMServer
import LLMWire
import NIOHTTP1
import TestSupport
import Testing

/// Recorded answers of real providers on their way through the gateway: the caller reads what an independent reader found in them.
@Suite("Recorded exchanges through the gateway", .timeLimit(.minutes(10)))
struct ReplayTests {
    static let folders = ["openai", "anthropic", "gemini", "groq", "xai", "openai-compatible"]

    // MARK: In the provider's own dialect

    @Test(
        "the recorded request gets the recorded answer, and reads as expected",
        .enabled(if: RecordedExchange.isPresent, RecordedExchange.absence), arguments: folders)
    func own(_ folder: String) async throws {
        let exchanges = try RecordedExchange.all(of: folder)
        var same = 0
        for exchange in exchanges {
            let trouble = try await Self.replay(exchange)
            #expect(trouble.isEmpty, "\(exchange.id): \(trouble.joined(separator: "; "))")
            same += trouble.isEmpty ? 1 : 0
        }
        TestOutput.show("replay \(folder): \(same) of \(exchanges.count) read as expected in their own dialect")
    }

    private static func replay(_ exchange: RecordedExchange) async throws -> [String] {
        let (status, body, wasAsked) = try await send(
            exchange, path: exchange.path, body: JSONValue.object(ownRequest(exchange)).text)
        let reading = try ClientReading(body, exchange.dialect, isStream: exchange.isStreaming && status == 200)
        // Of a request that we refuse ourselves the words are ours.
        guard wasAsked else { return status == exchange.status ? [] : ["refused with \(status)"] }
        guard exchange.status == 200, exchange.failure == nil else {
            return refusalTrouble(exchange, status, reading)
        }
        if exchange.isNoAnswer { return status >= 500 ? [] : ["status \(status) for no answer"] }
        var trouble = status == 200 ? [] : ["status \(status): \(body.prefix(300))"]
        if exchange.isStreaming {
            let recorded = try ClientReading(
                String(decoding: exchange.body, as: UTF8.self), exchange.dialect, isStream: true)
            if reading.events != recorded.events { trouble.append("the events differ") }
        } else if Array(body.utf8) != exchange.body {
            trouble.append("the body differs")
        }
        return trouble + readingTrouble(exchange, reading, as: exchange.dialect)
    }

    private static func ownRequest(_ exchange: RecordedExchange) -> JSONObject {
        var request = exchange.request ?? plainRequest(exchange.dialect, exchange)
        if exchange.dialect != .gemini { request["model"] = .string(exchange.model) }
        return request
    }

    // MARK: In other dialects

    /// A call that was cut off, whose arguments are no JSON, which Gemini's dialect cannot say.
    private static let untold: Set<String> = ["openai-compatible-chat.completions-sse-200-0fdccc7f"]

    @Test(
        "the answer reads the same in every other dialect",
        .enabled(if: RecordedExchange.isPresent, RecordedExchange.absence), arguments: folders)
    func translated(_ folder: String) async throws {
        var count = 0
        var same = 0
        for exchange in try RecordedExchange.all(of: folder) where !Self.untold.contains(exchange.id) {
            for dialect in exchange.otherDialects {
                let trouble = try await Self.translate(exchange, into: dialect)
                #expect(trouble.isEmpty, "\(exchange.id) as \(dialect): \(trouble.joined(separator: "; "))")
                same += trouble.isEmpty ? 1 : 0
                count += 1
            }
        }
        TestOutput.show("replay \(folder): \(same) of \(count) read as expected in another dialect")
    }

    private static func translate(_ exchange: RecordedExchange, into dialect: WireDialect) async throws -> [String] {
        let (status, body, _) = try await send(
            exchange, path: path(dialect, exchange), body: JSONValue.object(plainRequest(dialect, exchange)).text)
        let reading = try ClientReading(body, dialect, isStream: exchange.isStreaming && status == 200)
        guard exchange.status == 200, exchange.failure == nil else {
            return messageTrouble(exchange, status, reading)
        }
        if exchange.isNoAnswer { return status >= 500 ? [] : ["status \(status) for no answer"] }
        return (status == 200 ? [] : ["status \(status): \(body.prefix(300))"])
            + readingTrouble(exchange, reading, as: dialect)
    }

    private static func path(_ dialect: WireDialect, _ exchange: RecordedExchange) -> String {
        switch dialect {
        case .openai: "/v1/chat/completions"
        case .openaiResponses: "/v1/responses"
        case .anthropic: "/v1/messages"
        case .gemini:
            "/v1beta/models/\(exchange.model):"
                + (exchange.isStreaming ? "streamGenerateContent?alt=sse" : "generateContent")
        }
    }

    /// A question in a dialect that asks to see reasoning, where one has to ask.
    private static func plainRequest(_ dialect: WireDialect, _ exchange: RecordedExchange) -> JSONObject {
        let messages: JSONValue = [["role": "user", "content": "hi"]]
        let model = JSONValue.string(exchange.model)
        let stream = JSONValue.bool(exchange.isStreaming)
        switch dialect {
        case .openai:
            var request: JSONObject = ["model": model, "messages": messages, "stream": stream]
            if exchange.isStreaming { request["stream_options"] = ["include_usage": true] }
            return request
        case .openaiResponses:
            return ["model": model, "input": "hi", "stream": stream, "reasoning": ["summary": "auto"]]
        case .anthropic:
            return [
                "model": model, "messages": messages, "stream": stream, "max_tokens": 4_096,
                "thinking": ["type": "enabled", "budget_tokens": 1_024],
            ]
        case .gemini:
            return [
                "contents": [["role": "user", "parts": [["text": "hi"]]]],
                "generationConfig": ["thinkingConfig": ["includeThoughts": true]],
            ]
        }
    }

    // MARK: The comparison

    private static func readingTrouble(
        _ exchange: RecordedExchange, _ reading: ClientReading, as dialect: WireDialect
    ) -> [String] {
        let expect = exchange.expect
        var trouble: [String] = []
        func compare<Value: Equatable>(_ name: String, _ expected: Value, _ found: Value) {
            if expected != found { trouble.append("\(name): expected \(expected), found \(found)") }
        }
        let isOwn = dialect == exchange.dialect
        // Where a dialect has no place for a refusal, it is the text.
        let refusal = expect["refusal"]?.string
        let saysRefusal = dialect == .openai || dialect == .openaiResponses
        compare("text", (expect["text"]?.string ?? "") + (saysRefusal ? "" : refusal ?? ""), reading.text)
        if saysRefusal { compare("refusal", refusal, reading.refusal.flatMap { $0.isEmpty ? nil : $0 }) }
        if let reasoning = expect["reasoning_text"]?.string { compare("reasoning", reasoning, reading.reasoning) }
        // The reader of the recordings does not know functions from before there were tools.
        if expect["finish_reason"] != "function_call" {
            compare("calls", exchange.calls(namedIn: reading.calls), reading.calls)
        }
        let hasCalls = !reading.calls.isEmpty
        let word = ExpectedFinish.word(
            expect["finish_reason"]?.string, hasCalls: hasCalls, isRefusal: refusal != nil, in: dialect)
        if isOwn {
            compare("finish", expect["finish_reason"]?.string, reading.finish)
        } else if let word {
            compare("finish", word, reading.finish)
        }
        if !isOwn, let tokens = CountedTokens(expected: expect, exchange.dialect) {
            var read = CountedTokens(read: reading.usage, dialect)
            // A prompt of no tokens is one that nobody counted: some dialects' callers get an estimate.
            if tokens.input == 0 { read?.input = 0 }
            compare("tokens", tokens, read)
        }
        if isOwn, expect["input_tokens"]?.isNull == false { compare("usage", false, reading.usage.isNull) }
        return trouble
    }

    /// In the provider's own dialect a refusal keeps its status and all its words; but our key is none of the caller's business.
    private static func refusalTrouble(
        _ exchange: RecordedExchange, _ status: Int, _ reading: ClientReading
    ) -> [String] {
        guard let failure = exchange.failure, !exchange.isOfOurKey else {
            return status == 502 ? [] : ["status \(status) for a key of our own"]
        }
        guard let error = reading.error else { return ["no error, status \(status)"] }
        var trouble: [String] = []
        if exchange.status != 200, exchange.status != status { trouble.append("status \(status)") }
        for name in ["type", "code", "param", "message"] {
            let expected = failure[name].flatMap { $0.isNull ? nil : $0.string ?? $0.text }
            let own = exchange.dialect == .gemini && name == "type" ? "status" : name
            let found = error[own].flatMap { $0.isNull ? nil : $0.string ?? $0.text }
            // Words of the prompt are kept out of errors.
            if let expected, expected != found, found?.contains("[prompt]") != true {
                trouble.append("\(name): expected \(expected), found \(found ?? "none")")
            }
        }
        return trouble
    }

    private static func messageTrouble(
        _ exchange: RecordedExchange, _ status: Int, _ reading: ClientReading
    ) -> [String] {
        guard let failure = exchange.failure, !exchange.isOfOurKey else {
            return status == 502 ? [] : ["status \(status) for a key of our own"]
        }
        let found = reading.error?["message"]?.string
        if found?.contains("[prompt]") == true { return [] }
        return found == failure["message"]?.string ? [] : ["status \(status), message \(found ?? "none")"]
    }

    private static func send(
        _ exchange: RecordedExchange, path: String, body: String
    ) async throws -> (status: Int, body: String, wasAsked: Bool) {
        try await RecordedUpstream.with(response: exchange.response) { upstream in
            try await GatewayFixture.withServer(environment: exchange.environment(port: upstream.port)) { server in
                let headers = [("x-dirgen-fallback", "off")]
                let answer = try await GatewayFixture.send(.POST, "\(server)\(path)", body: body, headers: headers)
                return (Int(answer.status), answer.body, !upstream.bodies.isEmpty)
            }
        }
    }
}

extension RecordedExchange {
    /// The provider's refusal, before or inside a stream.
    fileprivate var failure: JSONValue? { expect["error"] ?? expect["response_error"] ?? expect["stream_error"] }

    /// A stream of nothing, not even an end.
    fileprivate var isNoAnswer: Bool { status == 200 && failure == nil && expect["finish_reason"]?.isNull != false }

    fileprivate var isOfOurKey: Bool {
        status == 401 || failure?["message"]?.string?.lowercased().contains("api key") == true
    }

    /// The dialects in which this answer is written anew.
    fileprivate var otherDialects: [WireDialect] {
        switch dialect {
        case .openai: [.anthropic, .gemini]
        case .anthropic: [.openai, .openaiResponses, .gemini]
        case .gemini: [.openai, .openaiResponses, .anthropic]
        // Only a caller of that dialect is answered in it.
        case .openaiResponses: []
        }
    }

    /// The expected calls; where the provider gave no identifier, one that we made stands for it.
    fileprivate func calls(namedIn found: [ClientReading.Call]) -> [ClientReading.Call] {
        (expect["tool_calls"]?.array ?? []).enumerated().map { index, call in
            ClientReading.Call(
                id: call["id"]?.string ?? (found.indices.contains(index) ? found[index].id : nil),
                name: call["name"]?.string ?? "", arguments: call["arguments"]?.string ?? "")
        }
    }
}
