import LLMCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct TerminalTextTests {
    @Test(
        "control sequences are taken out and text stays",
        arguments: [
            ("plain\ttext\n", "plain\ttext\n"),
            ("\u{1B}[31mred\u{1B}[0m", "red"),
            ("\u{1B}]0;title\u{07}after", "after"),
            ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
            ("\u{9B}2Jclear", "clear"),
            ("a\u{08}\u{7F}\r\u{00}b", "ab"),
            ("\u{1B}(Bcharset", "charset"),
            ("\u{1B}]never ends\nnext line", "\nnext line"),
            ("añ漢👩‍👩‍👧", "añ漢👩‍👩‍👧"),
            ("pay \u{202E}001\u{202C} \u{2067}x\u{2069}", "pay 001 x"),
        ])
    func filters(input: String, expected: String) {
        #expect(TerminalText.safe(input) == expected)
    }

    @Test("JSON for a terminal is the same document without a scalar that a terminal acts on")
    func json() throws {
        let value = JSONValue.string("\u{9B}31m \u{7F} \u{202E}x é\n")
        let shown = TerminalText.escapingJSON(value.text)
        #expect(shown == #""\u009b31m \u007f \u202ex é\n""#)
        #expect(try JSONValue.parse(shown) == value)
    }

    @Test("an escape sequence cut anywhere between two pieces is still taken out")
    func cut() {
        let whole = Array("x\u{1B}]8;;u\u{1B}\\y\u{1B}[1;31mz\u{1B}[m".unicodeScalars)
        for index in whole.indices {
            var filter = TerminalText()
            let pieces = [whole[..<index], whole[index...]].map { piece in
                var text = String.UnicodeScalarView()
                text.append(contentsOf: piece)
                return String(text)
            }
            #expect(pieces.map { filter.feed($0) }.joined() == "xyz")
        }
    }
}
