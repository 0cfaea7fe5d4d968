import LLMCore

/// The models played without a scenario: two for each provider, one cheap and one strong.
///
/// They are the pairs that the provider catalogue names by default. Identifiers and windows are those of the price tables of
/// 2026-11-22; prices are the price book's. Speeds: medians published or fitted to recorded response headers by 2026-08 for
/// gemini-2.5, grok-4.3 and gpt-oss-120b; for local models, scaled by the size of their weights from the 128 tokens/s of 8 billion at four
/// bits on an RTX 4090 (llama.cpp), less a quarter; for other models without a measurement, assumptions scaled from their families. Quality
/// is invented, so that choosing has something to find.
enum SimulatedModels {
    static let builtIn: [SimulatedModel] = openAI + anthropic + gemini + groq + xai + local

    private static let openAI = [
        SimulatedModel(
            id: model("openai", "gpt-6-luna"), displayName: "GPT-6 Luna", contextWindow: 1_050_000,
            maxOutput: 128_000,
            quality: [.simpleGeneration: 0.93, .verification: 0.88, .architecture: 0.78, .planning: 0.76],
            usualQuality: 0.80, firstTokenMedian: 500, tokensPerSecond: 150, reasoning: .hidden, reasoningMedian: 40),
        SimulatedModel(
            id: model("openai", "gpt-6.1-sol"), displayName: "GPT-6.1 Sol", contextWindow: 1_050_000,
            maxOutput: 128_000,
            quality: [.simpleGeneration: 0.97, .verification: 0.95, .architecture: 0.94, .planning: 0.93],
            usualQuality: 0.93, firstTokenMedian: 900, tokensPerSecond: 70, reasoning: .hidden, reasoningMedian: 120),
    ]

    private static let anthropic = [
        SimulatedModel(
            id: model("anthropic", "claude-haiku-5-5"), displayName: "Claude Haiku 5.5", contextWindow: 1_000_000,
            maxOutput: 128_000,
            quality: [.simpleGeneration: 0.94, .verification: 0.90, .architecture: 0.83, .planning: 0.80],
            usualQuality: 0.83, firstTokenMedian: 500, tokensPerSecond: 150,
            eventSize: .init(median: 26, sigma: 0.7), reasoning: .whenAsked, reasoningMedian: 120),
        SimulatedModel(
            id: model("anthropic", "claude-sonnet-5-5"), displayName: "Claude Sonnet 5.5", contextWindow: 1_000_000,
            maxOutput: 128_000,
            quality: [.simpleGeneration: 0.97, .verification: 0.96, .architecture: 0.95, .planning: 0.95],
            usualQuality: 0.95, firstTokenMedian: 800, tokensPerSecond: 90,
            eventSize: .init(median: 26, sigma: 0.7), reasoning: .whenAsked, reasoningMedian: 160),
    ]

    private static let gemini = [
        SimulatedModel(
            id: model("gemini", "gemini-2.5-flash"), displayName: "Gemini 2.5 Flash", contextWindow: 1_048_576,
            maxOutput: 65_536,
            quality: [.simpleGeneration: 0.95, .verification: 0.91, .architecture: 0.87, .planning: 0.86],
            usualQuality: 0.87, firstTokenMedian: 480, firstTokenSigma: 0.53, tokensPerSecond: 186,
            eventSize: .init(median: 98, sigma: 0.35), reasoning: .onRequest, reasoningMedian: 90),
        SimulatedModel(
            id: model("gemini", "gemini-2.5-pro"), displayName: "Gemini 2.5 Pro", contextWindow: 1_048_576,
            maxOutput: 65_536,
            quality: [.simpleGeneration: 0.96, .verification: 0.95, .architecture: 0.93, .planning: 0.94],
            usualQuality: 0.93, firstTokenMedian: 1_200, tokensPerSecond: 95,
            eventSize: .init(median: 98, sigma: 0.35), reasoning: .onRequest, reasoningMedian: 140),
    ]

    private static let groq = [
        SimulatedModel(
            id: model("groq", "openai/gpt-oss-20b"), displayName: "GPT OSS 20B", contextWindow: 131_072,
            maxOutput: 65_536,
            quality: [.simpleGeneration: 0.88, .verification: 0.80, .architecture: 0.68, .planning: 0.66],
            usualQuality: 0.70, firstTokenMedian: 200, firstTokenSigma: 0.9, tokensPerSecond: 900,
            reasoning: .shown, reasoningMedian: 60),
        SimulatedModel(
            id: model("groq", "openai/gpt-oss-120b"), displayName: "GPT OSS 120B", contextWindow: 131_072,
            maxOutput: 65_536,
            quality: [.simpleGeneration: 0.92, .verification: 0.88, .architecture: 0.82, .planning: 0.80],
            usualQuality: 0.82, firstTokenMedian: 220, firstTokenSigma: 0.9, tokensPerSecond: 476,
            reasoning: .shown, reasoningMedian: 70),
    ]

    private static let xai = [
        SimulatedModel(
            id: model("xai", "grok-4.3"), displayName: "Grok 4.3", contextWindow: 1_000_000, maxOutput: 1_000_000,
            quality: [.simpleGeneration: 0.93, .verification: 0.89, .architecture: 0.85, .planning: 0.84],
            usualQuality: 0.85, firstTokenMedian: 300, firstTokenSigma: 0.45, tokensPerSecond: 132,
            reasoning: .hidden, reasoningMedian: 80),
        SimulatedModel(
            id: model("xai", "grok-4.7"), displayName: "Grok 4.7", contextWindow: 500_000, maxOutput: 500_000,
            quality: [.simpleGeneration: 0.95, .verification: 0.93, .architecture: 0.91, .planning: 0.90],
            usualQuality: 0.91, firstTokenMedian: 400, tokensPerSecond: 110, reasoning: .shown,
            reasoningMedian: 110),
    ]

    private static let local = [
        SimulatedModel(
            id: model("local", "ai/smollm3"), displayName: "SmolLM3 3B", contextWindow: 65_536, maxOutput: nil,
            quality: [.simpleGeneration: 0.75, .verification: 0.60, .architecture: 0.46, .planning: 0.44],
            usualQuality: 0.50, firstTokenMedian: 120, firstTokenSigma: 0.4, tokensPerSecond: 250, reasoning: .shown,
            reasoningMedian: 50, loadTime: 2_500),
        SimulatedModel(
            id: model("local", "ai/gemma3-qat"), displayName: "Gemma 3 QAT", contextWindow: 131_072, maxOutput: nil,
            quality: [.simpleGeneration: 0.82, .verification: 0.70, .architecture: 0.60, .planning: 0.58],
            usualQuality: 0.62, firstTokenMedian: 180, firstTokenSigma: 0.4, tokensPerSecond: 190, loadTime: 4_000),
        // In the registry, not on the machine: something to pull.
        SimulatedModel(
            id: model("local", "ai/smollm2"), displayName: "SmolLM2 360M", contextWindow: 8_192, maxOutput: nil,
            quality: [.simpleGeneration: 0.55], usualQuality: 0.30, firstTokenMedian: 80, firstTokenSigma: 0.4,
            tokensPerSecond: 700, loadTime: 900),
    ]

    static let pulledLocally = ["ai/smollm3", "ai/gemma3-qat"]

    private static func model(_ provider: String, _ name: String) -> ModelID {
        ModelID(provider: ProviderID(provider), name: name)
    }
}
