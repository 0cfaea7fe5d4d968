import LLMCore
import Testing

@Suite("Unicode scalars of a text", .timeLimit(.minutes(1)))
struct ScalarsTests {
    static let texts = [
        "", "a", "año", "e\u{301}", "👩‍👩‍👧", "\u{FEFF}x", "日本語", "\u{10FFFF}", "\0", "line\r\nline",
        String(repeating: "ü", count: 1_000),
    ]

    @Test("their number is that of the standard library", arguments: texts)
    func count(text: String) {
        #expect(text.scalarCount == text.unicodeScalars.count)
        // A part of a text keeps the text it was cut from.
        #expect(String(text.dropFirst()).scalarCount == text.dropFirst().unicodeScalars.count)
    }

    @Test(
        "blank is what nobody could see",
        arguments: zip(["", " \n\t", "\u{200B}\u{FEFF}", " a ", "\u{301}"], [true, true, true, false, false]))
    func blank(text: String, isBlank: Bool) {
        #expect(text.isBlank == isBlank)
    }
}
