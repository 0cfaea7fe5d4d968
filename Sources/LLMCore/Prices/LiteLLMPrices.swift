/// Reads LiteLLM's `model_prices_and_context_window.json`: prices per token, one flat object per model.
public enum LiteLLMPrices {
    /// The result of importing a file.
    public struct Import: Sendable, Hashable {
        public var models: [ModelPrice]
        /// Models left out, counted by reason.
        public var skipped: [String: Int]
        /// Every provider of the file, under LiteLLM's names.
        public var found: Set<String> = []
    }

    /// LiteLLM's name of each provider we know, and ours.
    public static let providers: [String: ProviderID] = [
        "openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "groq": "groq", "xai": "xai",
    ]

    /// - Parameters:
    ///   - providers: LiteLLM's provider names and ours for them; models of other providers are skipped. `nil` takes all, those
    ///     that ``providers`` does not name under LiteLLM's own name.
    ///   - asOf: The day the file was read; the layout carries none.
    ///   - source: Where the file came from, kept with every price.
    /// - Throws: ``PriceFileError`` when the text is not JSON or not this layout.
    public static func read(
        _ bytes: some Sequence<UInt8>, providers: [String: ProviderID]? = LiteLLMPrices.providers, asOf: PriceDay,
        source: String
    ) throws(PriceFileError) -> Import {
        let value: JSONValue
        do {
            value = try JSONValue.parse(bytes)
        } catch {
            throw PriceFileError(line: error.line, column: error.column, message: error.message)
        }
        guard let object = value.object, object.contains(where: { $0.value["litellm_provider"] != nil }) else {
            throw PriceFileError(
                line: 1, column: 1, message: "not LiteLLM's layout: no member has a \"litellm_provider\"")
        }
        var result = Import(models: [], skipped: [:])
        var seen: Set<ModelID> = []
        for member in object where member.key != "sample_spec" {
            if let name = member.value["litellm_provider"]?.string { result.found.insert(name) }
            do throws(LiteLLMEntry.Skip) {
                var price = try LiteLLMEntry(key: member.key, value: member.value, providers: providers).price()
                guard seen.insert(price.model).inserted else { throw LiteLLMEntry.Skip("listed twice") }
                price.asOf = asOf.description
                price.sources = [source]
                result.models.append(price)
            } catch {
                result.skipped[error.reason, default: 0] += 1
            }
        }
        result.models.sort { $0.model < $1.model }
        return result
    }
}
