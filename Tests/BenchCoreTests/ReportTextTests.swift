import BenchCore
import TestSupport
import Testing

@Suite("Foreign text in reports", .timeLimit(.minutes(2))) struct ReportTextTests {
    @Test(
        "control characters and sequences go, words stay",
        arguments: [
            ("plain\ttext\n", "plain\ttext\n"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("a\u{0}b\u{7F}c\u{9B}31md", "abcd"),
            ("x\u{202E}gnp.exe\u{202C}y", "xgnp.exey"), ("\u{2066}in\u{2069}\u{FEFF}\u{2028}out\u{FFFE}", "inout"),
            ("ñ 日本 👩‍👩‍👧 עברית", "ñ 日本 👩‍👩‍👧 עברית"), ("a\r\nb", "a\nb"),
        ])
    func clean(text: String, shown: String) {
        #expect(ReportText.clean(text) == shown)
    }

    @Test("a cut never splits a scalar, and knows how long the text was", arguments: 1_015...1_030)
    func cut(length: Int) {
        let text = String(repeating: "x", count: length - 1_012) + String(repeating: "😀", count: 300)
        let cut = ReportText(text)
        #expect(cut.isCut && cut.text.utf8.count <= 1_024 && cut.text.utf8.count > 1_020)
        #expect(text.hasPrefix(cut.text))
        #expect(cut.bytes == text.utf8.count)
    }

    @Test("a text of exactly the limit is whole")
    func exact() {
        #expect(!ReportText(String(repeating: "x", count: 1_024)).isCut)
        #expect(ReportText(String(repeating: "x", count: 1_025)).isCut)
        #expect(!ReportText(String(repeating: "x", count: 5_000), limit: nil).isCut)
    }

    @Test("hostile answers lose nothing but what is unsafe", arguments: HostileText.all)
    func hostile(text: String) {
        let clean = ReportText.clean(text)
        #expect(clean.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 })
        #expect(ReportText.clean(clean) == clean)
    }
}
