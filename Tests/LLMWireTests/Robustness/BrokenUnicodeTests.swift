import LLMCore
import Testing

@testable import LLMWire

@Suite("Broken Unicode and numbers in answers", .timeLimit(.minutes(1)))
struct BrokenUnicodeTests {
    enum Channel: CaseIterable { case text, thinking, arguments }

    /// A stream of two pieces on one channel, given as JSON strings without their quotes.
    static func stream(_ first: String, _ second: String, _ channel: Channel, _ dialect: WireDialect) -> String {
        let pieces = [first, second]
        switch dialect {
        case .openai, .openaiResponses:
            let deltas = pieces.map { piece in
                switch channel {
                case .text: #"{"content":"\#(piece)"}"#
                case .thinking: #"{"reasoning_content":"\#(piece)"}"#
                case .arguments:
                    #"{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"\#(piece)"}}]}"#
                }
            }
            return Samples.sse(deltas.map { Samples.chunk($0) } + [Samples.chunk("{}", finish: "stop"), "[DONE]"])
        case .anthropic:
            let kind =
                switch channel {
                case .text: ("text_delta", "text")
                case .thinking: ("thinking_delta", "thinking")
                case .arguments: ("input_json_delta", "partial_json")
                }
            let start =
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#
            return Samples.anthropic(
                (channel == .arguments ? [start] : [])
                    + pieces.map {
                        #"{"type":"content_block_delta","index":0,"delta":{"type":"\#(kind.0)","\#(kind.1)":"\#($0)"}}"#
                    })
        case .gemini:
            let mark = channel == .thinking ? #","thought":true"# : ""
            return Samples.sse(
                pieces.map { Samples.gemini(#"[{"text":"\#($0)"\#(mark)}]"#) } + [Samples.gemini("[]", finish: "STOP")])
        }
    }

    static func read(_ decoded: Decoded, _ channel: Channel) -> String {
        switch channel {
        case .text: decoded.text
        case .thinking: decoded.thinking
        case .arguments: decoded.toolCalls.first?.arguments ?? ""
        }
    }

    @Test(
        "halves of a pair in neighbouring pieces are one character, on every channel",
        arguments: [WireDialect.openai, .anthropic, .gemini])
    func joined(dialect: WireDialect) {
        for channel in Channel.allCases where channel != .arguments || dialect != .gemini {
            let quotes = channel == .arguments ? (#"{\"a\":\""#, #"\"}"#) : ("", "")
            let body = Self.stream(quotes.0 + #"Hi \ud83d"#, #"\ude00!"# + quotes.1, channel, dialect)
            let text = Self.read(Decoded(body, dialect: dialect, quirks: .generic), channel)
            #expect(text == (channel == .arguments ? #"{"a":"Hi 😀!"}"# : "Hi 😀!"), "\(dialect) \(channel)")
        }
    }

    @Test(
        "a lone half becomes U+FFFD and the answer stays whole",
        arguments: [
            (#"a \ud83d"#, " b", "a \u{FFFD} b"), ("a", #"\ude00 b"#, "a\u{FFFD} b"),
            (#"a\ud83d"#, #"\ud83d\ude00"#, "a\u{FFFD}😀"),
            (#"a \ud83d x"#, #"\udc00"#, "a \u{FFFD} x\u{FFFD}"), ("a", #"b\ud83d"#, "ab\u{FFFD}"),
        ])
    func lone(first: String, second: String, expected: String) {
        for dialect in [WireDialect.openai, .anthropic, .gemini] {
            for channel in [Channel.text, .thinking] {
                let body = Self.stream(first, second, channel, dialect)
                let decoded = Decoded(body, dialect: dialect, quirks: .generic)
                #expect(Self.read(decoded, channel) == expected, "\(dialect) \(channel)")
                #expect(decoded.answer.outcome == (channel == .text ? .ok : .emptyOutput))
            }
        }
    }

    @Test("a lone half escaped inside arguments is mended while it streams, cut anywhere")
    func escapedInArguments() {
        let arguments = #"{"a":"\ud83d\ude00 \ud83d x \\ud83d \ude00"}"#
        let expected = #"{"a":"\ud83d\ude00 \ufffd x \\ud83d \ufffd"}"#
        for cut in 0...arguments.utf8.count {
            var mender = EscapeMender()
            let text = mender.mend(String(arguments.prefix(cut))) + mender.mend(String(arguments.dropFirst(cut)))
            #expect(text + mender.takeRest() == expected, "\(cut)")
        }
        let json = { (text: String) in JSONValue.string(text).text.dropFirst().dropLast() }
        let body = Self.stream(String(json(arguments)), "", .arguments, .openai)
        let decoded = Decoded(body, dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok)
        #expect(decoded.toolCalls.first?.arguments == expected)
    }

    @Test(
        "bytes that are no UTF-8 become U+FFFD, streamed and whole",
        arguments: [[0x85], [0xC3], [0xED, 0xA0, 0x80], [0xFF, 0xFE]] as [[UInt8]])
    func badBytes(bad: [UInt8]) {
        let chunk = Array(Samples.sse([Samples.chunk(#"{"content":"a?b"}"#, finish: "stop"), "[DONE]"]).utf8)
        let whole = Array(
            #"{"id":"c","model":"m","choices":[{"message":{"content":"a?b"},"finish_reason":"stop"}]}"#.utf8)
        for (body, streaming) in [(chunk, true), (whole, false)] {
            let broken = body.flatMap { $0 == UInt8(ascii: "?") ? bad : [$0] }
            let decoded = Decoded(broken, dialect: .openai, quirks: .generic, streaming: streaming)
            #expect(decoded.answer.outcome == .ok)
            #expect(decoded.text.hasPrefix("a\u{FFFD}") && decoded.text.hasSuffix("b"), "\(decoded.text)")
        }
    }

    @Test(
        "numbers that are none trouble nobody who does not read them",
        arguments: ["NaN", "Infinity", "-Infinity", "nan", "-inf"])
    func notANumber(word: String) {
        let rest = #","logprobs":{"content":[{"logprob":\#(word)}]},"score":\#(word)"#
        let body = Samples.sse([
            Samples.chunk(#"{"content":"Hi"}"#, rest: rest), Samples.chunk("{}", finish: "stop"),
            #"{"id":"c1","choices":[],"usage":{"prompt_tokens":\#(word),"completion_tokens":5}}"#, "[DONE]",
        ])
        let decoded = Decoded(body, dialect: .openai, quirks: .generic)
        #expect(decoded.answer.outcome == .ok && decoded.text == "Hi")
        #expect(decoded.answer.usage?.tokens.promptTokens == nil && decoded.answer.usage?.tokens.outputTokens == 5)
    }

    @Test("what follows from the content is said to, and a cut is not")
    func contentFaults() {
        func fault(_ chunk: String) -> DecodedAnswer {
            Decoded(Samples.sse([chunk, "[DONE]"]), dialect: .openai, quirks: .generic).answer
        }
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        for chunk in [Samples.chunk(#"{"content":"a\x"}"#), Samples.chunk("{}", rest: #","x":\#(deep)"#)] {
            let answer = fault(chunk)
            #expect(answer.outcome == .malformedJSON && answer.failureIsOfContent)
        }
        let cut = fault(#"{"id":"c1","choi"#)
        #expect(cut.outcome == .malformedJSON && !cut.failureIsOfContent)
    }
}
