import LLMCore
import Testing

@testable import LLMWire

@Suite("Sealed reasoning in a caller's history", .timeLimit(.minutes(1)))
struct SealedReasoningTests {
    struct History: Sendable, CustomTestStringConvertible {
        var flavour: ServerFlavour
        var body: String
        var testDescription: String { flavour.dialect.rawValue }
    }

    /// Each with the text `kept` beside what only its own provider can read.
    static let histories: [History] = [
        .init(
            flavour: .anthropic,
            body: #"""
                {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[
                {"type":"thinking","thinking":"hm","signature":"SEALED"},{"type":"redacted_thinking","data":"SEALED"},
                {"type":"text","text":"kept"},{"type":"tool_use","id":"t","name":"w","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"r"}]}]}
                """#),
        .init(
            flavour: .openAIResponses,
            body: #"""
                {"model":"m","input":[{"role":"user","content":"q"},
                {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"SEALED"},
                {"type":"reasoning","id":"rs_SEALED","summary":[]},{"role":"assistant","content":"kept"},
                {"role":"user","content":"q"}]}
                """#),
        .init(
            flavour: .gemini,
            body: #"""
                {"contents":[{"parts":[{"text":"q"}]},{"role":"model","parts":[
                {"text":"hm","thought":true,"thoughtSignature":"SEALED"},{"thoughtSignature":"SEALED"},
                {"text":"kept","thoughtSignature":"SEALED"},
                {"functionCall":{"name":"w","args":{}},"thoughtSignature":"SEALED"}]},
                {"parts":[{"functionResponse":{"name":"w","response":{}}}]}]}
                """#),
    ]

    private static let provider = ModelID(provider: "acme", name: "m")

    private static func encode(
        _ flavour: ServerFlavour, _ body: String, _ dialect: WireDialect, target: ModelID = provider
    ) throws -> WireRequest {
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: flavour, pathModel: "m")
        return try RequestEncoder.encode(
            client.request, model: target.name, dialect: dialect, quirks: .generic, target: target)
    }

    @Test("reaches no other dialect, and the rest of the turn does", arguments: histories, WireDialect.allCases)
    func foreign(history: History, dialect: WireDialect) throws {
        let sent = String(
            decoding: try Self.encode(history.flavour, history.body, dialect).body, as: UTF8.self)
        #expect(sent.contains("SEALED") == (dialect == history.flavour.dialect))
        #expect(sent.contains("kept"))
        #expect(dialect == history.flavour.dialect || !sent.contains("reasoning") && !sent.contains("thinking"))
    }

    // MARK: Marked seals

    /// The turn that a caller of a dialect sends back as it got it, thought, text and call.
    private static func answered(_ test: FlavourCase, by provider: ProviderID, signature: String?, streaming: Bool)
        throws -> JSONValue
    {
        let seal = ReasoningSeal.marked(signature, by: provider, for: test.flavour.dialect)
        let call = ToolCall(id: "t1", name: "w", arguments: "{}")
        let answer = ServedAnswer(
            head: test.head, thinking: "hm", thinkingSignature: seal, text: "", toolCalls: [call],
            end: AnswerEnd(finish: .toolCalls, usage: FlavourCase.usage))
        guard streaming else { return try JSONValue.parse(AnswerEncoder.encode(answer, flavour: test.flavour)) }
        let text = String(decoding: test.stream(answer.pieces, answer.end), as: UTF8.self)
        // The last event of this dialect repeats the whole.
        let line = try #require(
            text.split(separator: "\n").last { $0.hasPrefix("data: ") && $0.contains("response.completed") })
        return try #require(JSONValue.parse(String(line.dropFirst(6)))["response"])
    }

    private static func next(_ test: FlavourCase, _ answer: JSONValue) throws -> String {
        if test.flavour.dialect == .anthropic {
            return
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},{"role":"assistant","content":\#(try #require(answer["content"]).text)},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"r"}]}]}"#
        }
        let output = try #require(answer["output"]?.array).map(\.text).joined(separator: ",")
        return
            #"{"model":"m","input":[{"role":"user","content":"q"},\#(output),{"type":"function_call_output","call_id":"t1","output":"r"}]}"#
    }

    private static let loops: [(FlavourCase, Bool)] = FlavourCase.all.flatMap { test -> [(FlavourCase, Bool)] in
        switch test.name {
        case "anthropic": [(test, false)]
        case "openai responses": [(test, false), (test, true)]
        default: []
        }
    }

    @Test(
        "what this server gave goes back to the provider that made it, and to no other", arguments: loops,
        [WireDialect.anthropic, .gemini])
    func loop(row: (FlavourCase, Bool), maker: WireDialect) throws {
        let (test, streaming) = row
        guard maker != test.flavour.dialect else { return }
        let answer = try Self.answered(test, by: "acme", signature: "SEALED", streaming: streaming)
        let body = try Self.next(test, answer)
        let own = try Samples.body(Self.encode(test.flavour, body, maker))
        if maker == .anthropic {
            #expect(
                own["messages"]?[1]?["content"] == [
                    ["type": "thinking", "thinking": "hm", "signature": "SEALED"],
                    ["type": "tool_use", "id": "t1", "name": "w", "input": [:]],
                ])
        } else {
            #expect(
                own["contents"]?[1]?["parts"] == [
                    ["functionCall": ["name": "w", "args": [:]], "thoughtSignature": "SEALED"]
                ])
        }
        for dialect in WireDialect.allCases {
            let other = ModelID(provider: "other", name: "m")
            let sent = String(
                decoding: try Self.encode(test.flavour, body, dialect, target: other).body, as: UTF8.self)
            #expect(!sent.contains("SEALED") && !sent.contains(ReasoningSeal.mark), "\(dialect)")
            #expect(sent.contains(#""w""#))
        }
    }

    @Test("reasoning that nobody signed has a mark too, and is left out at the caller's own vendor", arguments: loops)
    func unsigned(row: (FlavourCase, Bool)) throws {
        let answer = try Self.answered(row.0, by: "acme", signature: nil, streaming: row.1)
        let body = try Self.next(row.0, answer)
        #expect(body.contains(ReasoningSeal.mark))
        for dialect in WireDialect.allCases {
            let sent = String(decoding: try Self.encode(row.0.flavour, body, dialect).body, as: UTF8.self)
            #expect(!sent.contains(ReasoningSeal.mark) && !sent.contains(#""thinking""#) && sent.contains(#""w""#))
        }
    }

    @Test("a request without a foreign seal passes byte for byte")
    func untouched() throws {
        let body = #"{ "model":"m", "max_tokens":9, "messages":[{"role":"user","content":"dirgen: 1.0 \u0041"}] }"#
        #expect(
            String(decoding: try Self.encode(.anthropic, body, .anthropic).body, as: UTF8.self).contains(#"1.0 \u0041"#)
        )
    }
}
