import DirGenCore
import LLMCore
import Testing

@Suite("Where prices come from", .timeLimit(.minutes(2)))
struct PriceSourcesTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func load(imported: String? = nil, yaml: String = "{}") throws -> Configuration {
        if let imported { try folder.write(imported, to: ".config/dirgen/prices.json") }
        try folder.write(yaml, to: "dirgen.yaml")
        return try Configuration.load(environment: ["HOME": folder.path], directory: folder.path)
    }

    private static let imported = """
        {"format": "dirgen.prices/1", "version": "x", "models": [
          {"model": "openai/gpt-5", "as_of": "2026-11-22", "sources": ["litellm"], "prices": [{"rates": [{"input": 3, "output": 4}]}]},
          {"model": "groq/new", "as_of": "2026-11-22", "sources": ["litellm"], "prices": [{"rates": [{"input": 5, "output": 6}]}]}
        ]}
        """

    private func cost(_ configuration: Configuration, _ model: String, provider: String = "openai") throws -> String? {
        let usage = try JSONValue.parse(#"{"prompt_tokens": 1000000, "completion_tokens": 0}"#)
        let day = try #require(CalendarDay("2026-11-22"))
        return try configuration.quote(
            provider: provider, model: model, usage: usage, at: day.microseconds, context: [:]
        ).quote.usd?.description
    }

    @Test("dirgen.yaml over imported over built in")
    func precedence() throws {
        #expect(try cost(load(), "gpt-5") == "1.25")
        let configuration = try load(
            imported: Self.imported, yaml: "prices: [{ model: groq/new, input: 0.7, output: 1 }]")
        #expect(try cost(configuration, "gpt-5") == "3")
        #expect(try cost(configuration, "new", provider: "groq") == "0.7")
        #expect(try cost(configuration, "gpt-4o") == "2.5")
    }

    @Test("an imported file that is broken is an error with its place")
    func brokenFile() throws {
        let error = try #require(throws: ConfigurationError.self) { try load(imported: "{\n oops}") }
        #expect(error.problems.first?.place == folder.path + "/.config/dirgen/prices.json:2:2")
    }

    @Test("what is written is read again")
    func written() throws {
        let path = folder.path + "/deep/er/prices.json"
        let file = try PriceFile(parsing: Self.imported.utf8)
        let error = #expect(throws: ConfigurationError.self) { try ImportedPrices.write(file, to: path) }
        #expect(error?.problems.first?.message == "there is no folder \(folder.path)/deep/er")
        try ImportedPrices.makeFolder(of: path)
        try ImportedPrices.write(file, to: path)
        #expect(throws: ConfigurationError.self) { try ImportedPrices.write(file, to: path + "/x.json") }
        let environment = ["XDG_CONFIG_HOME": folder.path + "/deep/er"]
        #expect(ImportedPrices.path(environment: environment) == folder.path + "/deep/er/dirgen/prices.json")
        #expect(ImportedPrices.path(environment: [:]) == nil)
    }

    @Test("providers answer to the names that price tables use, and unknown ones are named with a hint")
    func aliases() throws {
        let configuration = try load()
        let usage = try JSONValue.parse(#"{"promptTokenCount": 1000000, "candidatesTokenCount": 0}"#)
        let day = try #require(CalendarDay("2026-11-22"))
        let gemini = try configuration.quote(
            provider: "google", model: "gemini-2.5-pro", usage: usage, at: day.microseconds, context: [:])
        #expect(gemini.model.description == "gemini/gemini-2.5-pro")
        #expect(gemini.quote.usd?.description == "2.5")
        #expect(try cost(configuration, "ai/any", provider: "docker-model-runner") == "0")
        #expect(try cost(configuration, "openai/gpt-5") == "1.25")
        #expect(try cost(configuration, "openai/gpt-oss-120b", provider: "groq") == "0.15")
        let error = try #require(throws: ConfigurationError.self) { try cost(configuration, "x", provider: "opnai") }
        #expect(error.description.contains("openai"))
    }

    @Test("searches can be given where the usage lacks them")
    func searches() throws {
        let usage = try JSONValue.parse(#"{"prompt_tokens": 0, "completion_tokens": 0}"#)
        let configuration = try load()
        func quote(_ count: String) throws -> String? {
            try configuration.quote(
                provider: "openai", model: "gpt-5", usage: usage, at: 1_795_305_600_000_000,
                context: ["web_searches": count]
            ).quote.usd?.description
        }
        #expect(try quote("3") == "0.03")
        #expect(throws: ConfigurationError.self) { try quote("many") }
    }

    @Test("a price is found under its name, and a shared name asks which")
    func named() throws {
        let configuration = try load()
        #expect(try configuration.price(named: "gpt-5").model.description == "openai/gpt-5")
        #expect(try configuration.price(named: "google/gemini-2.5-pro").model.description == "gemini/gemini-2.5-pro")
        #expect(try configuration.price(named: "openai/gpt-oss-120b").model.description == "groq/openai/gpt-oss-120b")
        let error = try #require(throws: ConfigurationError.self) { try configuration.price(named: "gpt-5o") }
        #expect(error.problems.first?.hint != nil)
    }
}
