public import LLMCore

extension GenerationParameters {
    /// In the words of a dataset's `params`; what is not set is left out.
    public var json: JSONObject {
        var object = JSONObject()
        object["temperature"] = temperature.map { JSONValue($0) }
        object["top_p"] = topP.map { JSONValue($0) }
        object["max_tokens"] = maxOutputTokens.map { JSONValue($0) }
        object["seed"] = seed.map { JSONValue($0) }
        object["stop"] = stop.map { .array($0.map(JSONValue.string)) }
        object["reasoning"] = reasoningEffort.map(JSONValue.string)
        object["service_tier"] = serviceTier.map(JSONValue.string)
        object["response_schema"] = responseSchema
        return object
    }

    /// Reads what ``json`` wrote; other keys are ignored.
    public init(json: JSONObject) {
        self.init(
            temperature: json["temperature"]?.double, topP: json["top_p"]?.double,
            maxOutputTokens: json["max_tokens"]?.int,
            seed: json["seed"]?.int, stop: json["stop"]?.array?.compactMap(\.string),
            reasoningEffort: json["reasoning"]?.string, serviceTier: json["service_tier"]?.string,
            responseSchema: json["response_schema"])
    }
}
