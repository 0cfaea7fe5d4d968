import LLMCore

/// `params`: how to generate. An unknown parameter is an error, because it would silently not be sent.
enum ParameterCoding {
    private static let keys: Set<String> = [
        "temperature", "top_p", "max_tokens", "seed", "stop", "reasoning", "service_tier", "response_schema",
    ]

    static func decode(_ field: Field, _ errors: inout [FieldError]) -> GenerationParameters {
        guard field.object(&errors) != nil else { return GenerationParameters() }
        field.onlyMembers(keys, &errors)
        var parameters = GenerationParameters()
        parameters.temperature = field["temperature"]?.number(&errors, "a number from 0 to 2") { (0...2).contains($0) }
        parameters.topP = field["top_p"]?.number(&errors, "a number above 0, at most 1") { $0 > 0 && $0 <= 1 }
        parameters.maxOutputTokens = field["max_tokens"]?.integer(
            &errors, "a whole number of tokens, 1 or more", in: 1...100_000_000)
        parameters.seed = field["seed"]?.integer(&errors, "a whole number", in: Int.min...Int.max)
        parameters.stop = field["stop"]?.strings(&errors)
        parameters.reasoningEffort = field["reasoning"]?.name(&errors)
        parameters.serviceTier = field["service_tier"]?.name(&errors)
        if let schema = field["response_schema"], schema.object(&errors) != nil {
            parameters.responseSchema = schema.value
        }
        return parameters
    }
}
