import LLMCore

extension DialectQuirks {
    /// The known kinds of server by the name a provider row may give; `local` is llama.cpp, alone or inside Docker Model Runner.
    public static let presets: [String: DialectQuirks] = [
        "openai": openai, "anthropic": anthropic, "gemini": gemini, "groq": groq, "xai": xai, "local": local,
        "generic": generic,
    ]

    /// Any OpenAI-compatible server whose base URL ends in `/v1`.
    public static let generic = DialectQuirks()

    public static let openai = DialectQuirks(
        outputLimitField: "max_completion_tokens", cacheControl: .refused, requestLimitWindow: .minute,
        tokenLimitWindow: .minute)

    public static let anthropic = DialectQuirks(
        pathPrefix: "/v1", defaultOutputLimit: 4_096, maximumTemperature: 1, cacheControl: .taken,
        requestLimitWindow: .minute,
        tokenLimitWindow: .minute)

    public static let gemini = DialectQuirks(pathPrefix: "/v1beta", maximumTemperature: 2)

    /// Requests are counted per day, tokens per minute; usage may come in `x_groq` only.
    public static let groq = DialectQuirks(
        pathPrefix: "/openai/v1", outputLimitField: "max_completion_tokens",
        omittedFields: ["logprobs", "logit_bias", "top_logprobs", "n"], cacheControl: .refused,
        reasoningFields: ["reasoning", "reasoning_content"], usagePaths: [["x_groq", "usage"]],
        requestLimitWindow: .day, tokenLimitWindow: .minute)

    public static let xai = DialectQuirks(
        outputLimitField: "max_completion_tokens", cacheControl: .refused, reasoningOutsideOutput: true,
        billedTicksField: "cost_in_usd_ticks",
        requestLimitWindow: .minute, tokenLimitWindow: .minute)

    public static let local = DialectQuirks(pathPrefix: "/v1")
}
