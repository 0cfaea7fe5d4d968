import Foundation
import LLMCore
import LLMWire
import Testing

@testable import LLMServer

/// The relay of a stream, event by event, without sockets.
@Suite("A streamed answer on its way to the caller", .timeLimit(.minutes(1)))
struct StreamRelayTests {
    private static let model = ModelID(provider: "openai", name: "m")

    private static func relay(_ flavour: ServerFlavour, includeUsage: Bool = false, asArray: Bool = false)
        -> StreamRelay
    {
        let client = ClientRequest(
            model: "m", request: ChatRequest(messages: [.user("Hi")]), includeUsage: includeUsage, showThinking: true)
        return StreamRelay(client, flavour: flavour, asArray: asArray) { model in
            AnswerHead(
                id: "id", model: model.name, createdAt: 1, requestID: "r", input: TokenUsage(promptTokens: 5))
        }
    }

    private static func record(_ outcome: AttemptClass = .ok, usage: TokenUsage? = nil) -> CallRecord {
        let report = AttemptReport(
            id: AttemptID(rawValue: "1"), model: model, endpoint: "e", simulated: false,
            timings: AttemptTimings(sentAt: .now, end: .zero), outcome: outcome,
            usage: usage.map { UsageReading(raw: .null, tokens: $0) }, finish: FinishReason(kind: .stop, raw: "stop"))
        return CallRecord(
            id: CallID(rawValue: "c"), origin: .live, task: .general, requested: .auto, model: model, endpoint: "e",
            simulated: false, outcome: outcome, attempts: [AttemptRecord(report: report, cost: CostReading())],
            answer: Answer(text: "ab"), decision: DecisionRecord(reason: "r"), openedAt: .now, endedAt: .now,
            startedAt: 0)
    }

    private static func raw(_ text: String) -> AnswerEvent { .raw(dialect: .openai, bytes: Array(text.utf8)) }
    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("before the first piece nothing leaves, and what a failed attempt sent is forgotten")
    func heldBack() {
        var relay = Self.relay(.gatewayChat)
        var out: [UInt8] = []
        relay.take(.attempting(Self.model, attempt: AttemptID(rawValue: "1")), into: &out)
        relay.take(Self.raw(#"{"first":1}"#), into: &out)
        #expect(out.isEmpty)
        #expect(!relay.hasBegun)
        relay.take(.attempting(Self.model, attempt: AttemptID(rawValue: "2")), into: &out)
        relay.take(Self.raw(#"{"second":1}"#), into: &out)
        relay.take(Self.raw(#"{"a":1}"#), into: &out)
        relay.take(.text("a"), into: &out)
        #expect(relay.hasBegun)
        #expect(Self.lines(out) == [#"data: {"second":1}"#, #"data: {"a":1}"#])
    }

    /// No model was asked for it, so no event says which one made it.
    @Test(
        "an answer from the cache is a whole stream in every dialect",
        arguments: [
            (ServerFlavour.gatewayChat, "[DONE]"), (.gatewayResponses, "response.completed"),
            (.gatewayAnthropic, "message_stop"), (.gatewayGemini, "finishReason"),
        ])
    func cached(flavour: ServerFlavour, end: String) {
        var relay = Self.relay(flavour)
        var out: [UInt8] = []
        for event in [AnswerEvent.thinking("so"), .thinkingSignature("s"), .text("ab")] {
            relay.take(event, into: &out)
        }
        #expect(out.isEmpty && !relay.hasBegun)
        relay.end(Self.record(), failure: nil, trailer: ": facts", into: &out)
        let text = String(decoding: out, as: UTF8.self)
        #expect(text.contains("ab") && text.contains(end), "\(text)")
        #expect(text.contains(": facts\n") == (flavour.dialect != .gemini), "\(text)")
    }

    @Test("the provider's end marker waits for the facts of the answer")
    func terminal() {
        var relay = Self.relay(.gatewayChat)
        var out: [UInt8] = []
        relay.take(Self.raw(#"{"a":1}"#), into: &out)
        relay.take(.text("a"), into: &out)
        relay.take(Self.raw("[DONE]"), into: &out)
        #expect(Self.lines(out) == [#"data: {"a":1}"#])
        relay.end(Self.record(), failure: nil, trailer: ": facts", into: &out)
        #expect(Self.lines(out) == [#"data: {"a":1}"#, ": facts", "data: [DONE]"])
    }

    @Test(
        "an answer without the provider's events is written anew, the facts before its end marker",
        arguments: [
            ServerFlavour.gatewayChat, .gatewayResponses, .gatewayAnthropic, .gatewayGemini,
        ])
    func writtenAnew(_ flavour: ServerFlavour) {
        var relay = Self.relay(flavour, includeUsage: true)
        var out: [UInt8] = []
        relay.take(.attempting(Self.model, attempt: AttemptID(rawValue: "1")), into: &out)
        // Another dialect's events are no bytes for this caller.
        let other: WireDialect = flavour.dialect == .openai ? .anthropic : .openai
        relay.take(.raw(dialect: other, bytes: Array("secret".utf8)), into: &out)
        for piece in ["a", "b"] { relay.take(.text(piece), into: &out) }
        relay.end(
            Self.record(usage: TokenUsage(promptTokens: 3, outputTokens: 2)), failure: nil, trailer: ": facts",
            into: &out)
        let text = String(decoding: out, as: UTF8.self)
        #expect(!text.contains("secret"))
        let events = text.replacing("\r\n", with: "\n").split(separator: "\n\n")
        // Google's SDK reads no comments.
        let hasFacts = flavour.dialect != .gemini
        #expect(events.last?.contains(": facts") == hasFacts)
        #expect(text.components(separatedBy: ": facts").count == (hasFacts ? 2 : 1))
    }

    @Test(
        "counts that a dialect's clients rely on are there when the provider told none, or some",
        arguments: [ServerFlavour.gatewayChat, .gatewayResponses, .gatewayAnthropic, .gatewayGemini],
        [nil, TokenUsage(outputTokens: 7), TokenUsage(promptTokens: 9, cacheReadTokens: 4)])
    func statedUsage(_ flavour: ServerFlavour, _ told: TokenUsage?) throws {
        var relay = Self.relay(flavour, includeUsage: true)
        var out: [UInt8] = []
        relay.take(.attempting(Self.model, attempt: AttemptID(rawValue: "1")), into: &out)
        relay.take(.text("ab"), into: &out)
        let record = Self.record(usage: told)
        relay.end(record, failure: nil, trailer: ": facts", into: &out)
        let streamed = String(decoding: out, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.hasPrefix("data: {") ? try? JSONValue.parse(Array(line.utf8.dropFirst(6))) : nil
        }
        let client = ClientRequest(
            model: "m", request: ChatRequest(messages: [.user("Hi")]), includeUsage: true, showThinking: true)
        let head = AnswerHead(id: "id", model: "m", createdAt: 1, requestID: "r")
        let whole = try JSONValue.parse(UnaryRelay(flavour.dialect).body(record, client, flavour, head: head))
        let required: [String] =
            switch flavour.dialect {
            case .openai: ["prompt_tokens", "completion_tokens", "total_tokens"]
            case .openaiResponses: ["input_tokens", "output_tokens", "total_tokens"]
            case .anthropic: ["input_tokens", "output_tokens"]
            case .gemini: []
            }
        let last = streamed.compactMap { $0["usage"] ?? $0["response"]?["usage"] }.last { !$0.isNull }
        for usage in [last, whole["usage"].flatMap { $0.isNull ? nil : $0 }] {
            // The others' clients take none for an answer.
            #expect((usage != nil) == (flavour.dialect == .anthropic || told != nil && flavour.dialect != .gemini))
            guard let usage else { continue }
            for name in required { #expect(usage[name]?.int != nil, "\(name) in \(usage)") }
            if let output = told?.outputTokens { #expect(usage[required[1]]?.int == output) }
        }
        guard flavour.dialect == .anthropic else { return }
        let first = try #require(streamed.first?["message"]?["usage"])
        #expect(first["input_tokens"]?.int != nil && first["output_tokens"]?.int != nil)
        #expect(streamed.contains { $0["type"] == "message_delta" && $0["usage"]?["output_tokens"]?.int != nil })
    }

    @Test("a failure after the first piece is told inside the stream, and no end marker follows")
    func failure() {
        for passesThrough in [true, false] {
            var relay = Self.relay(.gatewayChat)
            var out: [UInt8] = []
            relay.take(.attempting(Self.model, attempt: AttemptID(rawValue: "1")), into: &out)
            if passesThrough { relay.take(Self.raw(#"{"a":1}"#), into: &out) }
            relay.take(.text("a"), into: &out)
            relay.end(
                Self.record(.streamTruncated), failure: ServedError(.serverError, message: "cut"), trailer: ": facts",
                into: &out)
            let text = String(decoding: out, as: UTF8.self)
            #expect(text.contains(#""message":"cut""#))
            #expect(!text.contains("[DONE]"))
        }
    }

    @Test("an array of Gemini's stays one array of JSON")
    func array() throws {
        for passesThrough in [true, false] {
            for failure in [nil, ServedError(.overloaded)] {
                var relay = Self.relay(.gatewayGemini, asArray: true)
                var out: [UInt8] = []
                relay.take(.attempting(Self.model, attempt: AttemptID(rawValue: "1")), into: &out)
                for piece in ["a", "b"] {
                    if passesThrough {
                        relay.take(.raw(dialect: .gemini, bytes: Array(#"{"x":"\#(piece)"}"#.utf8)), into: &out)
                    }
                    relay.take(.text(piece), into: &out)
                }
                relay.end(Self.record(), failure: failure, trailer: ": facts", into: &out)
                let value = try JSONValue.parse(out)
                #expect(value.array?.count ?? 0 >= 2)
                #expect((value.array?.last?["error"] != nil) == (failure != nil))
            }
        }
    }

    @Test("data of several lines stays one event")
    func severalLines() {
        var relay = Self.relay(.gatewayChat)
        var out: [UInt8] = []
        relay.take(Self.raw("{\n\"a\":1}"), into: &out)
        relay.take(.text("a"), into: &out)
        #expect(String(decoding: out, as: UTF8.self) == "data: {\ndata: \"a\":1}\n\n")
    }

    @Test(
        "the name of an event is that of its data",
        arguments: [
            (#"{"type":"message_start"}"#, "message_start"), (#"{ "x":1, "type" : "ping" }"#, "ping"),
            (#"{"type":"a\nb"}"#, nil), (#"{"x":1}"#, nil), ("[DONE]", nil),
        ] as [(String, String?)])
    func names(_ data: String, _ name: String?) { #expect(RawEvent.type(of: Array(data.utf8)) == name) }
}
