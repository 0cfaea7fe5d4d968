/// A price as a user writes it under `prices:` in `dirgen.yaml`, in USD per million tokens.
///
/// ```yaml
/// prices:
///   - model: groq/openai/gpt-oss-120b
///     input: 0.15
///     cached_input: 0.075
///     output: 0.60
///     as_of: 2026-11-22
///   - { model: mylab/llama-70b, free: true }
/// ```
package struct PriceOverride: Sendable, Hashable, Codable {
    package var model: ModelID
    package var input: ExactDecimal?
    package var cachedInput: ExactDecimal?
    package var cacheWrite: ExactDecimal?
    package var cacheWrite1h: ExactDecimal?
    package var output: ExactDecimal?
    package var batchInput: ExactDecimal?
    package var batchCachedInput: ExactDecimal?
    package var batchOutput: ExactDecimal?
    /// Prices of further service tiers by name.
    package var services: [String: Rates]?
    package var tiers: [Tier]?
    package var multipliers: [String: [String: ExactDecimal]]?
    /// USD per web search.
    package var webSearch: ExactDecimal?
    package var free: Bool?
    package var contextWindow: Int?
    package var maxOutput: Int?
    /// First day, UTC, `2026-12-01`: earlier calls keep the price they had.
    package var from: String?
    package var asOf: String?
    package var source: String?

    /// Prices of one service tier.
    package struct Rates: Sendable, Hashable, Codable {
        package var input: ExactDecimal
        package var cachedInput: ExactDecimal?
        package var cacheWrite: ExactDecimal?
        package var output: ExactDecimal
        enum CodingKeys: String, CodingKey {
            case input, output
            case cachedInput = "cached_input"
            case cacheWrite = "cache_write"
        }
    }

    /// Prices of a long prompt, which then hold for every token of the call.
    package struct Tier: Sendable, Hashable, Codable {
        /// The prompt is longer than this; exactly one of `over` and `atLeast` is given.
        package var over: Int?
        package var atLeast: Int?
        package var input: ExactDecimal
        package var cachedInput: ExactDecimal?
        package var cacheWrite: ExactDecimal?
        package var output: ExactDecimal
        enum CodingKeys: String, CodingKey {
            case over, input, output
            case atLeast = "at_least"
            case cachedInput = "cached_input"
            case cacheWrite = "cache_write"
        }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case model, input, output, services, tiers, multipliers, free, from, source
        case cachedInput = "cached_input"
        case cacheWrite = "cache_write"
        case cacheWrite1h = "cache_write_1h"
        case batchInput = "batch_input"
        case batchCachedInput = "batch_cached_input"
        case batchOutput = "batch_output"
        case webSearch = "web_search"
        case contextWindow = "context_window"
        case maxOutput = "max_output"
        case asOf = "as_of"
    }

    /// The keys a configuration may hold here; any other is a mistake worth telling.
    package static let keys: [String] = CodingKeys.allCases.map(\.rawValue)

    /// An error in a price override, described for its author.
    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        package var model: ModelID
        package var message: String
        package var description: String { "price of \(model): \(message)" }
    }

    /// The price for a ``PriceBook``.
    package func price() throws(Invalid) -> ModelPrice {
        var price = ModelPrice(
            model: model, contextWindow: contextWindow, maxOutput: maxOutput, asOf: asOf ?? "dirgen.yaml",
            sources: [source ?? "dirgen.yaml"], free: free ?? false, multipliers: multipliers ?? [:],
            webSearch: webSearch.map { .init(usd: $0) }, periods: [])
        guard !price.free else { return price }
        guard let input, let output else { throw invalid("needs input and output, or free: true") }
        let first = PriceRate(
            tokens: TokenRates(
                input: input, cachedInput: cachedInput, cacheWrite: cacheWrite, cacheWrite1h: cacheWrite1h,
                output: output))
        var period = PricePeriod(rates: [first] + (try tierRates()) + (try batchRate()) + serviceRates())
        if let from {
            guard let day = CalendarDay(from) else {
                throw invalid("from: expected a day like 2026-08-21, found \(from)")
            }
            period.from = day
        }
        guard period.rates.allSatisfy(\.tokens.isPlausible) else { throw invalid("a price cannot be negative") }
        price.periods = [period]
        return price
    }

    private func invalid(_ message: String) -> Invalid { Invalid(model: model, message: message) }

    private func tierRates() throws(Invalid) -> [PriceRate] {
        var rates: [PriceRate] = []
        for tier in tiers ?? [] {
            guard (tier.over == nil) != (tier.atLeast == nil), let start = tier.atLeast ?? tier.over.map({ $0 + 1 })
            else {
                throw invalid("a tier needs either over or at_least")
            }
            let tokens = TokenRates(
                input: tier.input, cachedInput: tier.cachedInput, cacheWrite: tier.cacheWrite, output: tier.output)
            rates.append(PriceRate(fromPromptTokens: start, tokens: tokens))
        }
        return rates
    }

    private func batchRate() throws(Invalid) -> [PriceRate] {
        guard batchInput != nil || batchOutput != nil || batchCachedInput != nil else { return [] }
        guard let batchInput, let batchOutput else { throw invalid("batch_input and batch_output belong together") }
        return [
            PriceRate(
                service: PriceRate.batch,
                tokens: TokenRates(input: batchInput, cachedInput: batchCachedInput, output: batchOutput))
        ]
    }

    private func serviceRates() -> [PriceRate] {
        (services ?? [:]).sorted { $0.key < $1.key }.map { name, rates in
            PriceRate(
                service: name,
                tokens: TokenRates(
                    input: rates.input, cachedInput: rates.cachedInput, cacheWrite: rates.cacheWrite,
                    output: rates.output))
        }
    }
}

extension TokenRates {
    fileprivate var isPlausible: Bool {
        [input, cachedInput, cacheWrite, cacheWrite1h, cacheWrite12h, output].allSatisfy { ($0 ?? .zero) >= .zero }
    }
}
