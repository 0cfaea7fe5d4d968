import LLMCore

extension ServerFlavour {
    package static let openAIChat = ServerFlavour(
        dialect: .openai, errors: .openai, limitHeaders: .ratelimit(resets: true), modelList: .openai, rules: .init(),
        spellsNullUsage: true, obfuscates: true, pretty: true)

    package static let openAIResponses = ServerFlavour(
        dialect: .openaiResponses, errors: .openai, limitHeaders: .ratelimit(resets: true), modelList: .openai,
        rules: .init(), obfuscates: true, pretty: true)

    package static let anthropic = ServerFlavour(
        dialect: .anthropic, errors: .anthropic, limitHeaders: .anthropic, modelList: .anthropic,
        rules: .init(maxTemperature: 1, requiresOutputLimit: true), pads: true)

    package static let gemini = ServerFlavour(
        dialect: .gemini, errors: .gemini, modelList: .gemini, rules: .init(), reasoningOutsideOutput: true,
        pretty: true, crlf: true)

    package static let groqChat = ServerFlavour(
        dialect: .openai, errors: .groq, limitHeaders: .ratelimit(resets: true), modelList: .groq,
        rules: .init(refusedFields: ["logprobs", "logit_bias", "top_logprobs"], onlyOneChoice: true),
        reasoningField: "reasoning", reasoningChannel: true, streamUsage: .groq, timings: .groqSeconds,
        detailsInFull: false)

    package static let groqResponses = ServerFlavour(
        dialect: .openaiResponses, errors: .groq, limitHeaders: .ratelimit(resets: true), modelList: .groq,
        rules: .init())

    package static let xaiChat = ServerFlavour(
        dialect: .openai, errors: .xai, limitHeaders: .ratelimit(resets: false), modelList: .xai, rules: .init(),
        reasoningField: "reasoning_content", reasoningOutsideOutput: true, opensWithRole: false,
        spellsNullFinish: false, spellsLogprobs: false, billsInTicks: true)

    /// The same models count reasoning inside the output here.
    package static let xaiResponses = ServerFlavour(
        dialect: .openaiResponses, errors: .xai, limitHeaders: .ratelimit(resets: false), modelList: .xai,
        rules: .init(), billsInTicks: true)

    /// llama.cpp's server, the engine inside Docker Model Runner.
    package static let llamaCpp = ServerFlavour(
        dialect: .openai, errors: .llamaCpp, modelList: .modelRunner, rules: .init(),
        reasoningField: "reasoning_content", timings: .llamaMilliseconds, opensWithNull: true, spellsLogprobs: false,
        detailsInFull: false)
}

// The gateway's: each vendor's grammar as its SDKs read it, without the padding and indentation that only cost bytes.
extension ServerFlavour {
    package static let gatewayChat = ServerFlavour(
        dialect: .openai, errors: .openai, modelList: .openai, rules: .init(), reasoningField: "reasoning_content")

    package static let gatewayResponses = ServerFlavour(
        dialect: .openaiResponses, errors: .openai, modelList: .openai, rules: .init())

    package static let gatewayAnthropic = ServerFlavour(
        dialect: .anthropic, errors: .anthropic, modelList: .anthropic,
        rules: .init(maxTemperature: 1, requiresOutputLimit: true))

    package static let gatewayGemini = ServerFlavour(
        dialect: .gemini, errors: .gemini, modelList: .gemini, rules: .init(), reasoningOutsideOutput: true,
        crlf: true)
}
