import LLMCore
import LLMWire
import Testing

/// A server's flavour with the quirks its clients read it by.
struct FlavourCase: Sendable, CustomTestStringConvertible {
    var name: String
    var flavour: ServerFlavour
    var quirks: DialectQuirks
    /// Its usage states how many tokens were reasoning.
    var countsReasoning = true
    /// Visible reasoning reaches the client.
    var showsReasoning = true

    var testDescription: String { name }

    static let all: [FlavourCase] = [
        .init(name: "openai chat", flavour: .openAIChat, quirks: .openai, showsReasoning: false),
        .init(name: "openai responses", flavour: .openAIResponses, quirks: .openai),
        .init(name: "anthropic", flavour: .anthropic, quirks: .anthropic),
        .init(name: "gemini", flavour: .gemini, quirks: .gemini),
        .init(name: "groq chat", flavour: .groqChat, quirks: .groq),
        .init(name: "groq responses", flavour: .groqResponses, quirks: .groq),
        .init(name: "xai chat", flavour: .xaiChat, quirks: .xai),
        .init(name: "xai responses", flavour: .xaiResponses, quirks: .xai),
        .init(name: "llama.cpp", flavour: .llamaCpp, quirks: .local, countsReasoning: false),
    ]

    var head: AnswerHead {
        AnswerHead(
            id: flavour.dialect == .openaiResponses ? "resp_abc" : "id_abc", model: "some-model",
            createdAt: 1_700_000_000,
            requestID: "req_1", systemFingerprint: "fp_1", serviceTier: "default",
            input: TokenUsage(promptTokens: 400, cacheReadTokens: 128))
    }

    static let usage = TokenUsage(
        promptTokens: 400, cacheReadTokens: 128, outputTokens: 90, reasoningTokens: 30)

    func stream(_ pieces: [AnswerPiece], _ end: AnswerEnd, asArray: Bool = false) -> [UInt8] {
        var encoder = AnswerStreamEncoder(head: head, flavour: flavour, includeUsage: true, asArray: asArray)
        var bytes: [UInt8] = []
        encoder.start(into: &bytes)
        for (index, piece) in pieces.enumerated() { encoder.append(piece, outputSoFar: index + 1, into: &bytes) }
        encoder.finish(end, into: &bytes)
        return bytes
    }
}
