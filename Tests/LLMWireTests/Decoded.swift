import LLMCore

@testable import LLMWire

/// Everything one body decodes to.
struct Decoded {
    var events: [ChatEvent]
    var answer: DecodedAnswer
    var state: AnswerState
    var framing: ResponseDecoder.Framing

    /// Feeds `body` cut at `cuts`, which ascend.
    init(
        _ body: some Collection<UInt8>, dialect: WireDialect, quirks: DialectQuirks, streaming: Bool = true,
        status: Int = 200,
        headers: [(name: String, value: String)] = [], cuts: [Int] = [], emitsRaw: Bool = false,
        receivedAt: Int64? = nil,
        secrets: [APIKey] = []
    ) {
        let body = Array(body)
        var decoder = ResponseDecoder(
            dialect: dialect, quirks: quirks, streaming: streaming, status: status, headers: headers,
            emitsRaw: emitsRaw,
            receivedAt: receivedAt, secrets: secrets)
        var events: [ChatEvent] = []
        var start = 0
        for end in cuts + [body.count] {
            _ = body[start..<end].withUnsafeBytes { decoder.feed($0, into: &events) }
            start = end
        }
        answer = decoder.finish(into: &events)
        self.events = events
        state = decoder.state
        framing = decoder.framing
    }

    init(_ text: String, dialect: WireDialect, quirks: DialectQuirks, streaming: Bool = true, status: Int = 200) {
        self.init(text.utf8, dialect: dialect, quirks: quirks, streaming: streaming, status: status)
    }

    init(_ exchange: Exchange, cuts: [Int] = []) {
        self.init(
            exchange.body, dialect: exchange.dialect, quirks: exchange.quirks, streaming: exchange.isStreaming,
            status: exchange.status, headers: exchange.headers, cuts: cuts)
    }

    var text: String { events.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined() }
    var thinking: String { events.compactMap { if case .thinking(let text) = $0 { text } else { nil } }.joined() }
    var refusal: String { events.compactMap { if case .refusal(let text) = $0 { text } else { nil } }.joined() }
    var signatures: [String] {
        events.compactMap { if case .thinkingSignature(let text) = $0 { text } else { nil } }
    }
    var textCount: Int { events.count { if case .text = $0 { true } else { false } } }
    var startCount: Int { events.count { if case .started = $0 { true } else { false } } }
    var raw: [[UInt8]] { events.compactMap { if case .raw(_, let bytes) = $0 { bytes } else { nil } } }

    /// Tool calls put together as a caller would.
    var toolCalls: [ToolCall] {
        var calls: [Int: ToolCall] = [:]
        for case .toolCall(let index, let id, let name, let arguments) in events {
            var call = calls[index] ?? ToolCall(id: "", name: "", arguments: "")
            call.id += id ?? ""
            call.name += name ?? ""
            call.arguments += arguments
            calls[index] = call
        }
        return calls.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The events as text, for comparing two decodings.
    var trace: [String] { events.map { "\($0)" } }
}
