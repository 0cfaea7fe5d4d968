/// Reads LiteLLM's `model_prices_and_context_window.json`: prices per token, one flat object per model.
package enum LiteLLMPrices {
    /// The result of importing a file.
    package struct Import: Sendable, Hashable {
        package var models: [ModelPrice]
        /// Models left out, counted by reason.
        package var skipped: [String: Int]
        /// Every provider of the file, under LiteLLM's names.
        package var found: Set<String> = []
    }

    /// LiteLLM's name of each provider we know, and ours.
    package static let providers: [String: ProviderID] = [
        "openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "groq": "groq", "xai": "xai",
    ]

    /// - Parameters:
    ///   - providers: LiteLLM's provider names and ours for them; models of other providers are skipped. `nil` takes all, those
    ///     that ``providers`` does not name under LiteLLM's own name.
    ///   - asOf: The day the file was read; the layout carries none.
    ///   - source: Where the file came from, kept with every price.
    /// - Throws: ``PriceFileError`` when the text is not JSON or not this layout.
    package static func read(
        _ bytes: some Sequence<UInt8>, providers: [String: ProviderID]? = LiteLLMPrices.providers, asOf: CalendarDay,
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

/// One model of LiteLLM's table.
struct LiteLLMEntry {
    /// The reason for which a model is left out.
    struct Skip: Error {
        var reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private let model: ModelID
    private let value: JSONValue

    private static let textModes: Set<String> = ["chat", "completion", "responses"]
    private static let services = [
        (name: PriceRate.standard, suffix: ""), (PriceRate.batch, "_batches"), ("flex", "_flex"),
        ("priority", "_priority"), ("ultrafast", "_ultrafast"),
    ]
    /// Places and speeds LiteLLM knows as factors, by its key and ours.
    private static let factors: [(path: [String], key: String, value: String)] = [
        (["regional_processing_uplift_multiplier_eu"], "region", "eu"),
        (["regional_processing_uplift_multiplier_us"], "region", "us"),
        (["provider_specific_entry", "us"], "inference_geo", "us"),
        (["provider_specific_entry", "fast"], "speed", "fast"),
    ]

    init(key: String, value: JSONValue, providers: [String: ProviderID]?) throws(Skip) {
        guard let theirs = value["litellm_provider"]?.string else { throw Skip("no provider") }
        let known = providers ?? LiteLLMPrices.providers
        guard let provider = known[theirs] ?? (providers == nil ? ProviderID(theirs) : nil) else {
            throw Skip("provider not asked for")
        }
        guard let mode = value["mode"]?.string, LiteLLMEntry.textModes.contains(mode) else {
            throw Skip("not a text model")
        }
        let prefix = theirs + "/"
        let name = key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : key
        guard !name.isEmpty else { throw Skip("no name") }
        model = ModelID(provider: provider, name: name)
        self.value = value
    }

    func price() throws(Skip) -> ModelPrice {
        var price = ModelPrice(
            model: model, maxInput: value["max_input_tokens"]?.int, maxOutput: value["max_output_tokens"]?.int,
            reasoning: value["supports_reasoning"]?.bool ?? false, ends: value["deprecation_date"]?.string, asOf: "",
            sources: [], periods: [])
        price.periods = [PricePeriod(rates: try rates())]
        for factor in LiteLLMEntry.factors {
            let node = factor.path.reduce(value as JSONValue?) { $0?[$1] }
            guard let amount = LiteLLMEntry.amount(node), amount != .one else { continue }
            price.multipliers[factor.key, default: [:]][factor.value] = amount
        }
        let search = value["search_context_cost_per_query"]
        if let fee = LiteLLMEntry.amount(search?["search_context_size_medium"]) { price.webSearch = .init(usd: fee) }
        return price
    }

    private func rates() throws(Skip) -> [PriceRate] {
        guard let standard = tokens(service: "", tier: "") else { throw Skip("no price per token") }
        if let reasoning = perMillion("output_cost_per_reasoning_token"), reasoning != standard.output {
            throw Skip("reasoning has a price of its own")
        }
        guard value["tiered_pricing"] == nil else { throw Skip("tiers in a layout not read") }
        var rates: [PriceRate] = []
        for (service, suffix) in LiteLLMEntry.services {
            guard let base = tokens(service: suffix, tier: "") else { continue }
            rates.append(PriceRate(service: service, tokens: base))
            for threshold in thresholds {
                guard let tier = tokens(service: suffix, tier: "_above_\(threshold)k_tokens") else { continue }
                rates.append(PriceRate(service: service, fromPromptTokens: start(of: threshold), tokens: tier))
            }
        }
        return rates
    }

    /// Thousands of tokens at which the input price changes.
    private var thresholds: [Int] {
        (value.object?.keys ?? []).compactMap { key in
            key.wholeMatch(of: /input_cost_per_token_above_(\d+)k_tokens/).flatMap { Int($0.1) }
        }.sorted()
    }

    /// LiteLLM treats xAI's thresholds as reached, all others as exceeded.
    private func start(of threshold: Int) -> Int { threshold * 1000 + (model.provider == "xai" ? 0 : 1) }

    private func tokens(service: String, tier: String) -> TokenRates? {
        guard let input = perMillion("input_cost_per_token\(tier)\(service)"),
            let output = perMillion("output_cost_per_token\(tier)\(service)")
        else { return nil }
        return TokenRates(
            input: input, cachedInput: perMillion("cache_read_input_token_cost\(tier)\(service)"),
            cacheWrite: perMillion("cache_creation_input_token_cost\(tier)\(service)"),
            cacheWrite1h: perMillion("cache_creation_input_token_cost_above_1hr\(tier)\(service)"),
            cacheWrite12h: perMillion("cache_creation_input_token_cost_above_12hr\(tier)\(service)"), output: output)
    }

    private func perMillion(_ key: String) -> ExactDecimal? {
        LiteLLMEntry.amount(value[key])?.times(ExactDecimal(1_000_000))
    }

    private static func amount(_ value: JSONValue?) -> ExactDecimal? {
        guard let amount = value?.number.flatMap({ ExactDecimal($0.literal) }), amount >= .zero else { return nil }
        return amount
    }
}
