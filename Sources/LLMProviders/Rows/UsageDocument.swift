package import LLMCore
import LLMWire

/// A usage object, or the whole response body around one, as a provider sent it.
package enum UsageDocument {
    /// Reads either, in whichever of the provider's own shapes it is: a provider of one dialect may also speak another
    /// (xAI's Responses API, Gemini's and Anthropic's OpenAI-compatible faces).
    ///
    /// - Returns: `nil` when there is no usage in it.
    package static func read(_ document: JSONValue, row: ProviderRow) -> UsageReading? {
        let body = document["response"]?.object == nil ? document : document["response"] ?? document
        let usage = [body["usage"], body["usageMetadata"], body["message"]?["usage"]].lazy.compactMap(\.self)
            .first { $0.object != nil }
        let dialect = dialect(of: usage ?? body, row: row)
        return UsageNormalizer.readBody(document, dialect: dialect, quirks: row.quirks)
    }

    private static func dialect(of usage: JSONValue, row: ProviderRow) -> WireDialect {
        func has(_ key: String) -> Bool { usage[key] != nil }
        if has("promptTokenCount") || has("candidatesTokenCount") || has("totalTokenCount") { return .gemini }
        if has("prompt_tokens") || has("completion_tokens") { return .openai }
        guard has("input_tokens") || has("output_tokens") else { return row.dialect }
        if has("input_tokens_details") || has("output_tokens_details") && has("total_tokens") {
            return .openaiResponses
        }
        return row.dialect == .anthropic ? .anthropic : .openaiResponses
    }
}
