import LLMCore
import Testing

@Suite("Redaction", .timeLimit(.minutes(2)))
struct RedactionTests {
    @Test(
        "keys go by their shape, wherever they stand",
        arguments: [
            ("Incorrect API key provided: sk-proj-abc123DEF456ghi.", "abc123"),
            ("bad key sk-ant-api03-xxxxYYYYzzzz", "xxxx"),
            ("(AIzaSyA1234567890abcdefghijklmnopqrstuv)", "SyA1234"), ("gsk_abcdefghijklmnop", "abcdef"),
            ("key=xai-abcdefghijkl", "abcdef"),
            ("Authorization: Bearer abcdef.ghi-jkl_mno", "abcdef"),
            ("authorization: bearer \"tokentokentoken\"", "tokentoken"),
            ("https://x.test/v1?key=s3cr3tvalue&alt=sse", "s3cr3t"), ("x-api-key: s3cr3tvalue", "s3cr3t"),
            ("hf_abcdefghijk", "abcdef"), ("the key dgk_0aZ9abcdefghijkl is none", "0aZ9"),
            ("https://u:dgk_0aZ9abcdefghijkl@h", "0aZ9"),
            ("masked sk-proj-********wxyz", "wxyz"), ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "hbGci"),
        ])
    func shapes(text: String, secret: String) {
        let clean = Redaction.redact(text)
        #expect(!clean.contains(secret))
        #expect(clean.contains(Redaction.mark))
    }

    @Test(
        "a virtual key's secret goes whole, wherever it stands", arguments: ["", "x", "\"", "?k=", "Bearer ", "dgk_"])
    func virtualKeys(before: String) {
        let secret = VirtualKeySecret.make().reveal()
        let clean = Redaction.redact("a \(before)\(secret)\" b")
        let rest = secret.dropFirst(VirtualKeySecret.prefix.count)
        #expect(!clean.contains(rest) && !clean.contains(rest.prefix(8)) && !clean.contains(rest.suffix(8)), "\(clean)")
    }

    @Test(
        "ordinary words stay",
        arguments: [
            "task-oriented risk-averse desk-bound", "The model `gpt-4o` does not exist", "sk-learn", "max_tokens: 4096",
            "tokens per minute (TPM): Limit 15000, Used 11972", "models/gemini-2.5-flash is not found",
            "clé étrangère 🇪🇸",
        ])
    func ordinary(text: String) {
        #expect(Redaction.redact(text) == text)
    }

    @Test("a key in use goes whatever its shape, every time it occurs")
    func exact() {
        let clean = Redaction.redact("plainword, again plainword!", secrets: [APIKey("plainword")])
        #expect(clean == "[redacted], again [redacted]!")
        #expect(Redaction.redact("abc", secrets: [APIKey("a"), APIKey("")]) == "abc")
    }

    @Test("control characters, escape sequences and bidirectional marks go; breaks become one space")
    func printable() {
        #expect(Redaction.message("a\r\n\tb\u{1B}[31mc\u{0}\u{7F}\u{85}\u{202E}d\u{200B}\n") == "a bcd")
    }

    @Test("a message is cut to its limit, ellipsis included")
    func cut() {
        #expect(Redaction.message(String(repeating: "é", count: 500)).count == 500)
        let long = Redaction.message(String(repeating: "é", count: 501))
        #expect(long.count == 500)
        #expect(long.hasSuffix("…"))
        #expect(Redaction.message(String(repeating: "x", count: 5_000_000), limit: 10) == "xxxxxxxxx…")
    }

    @Test("a key does not survive by standing at the cut")
    func keyAtTheCut() {
        for padding in 480...505 {
            let text = String(repeating: "x ", count: padding / 2) + "sk-proj-abcdefghijklmnop"
            #expect(!Redaction.message(text).contains("abc"))
        }
    }
}
