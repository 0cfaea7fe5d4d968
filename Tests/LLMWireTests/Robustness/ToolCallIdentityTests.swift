import LLMCore
import Testing

@testable import LLMWire

@Suite("Which tool call a piece belongs to", .timeLimit(.minutes(1)))
struct ToolCallIdentityTests {
    static func piece(
        index: Int? = nil, id: String? = nil, name: String? = nil, _ arguments: String
    ) -> JSONValue {
        var call: JSONObject = ["type": "function"]
        call["index"] = index.map { JSONValue($0) }
        call["id"] = id.map { .string($0) }
        var function: JSONObject = ["arguments": .string(arguments)]
        function["name"] = name.map { .string($0) }
        call["function"] = .object(function)
        return .object(call)
    }

    static func calls(_ deltas: [[JSONValue]]) -> [ToolCall] {
        let chunks = deltas.map { Samples.chunk((["tool_calls": .array($0)] as JSONValue).text) }
        let body = Samples.sse(chunks + [Samples.chunk("{}", finish: "tool_calls"), "[DONE]"])
        let decoded = Decoded(body, dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok, "\(String(describing: decoded.answer.failure))")
        return decoded.toolCalls
    }

    static let two = [
        ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#), ToolCall(id: "b", name: "g", arguments: #"{"y":2}"#),
    ]

    @Test("two calls are two, however a server numbers and names their pieces")
    func twoCalls() {
        let streams: [[[JSONValue]]] = [
            // All numbered 0, whole and in pieces.
            [
                [Self.piece(index: 0, id: "a", name: "f", #"{"x":1}"#)],
                [Self.piece(index: 0, id: "b", name: "g", #"{"y":2}"#)],
            ],
            [
                [Self.piece(index: 0, id: "a", name: "f", "")], [Self.piece(index: 0, #"{"x":"#)],
                [Self.piece(index: 0, "1}")],
                [Self.piece(index: 0, id: "b", name: "g", "")], [Self.piece(index: 0, #"{"y":"#)],
                [Self.piece(index: 0, "2}")],
            ],
            // Alternating, by number and by id alone.
            [
                [Self.piece(index: 0, id: "a", name: "f", #"{"x""#)],
                [Self.piece(index: 1, id: "b", name: "g", #"{"y""#)],
                [Self.piece(index: 0, ":1}")], [Self.piece(index: 1, ":2}")],
            ],
            [
                [Self.piece(id: "a", name: "f", #"{"x""#)], [Self.piece(id: "b", name: "g", #"{"y""#)],
                [Self.piece(id: "a", ":1}")], [Self.piece(id: "b", ":2}")],
            ],
            [
                [Self.piece(index: 0, id: "a", name: "f", #"{"x""#)],
                [Self.piece(index: 0, id: "b", name: "g", #"{"y""#)],
                [Self.piece(index: 0, id: "a", ":1}")], [Self.piece(index: 0, id: "b", ":2}")],
            ],
            // One list without numbers.
            [[Self.piece(id: "a", name: "f", #"{"x":1}"#), Self.piece(id: "b", name: "g", #"{"y":2}"#)]],
            // Id and name on every piece; numbers from 1.
            [
                [Self.piece(index: 1, id: "a", name: "f", #"{"x""#)], [Self.piece(index: 1, id: "a", name: "f", ":1}")],
                [Self.piece(index: 2, id: "b", name: "g", #"{"y":2}"#)],
            ],
            // The last piece of a call, or of all calls, under a number that is one too high.
            [
                [Self.piece(index: 0, id: "a", name: "f", #"{"x""#)], [Self.piece(index: 1, ":1}")],
                [Self.piece(index: 1, id: "b", name: "g", #"{"y""#)], [Self.piece(index: 2, ":2}")],
                [Self.piece(index: 3, "")],
            ],
        ]
        for (number, stream) in streams.enumerated() { #expect(Self.calls(stream) == Self.two, "stream \(number)") }
    }

    @Test("calls without ids are told apart by where one ends")
    func withoutIDs() {
        let expected = [
            ToolCall(id: "", name: "f", arguments: #"{"x":1}"#), ToolCall(id: "", name: "f", arguments: #"{"x":2}"#),
        ]
        for id in [nil, ""] as [String?] {
            for index in [nil, 0] as [Int?] {
                let stream = [1, 2].map { [Self.piece(index: index, id: id, name: "f", #"{"x":\#($0)}"#)] }
                #expect(Self.calls(stream) == expected, "\(String(describing: id)) \(String(describing: index))")
            }
        }
    }

    @Test("a name that comes in pieces, over again or longer each time is one name of one call")
    func nameInPieces() {
        let one = [ToolCall(id: "a", name: "edit_existing_file", arguments: #"{"x":1}"#)]
        let heads: [[(id: String?, name: String?)]] = [
            [("a", "edit_ex"), (nil, "isting_file")], [("a", "edit_ex"), ("a", "isting_file")],
            [("a", "edit_ex"), ("", "isting"), ("", "_file")], [("a", "edit_ex"), (nil, "edit_existing_file")],
            [("a", "edit_existing_file"), ("a", "edit_existing_file")], [("a", ""), (nil, "edit_existing_file")],
        ]
        for head in heads {
            let pieces = head.map { [Self.piece(index: 0, id: $0.id, name: $0.name, "")] }
            let text = "\(head)"
            #expect(Self.calls(pieces + [[Self.piece(index: 0, #"{"x":1}"#)]]) == one, "\(text)")
            // The last piece of the name brings the arguments.
            let last = head.last.map { [Self.piece(index: 0, id: $0.id, name: $0.name, #"{"x":1}"#)] }
            #expect(Self.calls(pieces.dropLast() + [last].compactMap(\.self)) == one, "\(text)")
        }
    }

    @Test("an id made up for every piece makes no new call")
    func idPerPiece() {
        let stream = [
            [Self.piece(index: 0, id: "p1", name: "f", "")], [Self.piece(index: 0, id: "p2", #"{"x":"#)],
            [Self.piece(index: 0, id: "p3", "1}")],
        ]
        #expect(Self.calls(stream) == [ToolCall(id: "p1", name: "f", arguments: #"{"x":1}"#)])
    }

    @Test("in a whole body every element is a call, whatever its id")
    func whole() {
        let calls = [
            Self.piece(index: 0, id: "t", name: "f", #"{"x":1}"#),
            Self.piece(index: 0, id: "t", name: "f", #"{"x":2}"#),
        ]
        let body: JSONValue = [
            "id": "c",
            "choices": [["message": ["content": .null, "tool_calls": .array(calls)], "finish_reason": "stop"]],
        ]
        let decoded = Decoded(body.text, dialect: .openai, quirks: .generic, streaming: false)
        #expect(decoded.toolCalls.map(\.arguments) == [#"{"x":1}"#, #"{"x":2}"#])
        #expect(decoded.answer.finish?.kind == .toolCalls)
    }

    @Test("Responses items that share an index are told apart by id")
    func responsesItems() {
        func item(_ id: String, _ name: String, _ arguments: String) -> String {
            #"{"type":"function_call","id":"fc_\#(id)","call_id":"\#(id)","name":"\#(name)","arguments":\#(JSONValue.string(arguments).text)}"#
        }
        func delta(_ id: String, _ text: String) -> String {
            #"{"type":"response.function_call_arguments.delta","item_id":"fc_\#(id)","output_index":0,"delta":\#(JSONValue.string(text).text)}"#
        }
        let body = Samples.named([
            #"{"type":"response.output_item.added","output_index":0,"item":\#(item("a", "f", ""))}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":\#(item("b", "g", ""))}"#,
            delta("a", #"{"x""#), delta("b", #"{"y""#), delta("a", ":1}"), delta("b", ":2}"),
            #"{"type":"response.completed","response":{"id":"r","status":"completed","output":[\#(item("a", "f", #"{"x":1}"#)),\#(item("b", "g", #"{"y":2}"#))]}}"#,
        ])
        #expect(Decoded(body, dialect: .openaiResponses, quirks: .openai).toolCalls == Self.two)
    }
}
