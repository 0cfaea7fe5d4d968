import LLMCore
import Testing

@testable import LLMWire

extension BrokenUnicodeTests {
    /// The stream with bytes in the places of `<1>`, `<2>`, ….
    private static func filled(_ text: String, _ parts: [ArraySlice<UInt8>]) -> [UInt8] {
        var body: [UInt8] = []
        var rest = text[...]
        for (number, part) in parts.enumerated() {
            guard let mark = rest.firstRange(of: "<\(number + 1)>") else { continue }
            body += Array(rest[..<mark.lowerBound].utf8) + part
            rest = rest[mark.upperBound...]
        }
        return body + Array(rest.utf8)
    }

    @Test(
        "a character whose bytes are cut between two events is one character, cut anywhere", arguments: ["é", "中", "😀"])
    func cutCharacter(character: String) {
        let bytes = Array(character.utf8)
        for cut in 1..<bytes.count {
            for dialect in [WireDialect.openai, .anthropic, .gemini] {
                for channel in Channel.allCases where channel != .arguments || dialect != .gemini {
                    let quotes = channel == .arguments ? (#"{\"a\":\""#, #"\"}"#) : ("", "")
                    let text = Self.stream(quotes.0 + "Hi <1>", "<2>!" + quotes.1, channel, dialect)
                    let decoded = Decoded(
                        Self.filled(text, [bytes[..<cut], bytes[cut...]]), dialect: dialect, quirks: .generic)
                    let expected = channel == .arguments ? #"{"a":"Hi \#(character)!"}"# : "Hi \(character)!"
                    #expect(Self.read(decoded, channel) == expected, "\(dialect) \(channel) \(cut)")
                }
            }
        }
    }

    @Test("a character in three events is one character")
    func cutTwice() {
        let bytes = Array("😀".utf8)
        for (first, second) in [(1, 2), (1, 3), (2, 3)] {
            let chunks = ["a<1>", "<2>", "<3>b"].map { Samples.chunk(#"{"content":"\#($0)"}"#) }
            let text = Samples.sse(chunks + [Samples.chunk("{}", finish: "stop"), "[DONE]"])
            let body = Self.filled(text, [bytes[..<first], bytes[first..<second], bytes[second...]])
            #expect(Decoded(body, dialect: .openai, quirks: .generic).text == "a😀b", "\(first) \(second)")
        }
    }

    @Test("bytes whose rest never comes are one U+FFFD, and nothing else is lost")
    func restNeverCame() {
        let bytes = Array("中".utf8)
        for cut in 1..<bytes.count {
            for (second, expected) in [("x!", "Hi \u{FFFD}x!"), ("", "Hi \u{FFFD}")] {
                let text = Self.stream("Hi <1>", second, .text, .openai)
                let decoded = Decoded(Self.filled(text, [bytes[..<cut]]), dialect: .openai, quirks: .generic)
                #expect(decoded.text == expected && decoded.answer.outcome == .ok, "\(cut)")
            }
        }
    }

    @Test("a cut surrogate and cut bytes do not make one character")
    func mixedHalves() {
        let text = Self.stream(#"a\ud83d"#, "<1>b", .text, .openai)
        let decoded = Decoded(
            Self.filled(text, [Array("😀".utf8)[2...]]), dialect: .openai, quirks: .generic)
        #expect(decoded.text == "a\u{FFFD}\u{FFFD}b")
    }
}
