import LLMCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PriceOverride {
    static func reading(_ json: String) throws -> PriceOverride {
        try JSONDecoder().decode(PriceOverride.self, from: Data(json.utf8))
    }
}

@Suite("The price book", .timeLimit(.minutes(2)))
struct PriceBookTests {
    private let now: Int64 = 1_795_305_600_000_000  // 2026-11-22
    private let gpt5 = ModelID(provider: "openai", name: "gpt-5")

    private func cost(_ book: PriceBook, _ model: ModelID, at: Int64? = nil) -> String? {
        let tokens = TokenUsage(promptTokens: 1_000_000, outputTokens: 0)
        return book.quote(model: model, usage: UsageReading(raw: .null, tokens: tokens), at: at ?? now).usd?.description
    }

    @Test("the built-in table reads, and every entry has a date, a source and a price that holds today")
    func builtIn() {
        let models = PriceBook.builtIn.models
        #expect(models.count >= 78)
        for price in models {
            #expect(!price.asOf.isEmpty && !price.sources.isEmpty)
            #expect(price.free || price.listRates(at: now) != nil, "\(price.model)")
        }
        let providers = Set(models.map(\.model.provider.rawValue))
        #expect(providers == ["openai", "anthropic", "gemini", "groq", "xai", "local"])
    }

    @Test("a dearer tier is dearer, and a service tier covers the tiers of the standard one")
    func tiersAreSane() {
        for price in PriceBook.builtIn.models {
            for period in price.periods {
                let thresholds = Set(period.rates.filter { $0.service == "standard" }.map(\.fromPromptTokens))
                for service in Set(period.rates.map(\.service)) {
                    let rates = period.rates.filter { $0.service == service }
                    #expect(Set(rates.map(\.fromPromptTokens)) == thresholds, "\(price.model) \(service)")
                    let sorted = rates.sorted { ($0.fromPromptTokens ?? 0) < ($1.fromPromptTokens ?? 0) }
                    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.tokens.input < $1.tokens.input })
                }
            }
        }
    }

    @Test("a price file written and read again is the same")
    func roundTrip() throws {
        let file = PriceFile(version: "x", models: PriceBook.builtIn.models)
        #expect(try PriceFile(parsing: file.json.prettyText.utf8) == file)
    }

    @Test("a user's price replaces ours, and the book's version tells")
    func override() throws {
        let price = try PriceOverride.reading(#"{"model": "openai/gpt-5", "input": "0.3333333", "output": 1}"#).price()
        let book = PriceBook.builtIn.overriding([price])
        #expect(cost(book, gpt5) == "0.3333333")
        #expect(book.version != PriceBook.builtIn.version)
        #expect(book.version.hasPrefix(PriceBook.builtIn.version))
        #expect(book.price(of: gpt5)?.contextWindow == 400_000)
        #expect(
            book.quote(
                model: gpt5, usage: UsageReading(raw: .null, tokens: .init(promptTokens: 1, outputTokens: 1)), at: now
            ).source == "dirgen.yaml")
    }

    @Test("a user's price that begins on a day leaves earlier calls alone")
    func overrideFromDay() throws {
        let price = try PriceOverride.reading(
            #"{"model": "openai/gpt-5", "input": 9, "output": 1, "from": "2026-11-22"}"#
        ).price()
        let book = PriceBook.builtIn.overriding([price])
        #expect(cost(book, gpt5) == "9")
        #expect(cost(book, gpt5, at: now - 1) == "1.25")
    }

    @Test("tiers, batch, service tiers, multipliers and fees can be overridden")
    func fullOverride() throws {
        let price = try PriceOverride.reading(
            """
            {"model": "mylab/m", "input": 1, "cached_input": 0.5, "output": 2, "batch_input": 0.5, "batch_output": 1,
             "tiers": [{"over": 10, "input": 3, "output": 4}], "services": {"flex": {"input": 0.25, "output": 1}},
             "multipliers": {"region": {"eu": 1.5}}, "web_search": 0.01, "context_window": 100, "as_of": "2026-11-01"}
            """
        ).price()
        let book = PriceBook.builtIn.overriding([price])
        let model = price.model
        func usd(_ prompt: Int, _ context: [String: String] = [:], searches: Int? = nil) -> String? {
            let tokens = TokenUsage(promptTokens: prompt, outputTokens: 0, webSearches: searches)
            return book.quote(
                model: model, usage: UsageReading(raw: .null, tokens: tokens), at: now, context: context
            ).usd?.description
        }
        #expect(usd(10) == "0.00001")
        #expect(usd(11) == "0.000033")
        #expect(usd(10, ["processing": "batch"]) == "0.000005")
        #expect(usd(10, ["service_tier": "flex"]) == "0.0000025")
        #expect(usd(10, ["region": "eu"]) == "0.000015")
        #expect(usd(0, searches: 2) == "0.02")
    }

    @Test(
        "an override that cannot be meant is refused",
        arguments: [
            #"{"model": "a/b"}"#, #"{"model": "a/b", "input": 1}"#,
            #"{"model": "a/b", "input": -1, "output": 1}"#,
            #"{"model": "a/b", "input": 1, "output": 1, "from": "soon"}"#,
            #"{"model": "a/b", "input": 1, "output": 1, "batch_input": 1}"#,
            #"{"model": "a/b", "input": 1, "output": 1, "tiers": [{"input": 1, "output": 1}]}"#,
        ])
    func refusedOverride(json: String) throws {
        let override = try PriceOverride.reading(json)
        #expect(throws: PriceOverride.Invalid.self) { try override.price() }
    }

    @Test("a provider can be declared free")
    func freeProvider() {
        let model = ModelID(provider: "lab", name: "x")
        #expect(cost(.builtIn, model) == nil)
        #expect(cost(PriceBook.builtIn.pricingFree(["lab"]), model) == "0")
    }

    @Test("a snapshot holds what it takes to compute the same cost again")
    func snapshot() throws {
        let sol = ModelID(provider: "openai", name: "gpt-5.6-sol")
        let json = PriceBook.builtIn.snapshot(of: [gpt5, sol, ModelID(provider: .local, name: "ai/any")])
        let book = PriceBook(try PriceFile(parsing: json.text.utf8))
        for model in [gpt5, sol, ModelID(provider: .local, name: "ai/other")] {
            #expect(cost(book, model) == cost(.builtIn, model))
        }
        #expect(cost(book, ModelID(provider: "openai", name: "gpt-4o")) == nil)
        #expect(book.version == PriceBook.builtIn.version)
    }

    @Test("a bare name finds the models that carry it")
    func bareName() {
        #expect(PriceBook.builtIn.models(named: "gemini-2.5-flash").map(\.model.provider) == ["gemini"])
        #expect(PriceBook.builtIn.models(named: "openai/gpt-oss-120b").map(\.model.provider) == ["groq"])
    }

    @Test("context keys that no price reads are named")
    func unknownKeys() {
        let keys = PriceBook.unknownContextKeys(["procesing": "batch", "service-tier": "flex", "data_residency": "eu"])
        #expect(keys == ["procesing"])
    }

    static let broken: [(String, String)] = [
        ("{", "1:2"),
        (#"{"format": "other", "version": "1", "models": []}"#, "1:12"),
        ("{\"format\": \"dirgen.prices/1\", \"version\": \"1\",\n \"models\": [{\"model\": \"gpt\"}]}", "2:23"),
        (
            "{\"format\": \"dirgen.prices/1\", \"version\": \"1\", \"models\": [\n"
                + #"{"model": "a/b", "as_of": "x", "sources": [], "prices": [{"rates": [{"inptu": 1, "output": 1}]}]}]}"#,
            "2:79"
        ),
        (
            "{\"format\": \"dirgen.prices/1\", \"version\": \"1\", \"models\": [\n"
                + #"{"model": "a/b", "as_of": "x", "sources": [], "prices": [{"rates": [{"input": "x", "output": 1}]}]}]}"#,
            "2:79"
        ),
    ]

    @Test("a broken price file is refused with line and column", arguments: broken)
    func brokenFile(text: String, place: String) {
        #expect {
            try PriceFile(parsing: text.utf8)
        } throws: { error in
            "\(error)".hasPrefix(place + ":")
        }
    }
}
