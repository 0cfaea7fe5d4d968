public import LLMCore

/// The providers' own counts of a request's tokens, which cost nothing: Anthropic's `count_tokens` and Gemini's `countTokens`.
public enum TokenCountDialect {
    /// A client's own request for a count, for a provider of the same dialect.
    ///
    /// - Parameter model: The provider's own name of the model.
    /// - Returns: `nil` where the dialect has no such call.
    /// - Throws: ``WireError`` when the bytes are not a JSON object.
    public static func request(
        _ original: OriginalRequest, model: String, quirks: DialectQuirks
    ) throws(WireError) -> WireRequest? {
        let path: String
        var body = original.body
        switch original.dialect {
        case .openai, .openaiResponses: return nil
        case .anthropic:
            path = "/messages/count_tokens"
            var splicer = try JSONSplicer(original.body)
            splicer.set("model", to: .string(model))
            body = splicer.result()
        case .gemini: path = "/\(RequestEncoder.geminiResource(model)):countTokens"
        }
        return WireRequest(
            method: "POST", path: quirks.pathPrefix + path,
            headers: [("content-type", "application/json")] + RequestEncoder.dialectHeaders(original.dialect)
                + original.headers.fields.map { ($0.name, $0.value) },
            body: body)
    }
}
