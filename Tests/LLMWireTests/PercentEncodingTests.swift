import LLMWire
import Testing

/// The escapes of paths, queries and lists.
@Suite("Percent-encoding", .timeLimit(.minutes(1)))
struct PercentEncodingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var decoded: String
        var valid: String?
        var testDescription: String { text }
    }

    static let rows = [
        Row(text: "", decoded: "", valid: ""),
        Row(text: "gpt-6-luna", decoded: "gpt-6-luna", valid: "gpt-6-luna"),
        Row(text: "models%2Fgemini%3a", decoded: "models/gemini:", valid: "models/gemini:"),
        Row(text: "sm%C3%B8rrebr%c3%b8d", decoded: "smørrebrød", valid: "smørrebrød"),
        Row(text: "100%", decoded: "100%", valid: nil),
        Row(text: "%4", decoded: "%4", valid: nil),
        Row(text: "%zz%41", decoded: "%zzA", valid: nil),
        // A sign is no digit, though an integer's reading takes one.
        Row(text: "%+4%-4", decoded: "%+4%-4", valid: nil),
        Row(text: "%ff", decoded: "\u{FFFD}", valid: nil),
        // Undone once.
        Row(text: "%2541", decoded: "%41", valid: "%41"),
    ]

    @Test("escapes are undone once; a wrong one stays, or makes a value invalid", arguments: rows)
    func decoding(_ row: Row) {
        #expect(PercentEncoding.decoded(row.text) == row.decoded)
        #expect(PercentEncoding.decoded(Substring(row.text)) == row.decoded)
        #expect(PercentEncoding.validDecoded(row.text) == row.valid)
    }

    @Test("a name keeps its slashes, and comes back whole", arguments: ["ai/smollm3:360M-Q4_K_M", "ø ?#&%", "a%2Fb"])
    func path(_ name: String) {
        let encoded = PercentEncoding.path(name)
        #expect(!encoded.contains { "?#& ".contains($0) })
        #expect(PercentEncoding.decoded(encoded) == name)
    }
}
