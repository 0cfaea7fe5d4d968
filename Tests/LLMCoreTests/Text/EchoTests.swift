import LLMCore
import Testing

/// What a provider repeats of a question does not outlive it.
@Suite(.timeLimit(.minutes(2))) struct EchoTests {
    private static let question = "Please summarise the confidential merger of Alpha and Beta."

    @Test(
        "a stretch of the question in a provider's words is taken out, the rest of its words stays",
        arguments: [
            (
                "Invalid prompt: 'Please summarise the confidential merger of Alpha and Beta.'",
                "Invalid prompt: '[prompt]'"
            ),
            ("near 'the confidential merger of Alpha' (line 1)", "near '[prompt]' (line 1)"),
            ("the model is overloaded", "the model is overloaded"), ("", ""),
            ("Please summarise", "Please summarise"),
        ])
    func echoes(text: String, expected: String) {
        #expect(Redaction.withoutEchoes(of: [EchoTests.question], in: text) == expected)
    }

    @Test("a short question is taken out whole, a word is not")
    func short() {
        #expect(Redaction.withoutEchoes(of: ["who is Ann?"], in: "bad: who is Ann?") == "bad: [prompt]")
        #expect(Redaction.withoutEchoes(of: ["key"], in: "the key is wrong") == "the key is wrong")
    }

    @Test("a known secret is removed whatever its shape, and nothing else")
    func secrets() {
        let clean = Redaction.removing([APIKey("plainword9"), APIKey("abc")], from: "plainword9 and abc, sk-123456789")
        #expect(clean == "[redacted] and abc, sk-123456789")
    }
}
