import Foundation
import LLMCore
import Testing

@Suite("names of models, arms, tasks and things", .timeLimit(.minutes(2)))
struct IdentityTests {
    @Test(
        "a model splits at its first slash; a bare ai/ model is local; anything else has no provider",
        arguments: [
            ("gemini/gemini-2.5-flash", "gemini", "gemini-2.5-flash"),
            ("groq/openai/gpt-oss-120b", "groq", "openai/gpt-oss-120b"),
            ("local/ai/smollm3", "local", "ai/smollm3"), ("ai/smollm3", "local", "ai/smollm3"),
            ("hf.co/x/y", "hf.co", "x/y"),
        ])
    func models(text: String, provider: String, name: String) throws {
        let model = try #require(ModelID(text))
        #expect(model.provider.rawValue == provider && model.name == name && model.description == "\(provider)/\(name)")
        let encoded = try JSONEncoder().encode([model])
        #expect(try JSONDecoder().decode([ModelID].self, from: encoded) == [model])
    }

    @Test("no model without a provider and a name", arguments: ["gpt-5", "/x", "x/", "", "/"])
    func noModel(text: String) {
        #expect(ModelID(text) == nil)
    }

    @Test(
        "a name without a provider, as somebody else's file has it, comes back as it was",
        arguments: [
            "gpt-5", "ai/smollm3", "/x", "x/", "/",
        ])
    func named(text: String) throws {
        let model = ModelID(named: text)
        #expect(model.description == text && model.provider.rawValue.isEmpty)
        #expect(try JSONDecoder().decode([ModelID].self, from: JSONEncoder().encode([model])) == [model])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ModelID].self, from: Data(#"[""]"#.utf8)) }
    }

    @Test("models sort by provider, then name")
    func order() {
        let names = ["b/a", "a/c", "a/b"].compactMap { ModelID($0) }
        #expect(names.sorted().map(\.description) == ["a/b", "a/c", "b/a"])
    }

    @Test("an arm prints as its model, and as what differs from the defaults")
    func arms() {
        let model = ModelID(provider: "openai", name: "gpt-5")
        #expect(Arm(model: model, endpoint: "e", simulated: false).id == "openai/gpt-5")
        let parameters = GenerationParameters(
            temperature: 0.2, topP: 1, maxOutputTokens: 9, seed: 5, reasoningEffort: "low", serviceTier: "flex")
        let arm = Arm(model: model, parameters: parameters, promptVariant: "terse", endpoint: "e", simulated: false)
        #expect(arm.id == "openai/gpt-5 temperature=0.2 top_p=1 max_tokens=9 effort=low tier=flex prompt=terse")
    }

    @Test("validation is another word for verification")
    func tasks() throws {
        #expect(TaskType("validation") == .verification && TaskType("own") != .general)
        #expect(try JSONDecoder().decode([TaskType].self, from: Data(#"["validation"]"#.utf8)) == [.verification])
    }

    @Test("identifiers sort by time and hold 26 digits of Crockford's alphabet")
    func identifiers() {
        var random = SeededGenerator(seed: 1)
        let made = [0, 1, 31, 32, 1_790_000_000_000, (1 << 48) - 1].map {
            Identifier.make(milliseconds: UInt64($0), using: &random)
        }
        #expect(made == made.sorted() && Set(made).count == 6)
        #expect(made.allSatisfy { $0.count == 26 && $0.allSatisfy("0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains) })
        #expect(made[5].hasPrefix("7ZZZZZZZZZ") && made[0].hasPrefix("0000000000"))
        #expect(Identifier.make() != Identifier.make())
    }

    @Test("a seeded generator repeats itself: the published values of SplitMix64")
    func generator() {
        var random = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in random.next() } == expected)
    }

    @Test("content hashes are SHA-256 in hexadecimal")
    func hashes() {
        #expect(ContentHash.sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(ContentHash.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("a key never shows itself, but tells itself apart")
    func keys() {
        let key = APIKey("sk-canary-1234567890")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\(Mirror(reflecting: key).children.map { "\($0)" })"] {
            #expect(!text.contains("canary") && text.contains(key.fingerprint.rawValue), "\(text)")
        }
        #expect(key.fingerprint.rawValue.count == 12 && key.fingerprint != APIKey("sk-other").fingerprint)
        #expect(key.reveal() == "sk-canary-1234567890")
    }
}
