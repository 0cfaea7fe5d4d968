import LLMCore
import Testing

@testable import LLMWire

extension ToolCallIdentityTests {
    private static func changed(_ piece: JSONValue, _ key: String, _ value: JSONValue) -> JSONValue {
        var object = piece.object ?? JSONObject()
        object[key] = value
        return .object(object)
    }

    @Test("an index is one as a number and as a text")
    func textIndices() {
        func piece(_ index: Int, _ id: String?, _ name: String?, _ arguments: String) -> [JSONValue] {
            [Self.changed(Self.piece(id: id, name: name, arguments), "index", .string("\(index)"))]
        }
        let stream = [
            piece(0, "a", "f", #"{"x""#), piece(1, "b", "g", #"{"y""#), piece(0, nil, nil, ":1}"),
            piece(1, nil, nil, ":2}"),
        ]
        #expect(Self.calls(stream) == Self.two)
    }

    @Test("two whole calls of one id are two, numbered or not", arguments: [nil, 0] as [Int?])
    func oneID(index: Int?) {
        let stream = [1, 2].map { [Self.piece(index: index, id: "a", name: "f", #"{"x":\#($0)}"#)] }
        #expect(Self.calls(stream).map(\.arguments) == [#"{"x":1}"#, #"{"x":2}"#])
    }

    @Test("a call that is told again in full at the end is one call", arguments: [nil, 0] as [Int?])
    func repetition(index: Int?) {
        let whole = Self.piece(index: index, id: "a", name: "f", #"{"x":1}"#)
        let expected = [ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#)]
        #expect(Self.calls([[whole], [whole]]) == expected)
        let pieces = [
            [Self.piece(index: index, id: "a", name: "f", #"{"x""#)], [Self.piece(index: index, id: "a", ":1}")],
            [whole],
        ]
        #expect(Self.calls(pieces) == expected)
    }

    @Test("empty names and ids on later pieces say nothing")
    func emptyNames() {
        let stream = [
            [Self.piece(index: 0, id: "a", name: "f", #"{"x""#)], [Self.piece(index: 1, id: "b", name: "g", #"{"y""#)],
            [Self.piece(index: 0, id: "", name: "", ":1}")], [Self.piece(index: 1, id: "", name: "", ":2}")],
        ]
        #expect(Self.calls(stream) == Self.two)
    }

    @Test("an empty object in front of the arguments is a placeholder, and alone it is the arguments")
    func placeholder() {
        for id in [nil, "a"] as [String?] {
            for name in [nil, "f"] as [String?] where name == nil || id != nil {
                let stream = [
                    [Self.piece(index: 0, id: "a", name: "f", "{}")],
                    [Self.piece(index: 0, id: id, name: name, #"{"x":"#)],
                    [Self.piece(index: 0, id: id, name: name, "1}")],
                ]
                #expect(
                    Self.calls(stream) == [ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#)],
                    "\(id ?? "no id") \(name ?? "no name")")
            }
        }
        #expect(
            Self.calls([[Self.piece(index: 0, id: "a", name: "f", "{}")]])
                == [ToolCall(id: "a", name: "f", arguments: "{}")])
        let both = [[Self.piece(index: 0, name: "f", "{}")], [Self.piece(index: 0, name: "g", "{}")]]
        #expect(
            Self.calls(both) == [
                ToolCall(id: "", name: "f", arguments: "{}"), ToolCall(id: "", name: "g", arguments: "{}"),
            ])
    }

    @Test(
        "arguments are an object or its text, under any name, streamed and whole",
        arguments: [
            (#"{"name":"f","arguments":{"x":1}}"#, #"{"x":1}"#),
            (#"{"name":"f","arguments":"{\"x\":1}"}"#, #"{"x":1}"#),
            (#"{"name":"f","parameters":{"x":1}}"#, #"{"x":1}"#), (#"{"name":"f","input":{"x":1}}"#, #"{"x":1}"#),
            (#"{"name":"f","arguments":{}}"#, "{}"), (#"{"name":"f","arguments":null}"#, ""), (#"{"name":"f"}"#, ""),
        ])
    func forms(function: String, arguments: String) {
        for call in [#"{"index":0,"id":"a","function":\#(function)}"#, #"{"id":"a","function":\#(function)}"#] {
            // A list of one, or the one without its list.
            for calls in ["[\(call)]", call] {
                let stream = Samples.sse([
                    Samples.chunk(#"{"tool_calls":\#(calls)}"#), Samples.chunk("{}", finish: "tool_calls"), "[DONE]",
                ])
                let whole =
                    #"{"id":"c","choices":[{"message":{"content":null,"tool_calls":\#(calls)},"finish_reason":"tool_calls"}]}"#
                for (body, streaming) in [(stream, true), (whole, false)] {
                    let decoded = Decoded(body, dialect: .openai, quirks: .generic, streaming: streaming)
                    #expect(decoded.toolCalls == [ToolCall(id: "a", name: "f", arguments: arguments)], "\(body)")
                    #expect(decoded.answer.outcome == .ok)
                }
            }
        }
    }
}
