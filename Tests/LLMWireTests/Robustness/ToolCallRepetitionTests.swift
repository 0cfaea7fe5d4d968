import LLMCore
import Testing

@testable import LLMWire

/// Answers that say again what they have said, and calls that say nothing but their name.
extension ToolCallIdentityTests {
    @Test("a whole message behind its deltas brings only what they did not", arguments: [nil, 0] as [Int?])
    func wholeBehindDeltas(index: Int?) {
        let call = Self.piece(index: index, id: "a", name: "f", #"{"x":1}"#)
        let same = Self.piece(index: index, id: "a", name: "f", #"{"x": 1}"#)
        for again in [call, same] {
            for delta in ["", #""delta":{},"#] {
                let message: JSONValue = [
                    "role": "assistant", "content": "Hi", "reasoning_content": "hm", "tool_calls": [again],
                ]
                let last =
                    #"{"id":"c1","choices":[{"index":0,\#(delta)"message":\#(message.text),"finish_reason":"tool_calls"}]}"#
                let first: JSONValue = ["content": "Hi", "reasoning_content": "hm", "tool_calls": [call]]
                let body = Samples.sse([Samples.chunk(first.text), last, "[DONE]"])
                let decoded = Decoded(body, dialect: .openai, quirks: .generic)
                #expect(decoded.toolCalls == [ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#)])
                #expect(decoded.text == "Hi" && decoded.thinking == "hm")
                let alone = Decoded(
                    Samples.sse([Samples.chunk(#"{"role":"assistant"}"#), last, "[DONE]"]), dialect: .openai,
                    quirks: .generic)
                #expect(alone.toolCalls.count == 1 && alone.text == "Hi" && alone.thinking == "hm")
            }
        }
    }

    @Test("a server that sends messages for deltas is read piece by piece")
    func messagesForDeltas() {
        let pieces = ["He", "l", "lo"].map { #"{"id":"c","choices":[{"index":0,"message":{"content":"\#($0)"}}]}"# }
        let body = Samples.sse(pieces + [Samples.chunk("{}", finish: "stop"), "[DONE]"])
        #expect(Decoded(body, dialect: .openai, quirks: .generic).text == "Hello")
    }

    @Test("an id and the name made up for every piece make no new call", arguments: [nil, 0] as [Int?])
    func idAndNamePerPiece(index: Int?) {
        for texts in [
            ["{\"x\"", ":1}"], ["", "{\"x\"", ":1}"], ["{\"x\":", "{\"y\":", "1}}"], ["{", "\"x\":1", "}"],
        ] {
            let stream = texts.enumerated().map { place, text in
                [Self.piece(index: index, id: "p\(place)", name: "f", text)]
            }
            #expect(
                Self.calls(stream) == [ToolCall(id: "p0", name: "f", arguments: texts.joined())], "\(texts)")
        }
    }

    @Test("two calls without arguments are two", arguments: [nil, 0] as [Int?], [false, true])
    func withoutArguments(index: Int?, hasIDs: Bool) {
        for names in [["f", "f"], ["f", "g"]] {
            for text in ["", "{}"] {
                let stream = names.enumerated().map { place, name in
                    [Self.piece(index: index, id: hasIDs ? "c\(place)" : nil, name: name, text)]
                }
                let calls = Self.calls(stream)
                #expect(calls.map(\.name) == names, "\(text)")
                #expect(calls.map(\.arguments) == [text, text])
            }
        }
    }
}
