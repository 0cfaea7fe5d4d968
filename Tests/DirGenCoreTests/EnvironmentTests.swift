import LLMCore
import LLMProviders
import Testing

@testable import DirGenCore

@Suite(.timeLimit(.minutes(2))) struct EnvironmentTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func load(
        _ environment: [String: String], options: Configuration.Options = .init()
    ) throws -> Configuration {
        try Configuration.load(
            options, environment: environment.merging(["HOME": folder.path]) { own, _ in own }, directory: folder.path)
    }

    @Test("numbered keys are collected in order, each key once")
    func keys() throws {
        let configuration = try load([
            "GEMINI_API_KEY_10": "k10", "GEMINI_API_KEY": "k0", "GEMINI_API_KEY_2": "k2", "GEMINI_API_KEY_1": "k0",
            "GEMINI_API_KEY_X": "no",
        ])
        let gemini = try #require(configuration.provider("gemini"))
        #expect(gemini.keys == [APIKey("k0"), APIKey("k2"), APIKey("k10")])
        #expect(gemini.keyVariables == ["GEMINI_API_KEY", "GEMINI_API_KEY_2", "GEMINI_API_KEY_10"])
        #expect(gemini.availability == .configured)
    }

    @Test("a provider without a key is missing, and says which variable would help")
    func missing() throws {
        let configuration = try load(["OPENAI_API_KEY": "  "])
        #expect(
            configuration.provider("openai")?.availability == .missing(reason: "no key", help: "set OPENAI_API_KEY"))
    }

    @Test("local counts when its address is given, and else only when it answers")
    func local() throws {
        #expect(try load([:]).provider("local")?.availability == .ifReachable)
        let set = try load(["DMR_BASE_URL": "http://gpu:8080"])
        #expect(set.provider("local")?.availability == .configured)
        #expect(set.provider("local")?.row.baseURL.description == "http://gpu:8080")
        #expect(set.provider("local")?.addressSource == "DMR_BASE_URL")
    }

    @Test("addresses and models come from the environment over the file")
    func precedence() throws {
        try folder.write(
            "providers: [{ name: openai, base_url: 'https://file.test/v1', models: [from-file] }]\npriority: [xai]\n",
            to: "dirgen.yaml")
        let file = try load(["OPENAI_API_KEY": "k"])
        #expect(file.provider("openai")?.row.baseURL.host == "file.test")
        #expect(file.provider("openai")?.defaultModel.name == "from-file")
        #expect(file.priority == ["xai"])
        let environment = try load([
            "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://env.test/v1", "OPENAI_MODEL": "openai/from-env",
            "LLM_PRIORITY_ORDER": "openai, google",
        ])
        #expect(environment.provider("openai")?.row.baseURL.host == "env.test")
        #expect(environment.provider("openai")?.defaultModel.name == "from-env")
        #expect(environment.provider("openai")?.benchModels.count == 1)
        #expect(environment.priority == ["openai", "gemini"])
    }

    @Test("the database is the option's, else the variable's, else the file's, else the state folder's")
    func database() throws {
        #expect(try load([:]).database == folder.path + "/.local/state/dirgen/dirgen.sqlite")
        #expect(try load([:]).databaseIsDefault)
        #expect(try !load([:], options: .init(database: "/option")).databaseIsDefault)
        #expect(try !load(["DIRGEN_DB": "/from/env"]).databaseIsDefault)
        try folder.write("database: /from/file", to: "dirgen.yaml")
        #expect(try load([:]).database == "/from/file")
        #expect(try load(["DIRGEN_DB": "/from/env"]).database == "/from/env")
        #expect(try load(["DIRGEN_DB": "/from/env"], options: .init(database: "/option")).database == "/option")
        #expect(try !load([:]).databaseIsDefault)
    }

    @Test("the user's own file is read when the folder has none")
    func userFile() throws {
        try folder.write("priority: [groq]", to: "config/dirgen/dirgen.yaml")
        #expect(try load(["XDG_CONFIG_HOME": folder.path + "/config"]).priority == ["groq"])
        try folder.write("priority: [xai]", to: "dirgen.yaml")
        #expect(try load(["XDG_CONFIG_HOME": folder.path + "/config"]).priority == ["xai"])
        let named = try folder.write("priority: [openai]", to: "named.yaml")
        #expect(try load([:], options: .init(file: named)).priority == ["openai"])
    }

    @Test(
        "what is wrong in the environment is told by the variable's name, without its value",
        arguments: [
            ("LLM_PRIORITY_ORDER", "gemini,opnai", "did you mean 'openai'?"),
            ("OPENAI_BASE_URL", "ftp://host", "http"), ("GEMINI_API_KEY", "two words", "white space"),
            ("HTTPS_PROXY", "gopher://x", "proxy"),
        ])
    func mistakes(variable: String, value: String, words: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try load([variable: value]) }
        #expect(error.problems.map(\.place) == [variable])
        #expect(error.description.contains(words), "\(error)")
        if variable.hasSuffix("_KEY") { #expect(!error.description.contains(value)) }
    }

    @Test("a proxy and its exceptions go to the transport")
    func proxy() throws {
        let configuration = try load(["https_proxy": "http://proxy:3128", "NO_PROXY": "internal.test"])
        let proxies = configuration.transport.proxies
        #expect(try proxies.proxy(for: BaseURL("https://api.openai.com/v1"))?.host == "proxy")
        #expect(try proxies.proxy(for: BaseURL("https://llm.internal.test")) == nil)
    }

    @Test("a configuration prints no key")
    func canary() throws {
        let configuration = try load(["OPENAI_API_KEY": "sk-canary-123", "GEMINI_API_KEY_1": "canary-456"])
        var text = ""
        dump(configuration, to: &text)
        text += "\(configuration)"
        #expect(!text.contains("canary"))
    }

    @Test(
        "a model is found by provider, by the bare local prefix, and by a bare name that is known once",
        arguments: [
            ("openai/gpt-5", "openai/gpt-5"), ("groq/openai/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
            ("ai/smollm3", "local/ai/smollm3"), ("claude-haiku-5-5", "anthropic/claude-haiku-5-5"),
            ("google/gemini-2.5-pro", "gemini/gemini-2.5-pro"), ("qwen/qwen3-32b", "groq/qwen/qwen3-32b"),
        ])
    func models(text: String, expected: String) throws {
        #expect(try load([:]).model(named: text).description == expected)
    }

    @Test(
        "an unknown provider or model is an error with a suggestion",
        arguments: [
            ("opnai/gpt-5", "did you mean 'openai'?"), ("claude-haiku-5-6", "claude-haiku-5-5"),
            ("zzz", "provider/model"),
        ])
    func unknownModels(text: String, words: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try load([:]).model(named: text) }
        #expect(error.description.contains(words), "\(error)")
    }

    @Test("the simulated environment keeps nothing of the real one's keys, proxies and addresses")
    func simulated() throws {
        let real = try load(["OPENAI_API_KEY": "k", "HTTPS_PROXY": "http://proxy:1", "OPENAI_MODEL": "mine"])
        let model = ModelID(provider: "openai", name: "played")
        let simulated = try real.simulated(
            at: { $0 == "openai" ? "http://127.0.0.1:9/openai/v1" : nil }, models: { _ in [model] })
        #expect(simulated.simulated)
        #expect(simulated.providers.map(\.name) == ["openai"])
        #expect(simulated.provider("openai")?.keys == [APIKey("simulated")])
        #expect(simulated.provider("openai")?.defaultModel == model)
        #expect(simulated.transport.proxies == .init())
    }
}

@Suite("Where the database is", .timeLimit(.minutes(1)))
struct DatabaseLocationTests {
    @Test(
        "the path is the option, the variable, or under the state folder",
        arguments: [
            (nil, [:], nil), (nil, ["HOME": "/h"], "/h/.local/state/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "/s"], "/s/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "relative"], "/h/.local/state/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "XDG_STATE_HOME": "/s", "DIRGEN_DB": "x.db"], "x.db"),
            (nil, ["HOME": "/h", "DIRGEN_DB": ""], "/h/.local/state/dirgen/dirgen.sqlite"),
            (nil, ["HOME": "/h", "DIRGEN_DB": "~/x.db"], "/h/x.db"),
            ("y.db", ["HOME": "/h", "DIRGEN_DB": "x.db"], "y.db"),
        ] as [(String?, [String: String], String?)])
    func location(option: String?, environment: [String: String], expected: String?) {
        #expect(DatabaseLocation.resolve(option: option, environment: environment) == expected)
    }
}
