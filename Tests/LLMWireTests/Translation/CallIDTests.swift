import LLMCore
import Testing

@testable import LLMWire

@Suite("Calls and their results find each other in every dialect", .timeLimit(.minutes(1)))
struct CallIDTests {
    private static let calls: [AnswerPiece] = [
        .toolCall(index: 0, id: nil, name: "weather", arguments: #"{"c":"K"}"#),
        .toolCall(index: 1, id: "", name: "time", arguments: "{}"),
        .toolCall(index: 2, id: "own", name: "time", arguments: "{}"),
        .toolCall(index: 3, id: "own", name: "time", arguments: "{}"),
    ]

    private static func answer(_ test: FlavourCase, id: String, streaming: Bool) -> [ToolCall] {
        var head = test.head
        head.id = id
        let end = AnswerEnd(finish: .toolCalls, usage: FlavourCase.usage)
        var bytes: [UInt8] = []
        if streaming {
            var encoder = AnswerStreamEncoder(head: head, flavour: test.flavour, includeUsage: true)
            encoder.start(into: &bytes)
            for piece in calls { encoder.append(piece, into: &bytes) }
            encoder.finish(end, into: &bytes)
        } else {
            let whole = calls.compactMap { piece -> ToolCall? in
                guard case .toolCall(_, let id, let name, let arguments) = piece else { return nil }
                return ToolCall(id: id ?? "", name: name ?? "", arguments: arguments)
            }
            bytes = AnswerEncoder.encode(
                ServedAnswer(head: head, text: "", toolCalls: whole, end: end), flavour: test.flavour)
        }
        return Decoded(bytes, dialect: test.flavour.dialect, quirks: test.quirks, streaming: streaming).toolCalls
    }

    @Test(
        "each call of an answer has an identifier of its own, in every turn another, that all vendors take",
        arguments: FlavourCase.all, [true, false])
    func madeUp(test: FlavourCase, streaming: Bool) {
        let first = Self.answer(test, id: "chatcmpl-01M8P9NJC2SHFJ1D6NHKYY1H6D", streaming: streaming)
        let second = Self.answer(test, id: "chatcmpl-01M8P9NJC2SHFJ1D6NHKYY1H6E", streaming: streaming)
        #expect(first.map(\.name) == ["weather", "time", "time", "time"])
        #expect(first.filter { $0.id == "own" }.count == 1)
        let made = (first + second).map(\.id).filter { $0 != "own" }
        #expect(Set(made).count == 6)
        #expect(made.allSatisfy { $0.wholeMatch(of: /[A-Za-z0-9_-]{1,40}/) != nil }, "\(made)")
    }

    @Test("the first streamed piece of a chat's call has identifier and type, and no other piece has")
    func opening() throws {
        var encoder = AnswerStreamEncoder(head: FlavourCase.all[0].head, flavour: .openAIChat, includeUsage: true)
        var bytes: [UInt8] = []
        encoder.append(.toolCall(index: 0, id: nil, name: "w", arguments: #"{"a":"#), into: &bytes)
        encoder.append(.toolCall(index: 0, id: "late", name: nil, arguments: "1}"), into: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.ranges(of: #""type":"function""#).count == 1)
        #expect(text.ranges(of: #""id":"call_"#).count == 1 && !text.contains("late"))
    }

    // MARK: Requests

    private static func encode(
        _ body: String, _ flavour: ServerFlavour, to dialect: WireDialect
    ) throws -> JSONValue {
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: flavour, pathModel: "m")
        return try Samples.body(
            RequestEncoder.encode(client.request, model: "m", dialect: dialect, quirks: .generic))
    }

    private static func turn(_ parts: [(call: String, id: String?, number: Int)]) -> String {
        let calls = parts.map { part in
            let id = part.id.map { #""id":"\#($0)","# } ?? ""
            return #"{"functionCall":{\#(id)"name":"\#(part.call)","args":{"n":\#(part.number)}}}"#
        }
        let results = parts.map { part in
            #"{"functionResponse":{"name":"\#(part.call)","response":{"n":\#(part.number)}}}"#
        }
        return #"{"role":"model","parts":[\#(calls.joined(separator: ","))]},"#
            + #"{"role":"user","parts":[\#(results.joined(separator: ","))]}"#
    }

    /// Numbers of the calls by their identifiers, and of the results by the identifiers they answer.
    private static func numbers(_ body: JSONValue, _ dialect: WireDialect) throws -> (
        calls: [String: Int], results: [String: Int]
    ) {
        let text = String(decoding: body.bytes, as: UTF8.self)
        var calls: [String: Int] = [:]
        var results: [String: Int] = [:]
        let call: Regex<(Substring, Substring, Substring)>
        let result: Regex<(Substring, Substring, Substring)>
        switch dialect {
        case .anthropic:
            call = /"tool_use","id":"([^"]*)","name":"[a-z]*","input":\{"n":(\d)/
            result = /"tool_use_id":"([^"]*)","content":"\{\\"n\\":(\d)/
        case .openaiResponses:
            call = /"function_call","call_id":"([^"]*)","name":"[a-z]*","arguments":"\{\\"n\\":(\d)/
            result = /"function_call_output","call_id":"([^"]*)","output":"\{\\"n\\":(\d)/
        case .openai, .gemini:
            call = /"id":"([^"]*)","type":"function","function":\{"name":"[a-z]*","arguments":"\{\\"n\\":(\d)/
            result = /"tool_call_id":"([^"]*)","content":"\{\\"n\\":(\d)/
        }
        for match in text.matches(of: call) { calls[String(match.1)] = Int(match.2) }
        for match in text.matches(of: result) { results[String(match.1)] = Int(match.2) }
        return (calls, results)
    }

    @Test(
        "results of Gemini's callers take the identifiers of the calls they answer, by name and order, over several turns",
        arguments: [WireDialect.anthropic, .openai, .openaiResponses], [nil, "toolu_"])
    func geminiCaller(dialect: WireDialect, id: String?) throws {
        func named(_ number: Int) -> String? { id.map { "\($0)\(number)" } }
        let first = Self.turn([("w", named(1), 1), ("t", named(2), 2), ("w", named(3), 3)])
        let second = Self.turn([("w", named(4), 4), ("w", named(5), 5)])
        let body = #"{"contents":[{"role":"user","parts":[{"text":"q"}]},\#(first),\#(second)]}"#
        let (calls, results) = try Self.numbers(Self.encode(body, .gemini, to: dialect), dialect)
        #expect(calls.count == 5 && Set(calls.values) == [1, 2, 3, 4, 5])
        #expect(calls == results)
        #expect(!calls.keys.contains("") && (id == nil || calls.keys.allSatisfy { $0.hasPrefix("toolu_") }))
    }

    @Test(
        "a call that nobody answered takes no result of a later turn, and no made-up identifier is one of the history's"
    )
    func unanswered() {
        func call(_ id: String) -> Message {
            Message(role: .assistant, parts: [.toolCall(ToolCall(id: id, name: "w", arguments: "{}"))])
        }
        let result = Message(role: .tool, parts: [.toolResult(ToolResult(callID: "", name: "w", content: "r"))])
        let paired = [call(""), .user("Never mind."), call(""), result, call("call_1"), call("")].withCallIDs()
        let ids = paired.flatMap(\.parts).compactMap { part in
            switch part {
            case .toolCall(let call): call.id
            case .toolResult(let result): "=" + result.callID
            default: nil
            }
        }
        #expect(ids == ["call_2", "call_3", "=call_3", "call_1", "call_4"])
        #expect(paired == paired.withCallIDs())
    }

    @Test(
        "Gemini gets the results in the order of their calls, whatever the order they came in, each under its own function"
    )
    func geminiTarget() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":"q"},
             {"role":"assistant","content":null,"tool_calls":[
              {"id":"a","type":"function","function":{"name":"weather","arguments":"{}"}},
              {"id":"b","type":"function","function":{"name":"weather","arguments":"{}"}},
              {"id":"c","type":"function","function":{"name":"time","arguments":"{}"}}]},
             {"role":"tool","tool_call_id":"c","content":"C"},{"role":"tool","tool_call_id":"b","content":"B"},
             {"role":"tool","tool_call_id":"a","content":"A"}]}
            """#
        let sent = try Self.encode(body, .openAIChat, to: .gemini)["contents"]?[2]?["parts"]
        #expect(
            sent == [
                ["functionResponse": ["name": "weather", "response": ["result": "A"]]],
                ["functionResponse": ["name": "weather", "response": ["result": "B"]]],
                ["functionResponse": ["name": "time", "response": ["result": "C"]]],
            ])
    }
}
