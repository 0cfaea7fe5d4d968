import LLMCore
import LLMWire
import Testing

@testable import ProviderSimulator

@Suite("Prompt digests", .timeLimit(.minutes(2)))
struct DigestTests {
    private static let messages: [Message] = [
        .system("Be brief.\n"), .system("Answer in Spanish."), .user("¿Dónde está?\r\nDi  una ciudad."),
        .assistant("En Lima."), .user("¿Y ahora?"),
    ]

    @Test(
        "a prompt has one digest, whichever dialect carried it",
        arguments: [
            (ServerFlavour.openAIChat, DialectQuirks.openai), (.openAIResponses, .openai), (.anthropic, .anthropic),
            (.gemini, .gemini), (.groqChat, .groq), (.xaiChat, .xai), (.llamaCpp, .local),
        ])
    func dialects(flavour: ServerFlavour, quirks: DialectQuirks) throws {
        let request = ChatRequest(messages: Self.messages, parameters: .init(maxOutputTokens: 100))
        let wire = try RequestEncoder.encode(request, model: "m", dialect: flavour.dialect, quirks: quirks)
        let client = try RequestDecoder.decode(wire.body, flavour: flavour, pathModel: "m")
        #expect(PromptDigest.digest(of: client.request.messages) == PromptDigest.digest(of: Self.messages))
    }

    @Test("another role, word or order is another prompt")
    func different() {
        let base = PromptDigest.digest(of: [.user("a"), .assistant("b"), .user("c")])
        let others: [[Message]] = [
            [.user("a"), .assistant("b"), .user("d")], [.user("c"), .assistant("b"), .user("a")],
            [.system("a"), .assistant("b"), .user("c")], [.user("a"), .assistant("b")],
        ]
        for other in others { #expect(PromptDigest.digest(of: other) != base) }
    }
}
