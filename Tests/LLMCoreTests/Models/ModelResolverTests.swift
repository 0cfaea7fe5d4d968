import LLMCore
import Testing

@Suite("Names of models", .timeLimit(.minutes(1)))
struct ModelResolverTests {
    private static let models: [ModelID] = [
        ModelID(provider: "openai", name: "gpt-5"), ModelID(provider: "groq", name: "meta-llama/llama-4-scout"),
        ModelID(provider: "groq", name: "both"), ModelID(provider: "xai", name: "both"),
    ]
    private let resolver = ModelResolver(
        known: { model in
            let provider = model.provider == "x-ai" ? "xai" : model.provider
            let isKnown = ["openai", "groq", "xai", "local"].contains(provider)
            return isKnown ? ModelID(provider: provider, name: model.name) : nil
        },
        named: { name in models.filter { $0.name == name } })

    @Test(
        "a name stands for one model",
        arguments: [
            ("openai/gpt-5", "openai/gpt-5"), ("openai/not-listed", "openai/not-listed"), ("gpt-5", "openai/gpt-5"),
            ("ai/smollm3", "local/ai/smollm3"), ("x-ai/grok-4", "xai/grok-4"),
            ("meta-llama/llama-4-scout", "groq/meta-llama/llama-4-scout"),
            ("groq/meta-llama/llama-4-scout", "groq/meta-llama/llama-4-scout"),
        ])
    func resolves(text: String, model: String) throws {
        #expect(try resolver.model(named: text).description == model)
    }

    @Test(
        "a name that stands for none or several is an error with the reason",
        arguments: [
            ("opnai/gpt-5", .unknownProvider("opnai")), ("gpt-4", .unknownModel), ("", .unknownModel),
            ("both", .ambiguous([ModelID(provider: "groq", name: "both"), ModelID(provider: "xai", name: "both")])),
        ] as [(String, ModelNameError)])
    func refuses(text: String, reason: ModelNameError) {
        #expect(throws: reason) { try resolver.model(named: text) }
    }

    @Test(
        "a provider's own name goes with and without the provider in front",
        arguments: [
            ("gpt-5", "openai/gpt-5"), ("openai/gpt-5", "openai/gpt-5"), ("openai/openai/x", "openai/openai/x"),
            ("other/x", "openai/other/x"),
        ])
    func own(text: String, model: String) {
        #expect(ModelID(text, of: "openai").description == model)
    }
}
