/// The prices a process works with: the built-in table, overlaid by what the user imported and wrote.
///
/// A value; nothing is read from disk or network here.
public struct PriceBook: Sendable {
    /// Names this state of the prices: the table's date, and a digest of what was laid over it.
    public let version: String
    let providers: [ProviderID: PriceFile.ProviderRules]
    private let entries: [ModelID: ModelPrice]
    private let aliases: [ModelID: ModelID]
    /// The models that carry a name without a provider, in order: a server looks one up for every request.
    private let named: [String: [ModelID]]

    /// The table that ships with this version.
    public static let builtIn: PriceBook = {
        do {
            return PriceBook(try PriceFile(parsing: Array(BuiltInPrices.json.utf8)))
        } catch {
            // A constant of the program: a test reads it, so no release can come here.
            preconditionFailure("the built-in prices: \(error)")
        }
    }()

    public init(_ file: PriceFile) {
        self.init(version: file.version, providers: file.providers, models: file.models)
    }

    private init(version: String, providers: [ProviderID: PriceFile.ProviderRules], models: [ModelPrice]) {
        self.version = version
        self.providers = providers
        let entries = Dictionary(models.map { ($0.model, $0) }, uniquingKeysWith: { $1 })
        self.entries = entries
        var named: [String: [ModelID]] = [:]
        for price in entries.values {
            for name in Set(price.aliases).union([price.model.name]) { named[name, default: []].append(price.model) }
        }
        self.named = named.mapValues { $0.sorted() }
        aliases = Dictionary(
            models.flatMap { price in
                price.aliases.map { (ModelID(provider: price.model.provider, name: $0), price.model) }
            }, uniquingKeysWith: { $1 })
    }

    /// Every price, by provider and name.
    public var models: [ModelPrice] { entries.values.sorted { $0.model < $1.model } }

    public func models(of provider: ProviderID) -> [ModelPrice] { models.filter { $0.model.provider == provider } }

    /// The models that carry a name without a provider: what a bare name on a command line may mean.
    public func models(named name: String) -> [ModelPrice] {
        (named[name] ?? []).compactMap { entries[$0] }
    }

    /// The price of a model, under its name, an alias, or a dated or tagged form of either
    /// (`gpt-5-2025-08-07`, `claude-sonnet-4-5-20250929`, `models/gemini-2.5-pro`, `ai/smollm3:latest`).
    ///
    /// A provider whose models cost nothing has a price for every name.
    public func price(of model: ModelID) -> ModelPrice? {
        if let price = entry(model) { return price }
        for name in PriceBook.spellings(of: model.name).dropFirst() {
            if let price = entry(ModelID(provider: model.provider, name: name)) { return price }
        }
        guard isFree(model.provider) else { return nil }
        return ModelPrice(
            model: model, asOf: version, sources: ["runs locally: no API cost"], free: true, periods: [])
    }

    private func entry(_ id: ModelID) -> ModelPrice? { entries[id] ?? aliases[id].flatMap { entries[$0] } }

    /// The provider charges nothing.
    public func isFree(_ provider: ProviderID) -> Bool { providers[provider]?.free ?? false }

    /// The provider writes no prompt to its cache that does not ask for it.
    package func cachesWhenAsked(_ provider: ProviderID) -> Bool { providers[provider]?.cachesWhenAsked ?? false }

    /// The book with other prices laid over it. A price that starts on a day leaves earlier days as they were.
    public func overriding(_ prices: [ModelPrice]) -> PriceBook {
        guard !prices.isEmpty else { return self }
        var merged = entries
        for price in prices { merged[price.model] = merged[price.model].map { price.laid(over: $0) } ?? price }
        let digest = ContentHash.sha256(JSONValue.array(prices.map(\.json)).canonicalText).prefix(8)
        return PriceBook(version: "\(version)+\(digest)", providers: providers, models: Array(merged.values))
    }

    /// The book with another table laid over it that has no dates, only the day it was read: what this book says of days before,
    /// and of changes announced for days after, stays.
    public func importing(_ prices: [ModelPrice]) -> PriceBook {
        overriding(
            prices.map { price in
                guard let old = entries[price.model], let day = CalendarDay(price.asOf) else { return price }
                return price.holding(from: day, in: old)
            })
    }

    /// The book in which all models of these providers cost nothing: servers a user runs.
    public func pricingFree(_ names: some Sequence<ProviderID>) -> PriceBook {
        var rules = providers
        for name in names { rules[name, default: .init()].free = true }
        return PriceBook(version: version, providers: rules, models: Array(entries.values))
    }

    /// The part of the book that a run used, in the format of a price file: enough to compute its costs again.
    public func snapshot(of models: [ModelID]) -> JSONValue {
        var used: [ModelID: ModelPrice] = [:]
        for model in models {
            if let price = price(of: model) { used[price.model] = price }
        }
        let rules = providers.filter { rule in used.keys.contains { $0.provider == rule.key } }
        return PriceFile(
            version: version, providers: rules, models: used.values.sorted { $0.model < $1.model }
        ).json
    }

    /// Dates and revisions that providers write behind a name; `0` stands for any digit.
    private static let stamps = ["-latest", "-0000-00-00", "-00000000", "-000"].map { Array($0.utf8) }

    /// A name, then the other spellings under which the book may list it. Asked several times a call: by bytes, not by characters.
    private static func spellings(of name: String) -> [String] {
        var names = [name]
        func add(_ text: Substring) {
            if !text.isEmpty, !names.contains(String(text)) { names.append(String(text)) }
        }
        if name.hasPrefix("models/") { add(name.dropFirst(7)) }
        for known in names {
            if let cut = known.utf8.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") }) {
                add(known[..<cut])
            }
            for stamp in stamps where ends(known, with: stamp) { add(Substring(known.utf8.dropLast(stamp.count))) }
        }
        return names
    }

    private static func ends(_ name: String, with stamp: [UInt8]) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return name.utf8.count >= stamp.count
            && zip(name.utf8.suffix(stamp.count), stamp).allSatisfy { byte, wanted in
                byte == wanted || (digits.contains(byte) && digits.contains(wanted))
            }
    }
}

extension ModelPrice {
    /// This price over an older one: facts it does not state stay, and so do the days before it begins.
    fileprivate func laid(over old: ModelPrice) -> ModelPrice {
        var result = self
        result.name = name ?? old.name
        result.aliases = aliases + old.aliases.filter { !aliases.contains($0) }
        result.contextWindow = contextWindow ?? old.contextWindow
        result.maxInput = maxInput ?? old.maxInput
        result.maxOutput = maxOutput ?? old.maxOutput
        result.cacheMinimum = cacheMinimum ?? old.cacheMinimum
        result.reasoning = reasoning || old.reasoning
        result.released = released ?? old.released
        result.status = status ?? old.status
        result.ends = ends ?? old.ends
        guard let start = periods.compactMap(\.from).min(), periods.allSatisfy({ $0.from != nil }) else {
            return result
        }
        let earlier = old.periods.filter { ($0.from ?? start) < start || $0.from == nil }.map { period in
            PricePeriod(from: period.from, until: min(period.until ?? start, start), rates: period.rates)
        }
        result.periods = earlier + periods
        return result
    }

    /// This undated price from a day on, until the next change that the older entry knows of.
    fileprivate func holding(from day: CalendarDay, in old: ModelPrice) -> ModelPrice {
        let later = old.periods.filter { ($0.from ?? day) > day }
        let change = later.compactMap(\.from).min()
        var result = self
        result.periods = periods.map { PricePeriod(from: day, until: change, rates: $0.rates) } + later
        return result
    }
}
