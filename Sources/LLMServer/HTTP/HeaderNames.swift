import HTTPTypes

/// The header fields that the gateway reads of each request and writes into each response: a name is checked and brought into lower case
/// each time one is made.
extension HTTPField.Name {
    static let anthropicVersion = HTTPField.Name("anthropic-version")
    static let anthropicBeta = HTTPField.Name("anthropic-beta")
    static let openAIBeta = HTTPField.Name("openai-beta")
    static let idempotencyKey = HTTPField.Name("idempotency-key")
    static let apiKey = HTTPField.Name("x-api-key")
    static let googleAPIKey = HTTPField.Name("x-goog-api-key")
    static let shouldRetry = HTTPField.Name("x-should-retry")
    static let accelBuffering = HTTPField.Name("x-accel-buffering")
}

extension HTTPFields {
    /// A header's value; `nil` for one that is absent or empty.
    func value(_ name: HTTPField.Name?) -> String? {
        guard let name, let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// Appends a header, where its name could be made.
    mutating func add(_ name: HTTPField.Name?, _ value: String) {
        if let name { append(HTTPField(name: name, value: value)) }
    }
}
