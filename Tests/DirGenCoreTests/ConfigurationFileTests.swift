import DirGenCore
import LLMCore
import LLMProviders
import LLMService
import Testing

@Suite(.timeLimit(.minutes(2))) struct ConfigurationFileTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func load(_ yaml: String, environment: [String: String] = [:]) throws -> Configuration {
        try folder.write(yaml, to: "dirgen.yaml")
        return try Configuration.load(
            environment: environment.merging(["HOME": folder.path]) { $1 }, directory: folder.path)
    }

    private func problems(_ yaml: String) throws -> [String] {
        let error = try #require(throws: ConfigurationError.self) { try load(yaml) }
        return error.problems.map { $0.description.replacing(folder.path + "/", with: "") }
    }

    @Test("a new provider is added with no code")
    func newProvider() throws {
        let configuration = try load(
            """
            providers:
              - name: mylab
                dialect: anthropic
                base_url: https://llm.mylab.org/v1
                auth: header X-Lab-Key
                headers: { X-Team: dirgen }
                key_env: MYLAB_KEY
                models: [llama-70b, mylab/llama-8b]
            priority: [mylab, gemini]
            """, environment: ["MYLAB_KEY": "secret"])
        let lab = try #require(configuration.provider("mylab"))
        #expect(lab.row.baseURL.description == "https://llm.mylab.org/v1")
        #expect(lab.row.auth == .header("x-lab-key"))
        #expect(lab.row.headers == ["X-Team": "dirgen"])
        #expect(lab.keys == [APIKey("secret")])
        #expect(lab.availability == .configured)
        #expect(lab.benchModels.map(\.name) == ["llama-70b", "llama-8b"])
        #expect(configuration.priority == ["mylab", "gemini"])
        #expect(try configuration.model(named: "mylab/llama-70b").provider == "mylab")
    }

    @Test("a row changes only what it names of a provider that is built in")
    func override() throws {
        let configuration = try load("providers: [{ name: openai, base_url: 'https://eu.api.openai.com/v1' }]")
        let openai = try #require(configuration.provider("openai"))
        #expect(openai.row.baseURL.description == "https://eu.api.openai.com/v1")
        #expect(openai.row.keyVariable == "OPENAI_API_KEY")
        #expect(openai.addressSource.hasSuffix("dirgen.yaml"))
    }

    @Test("time-outs, concurrency, tasks and paths are read, and the rest keeps its default")
    func settings() throws {
        let configuration = try load(
            """
            timeouts: { connect: 500ms, total: 2m }
            concurrency: { default: 4, local: 2 }
            tasks: [code_review]
            database: state/dirgen.sqlite
            ca_file: company.pem
            """)
        #expect(configuration.limits.connect == .milliseconds(500))
        #expect(configuration.limits.total == .seconds(120))
        #expect(configuration.benchLimits.total == .seconds(120))
        #expect(configuration.limits.idle == .seconds(30))
        // A live answer is waited for as long as vendors' clients do; a run measures under its own limits.
        let standard = try load("")
        #expect(standard.limits == TimeLimits(total: .seconds(600)))
        #expect(standard.benchLimits == TimeLimits())
        #expect(configuration.provider("openai")?.concurrency == 4)
        #expect(configuration.provider("local")?.concurrency == 2)
        #expect(configuration.tasks == ["code_review"])
        #expect(configuration.database == folder.path + "/state/dirgen.sqlite")
        #expect(configuration.transport.caFile == folder.path + "/company.pem")
    }

    @Test("what may be done with local models is read, and the rest keeps its default")
    func localModels() throws {
        #expect(try load("").localModels == LocalModelLimits())
        let configured = try load("local_models: { most_loaded: 1, idle: 90s, pull: false }").localModels
        #expect(configured == LocalModelLimits(mostLoaded: 1, idle: .seconds(90), pulls: false))
        #expect(try load("local_models: { idle: never }").localModels.idle == nil)
        let wrong = try problems("local_models: { most_loaded: 0, idle: soon, pull: perhaps }")
        let expected = ["from 1 to 100", "a time such as 30", "true or false"]
        #expect(wrong.count == 3)
        #expect(zip(wrong, expected).allSatisfy { $0.hasPrefix("dirgen.yaml:1:") && $0.contains($1) }, "\(wrong)")
    }

    @Test("hedging is off unless asked for, with a share and a time")
    func hedge() throws {
        #expect(try load("").hedge == nil)
        #expect(try load("hedge: true").hedge == HedgePolicy())
        #expect(try load("hedge: false").hedge == nil)
        #expect(
            try load("hedge: { share: 10%, after: 800ms }").hedge
                == HedgePolicy(maxShare: 0.1, after: .milliseconds(800)))
        #expect(try load("hedge: { share: 0.02 }").hedge == HedgePolicy(maxShare: 0.02))
        let wrong = try problems("hedge: { share: 120%, after: soon, whom: all }")
        let expected = ["such as 5% or 0.05", "a time such as 30", "unknown key 'whom'"]
        #expect(wrong.count == 3)
        #expect(expected.allSatisfy { words in wrong.contains { $0.contains(words) } }, "\(wrong)")
    }

    @Test("an alias stands for a model or for a choice, whatever a price list calls by that name")
    func aliases() throws {
        let configuration = try load(
            "aliases: { fast: groq/openai/gpt-oss-20b, planner: auto/planning, any: auto, gpt-5: google/gemini-2.5-pro }"
        )
        let oss = ModelID(provider: "groq", name: "openai/gpt-oss-20b")
        #expect(try configuration.wish(named: "fast") == ModelWish(.model(oss), alias: "fast"))
        #expect(try configuration.wish(named: "planner") == ModelWish(.auto, task: .planning, alias: "planner"))
        #expect(try configuration.wish(named: "any") == ModelWish(.auto, alias: "any"))
        #expect(try configuration.wish(named: "auto/planning") == ModelWish(.auto, task: .planning))
        #expect(try configuration.model(named: "fast") == oss)
        #expect(try configuration.model(named: "gpt-5") == ModelID(provider: "gemini", name: "gemini-2.5-pro"))
        let error = try #require(throws: ConfigurationError.self) { try configuration.model(named: "planner") }
        #expect(error.description.contains("stands for auto/planning"))
        #expect(throws: ConfigurationError.self) { try configuration.wish(named: "quick") }
        #expect(configuration.pattern("fast") == .alias("fast") && configuration.pattern("quick") == nil)
    }

    @Test("an alias of an unknown provider, or that is no name, is refused at its place")
    func wrongAliases() throws {
        #expect(
            try problems(
                """
                aliases:
                  fast: grok/grok-4
                  a/b: openai/gpt-5
                  auto: openai/gpt-5
                  slow: gpt-5
                """) == [
                    "dirgen.yaml:2:9: aliases: fast: no provider is named 'grok' (did you mean 'groq'?)",
                    "dirgen.yaml:3:3: aliases: 'a/b' is no name: one has no blank, no slash and no star, and is not auto",
                    "dirgen.yaml:4:3: aliases: 'auto' is no name: one has no blank, no slash and no star, and is not auto",
                    "dirgen.yaml:5:9: aliases: slow: 'gpt-5' is not a model: write it as provider/model",
                ])
        #expect(try problems("aliases: [fast]").count == 1)
    }

    @Test("profiles are read as a PCCE has them, here or from one, with aliases for models")
    func profiles() throws {
        let list = "- { role: cheap, model: fast, constraints: { max_cost_usd: 0.01, local_only: true } }"
        let inline = try load("aliases: { fast: groq/openai/gpt-oss-20b }\nprofiles:\n  \(list)")
        try folder.write("agent_profiles:\n  \(list)", to: "project.yaml")
        let other = try load("aliases: { fast: groq/openai/gpt-oss-20b }\nprofiles: project.yaml")
        for configuration in [inline, other] {
            let profile = try configuration.profile(named: "cheap")
            #expect(profile.model == ModelID(provider: "groq", name: "openai/gpt-oss-20b"))
            #expect(profile.constraints.maxCaseCost == USD("0.01") && profile.localOnly)
            let error = try #require(throws: ConfigurationError.self) { try configuration.profile(named: "dear") }
            #expect(error.problems.first?.hint == "there are cheap")
        }
        #expect(
            try problems("profiles:\n  - { role: a, model: openai/gpt-5 }\n  - { role: b, model: nowhere/x }") == [
                "dirgen.yaml:3:23: profiles[1].model: expected a model such as gemini/gemini-2.5-flash or ai/smollm3, found \"nowhere/x\""
            ])
        #expect(
            try problems("profiles: { a: b }").first?.contains("dirgen.yaml:1:11: profiles: expected a list") == true)
        #expect(try problems("profiles: missing.yaml") == ["missing.yaml: the file does not exist"])
    }

    @Test("history is off, on as it comes, or on with its own numbers")
    func history() throws {
        #expect(try load("").history == nil)
        #expect(try load("history: true").history == HistoryPolicy())
        #expect(try load("history: false").history == nil)
        #expect(
            try load("history: { above: 8000, keep: 2000, summary: 500 }").history
                == HistoryPolicy(above: 8_000, keep: 2_000, summary: 500))
        #expect(try load("history: { above: 1000 }").history == HistoryPolicy(above: 1_000, keep: 1_000))
        let wrong = try problems("history: { above: few, keep: -1, whom: all }")
        #expect(wrong.count == 3, "\(wrong)")
        #expect(try problems("history: { above: 1000, keep: 2000 }").count == 1)
    }

    @Test("equals are lists of models of known providers, each named once")
    func balance() throws {
        let configured = try load("balance: [[groq/openai/gpt-oss-120b, openai/gpt-5]]").balance
        #expect(configured.map { $0.map(\.description) } == [["groq/openai/gpt-oss-120b", "openai/gpt-5"]])
        let wrong = try problems(
            "balance: [[openai/gpt-5, opnai/gpt-5], [gpt-5, groq/a, groq/b], [groq/a, groq/c, groq/d], groq/e]")
        let expected = [
            "at least two models", "no provider is named 'opnai' (did you mean 'openai'?)", "'gpt-5' is not a model",
            "groq/a is named twice", "expected a list",
        ]
        #expect(wrong.count == 5)
        #expect(zip(wrong, expected).allSatisfy { $0.contains($1) }, "\(wrong)")
    }

    @Test("the cache keeps answers as long and as many as the file says, and the rest keeps its default")
    func cache() throws {
        let usual = try load("")
        #expect(usual.cache == CachePolicy() && usual.cacheLimits == CacheLimits())
        let own = try load(
            """
            cache:
              tasks: [code_review]
              keep_by_task: { code_review: 2w, verification: 90s }
              stale_if_error: 1d
              memory: 500kB
              disk: 2GB
              entries: 10
            """)
        #expect(own.cache.tasks == ["code_review"])
        #expect(own.cache.lifetime(of: "code_review") == .seconds(1_209_600))
        #expect(own.cache.lifetime(of: .verification) == .seconds(90))
        #expect(own.cache.lifetime(of: .simpleGeneration) == CachePolicy().lifetime(of: .simpleGeneration))
        #expect(own.cache.staleIfError == .seconds(86_400))
        #expect(own.cache.memoryBytes == 500_000)
        #expect(own.cacheLimits == CacheLimits(entries: 10, bytes: 2_000_000_000))
        let one = try load("cache: { tasks: [], keep: 3h }").cache
        #expect(one.tasks.isEmpty)
        #expect(one.lifetime(of: .verification) == .seconds(10_800))
        let wrong = try problems(
            "cache: { keep: forever, keep_by_task: { general: 0d }, memory: lots, disk: -1, entries: x, size: 1MB }")
        let expected = [
            "unknown key 'size'", "keep: expected a time such as 90s", "keep_by_task: general: expected a time",
            "memory: expected a size such as 500kB", "disk: expected a size", "entries: expected a whole number",
        ]
        #expect(wrong.count == 6)
        #expect(expected.allSatisfy { words in wrong.contains { $0.contains(words) } }, "\(wrong)")
        #expect(wrong.allSatisfy { $0.hasPrefix("dirgen.yaml:1:") }, "\(wrong)")
    }

    @Test("breakers of providers, models and keys open as the file says")
    func breakers() throws {
        let health = try load(
            "breakers: { minimum_calls: 20, failure_share: 80%, open: 30s, longest_open: 10m }"
        ).health
        for breaker in [health.providerBreaker, health.modelBreaker, health.keyBreaker] {
            #expect(breaker.minimumCalls == 20 && breaker.failureRatio == 0.8)
            #expect(breaker.openBase == .seconds(30) && breaker.openCeiling == .seconds(600))
        }
        #expect(try load("breakers: { open: 10m }").health.modelBreaker.openCeiling == .seconds(600))
        let wrong = try problems("breakers: { minimum_calls: 0, failure_share: most, open: 1m, longest_open: 5s }")
        let expected = ["from 1 to 10000", "such as 5% or 0.05", "at least the time of open"]
        #expect(wrong.count == 3)
        #expect(zip(wrong, expected).allSatisfy { $0.hasPrefix("dirgen.yaml:1:") && $0.contains($1) }, "\(wrong)")
    }

    @Test("keys share a quota by the names of their variables")
    func quotaGroups() throws {
        let environment = ["GEMINI_API_KEY": "a", "GEMINI_API_KEY_1": "b", "GEMINI_API_KEY_2": "c"]
        let gemini = try #require(
            try load(
                "quota_groups: { gemini: { one: [GEMINI_API_KEY, GEMINI_API_KEY_2, GEMINI_API_KEY_7] } }",
                environment: environment
            ).provider("gemini"))
        #expect(gemini.keys.map { gemini.quotaGroups[$0.fingerprint] } == ["one", nil, "one"])
        let wrong = try problems(
            """
            quota_groups:
              gemini:
                one: [GEMINI_API_KEY, AIza-canary]
                two: [GEMINI_API_KEY]
              gemni: { one: [] }
              local: { one: [X] }
              groq: [GROQ_API_KEY]
            """)
        let expected = [
            "dirgen.yaml:3:27: quota_groups: expected GEMINI_API_KEY, or GEMINI_API_KEY_1",
            "dirgen.yaml:4:11: quota_groups: GEMINI_API_KEY is named twice",
            "dirgen.yaml:5:3: quota_groups: unknown key 'gemni' (did you mean 'gemini'?)",
            "dirgen.yaml:6:18: quota_groups: local needs no key",
            "dirgen.yaml:7:9: quota_groups: expected groups by name",
        ]
        #expect(wrong.count == 5)
        #expect(zip(wrong, expected).allSatisfy { $0.hasPrefix($1) }, "in the order of the file: \(wrong)")
        #expect(!wrong.joined().contains("canary"))
    }

    @Test("prices are overridden and added, exactly")
    func prices() throws {
        let configuration = try load(
            """
            prices:
              - { model: openai/gpt-5, input: 1, output: 4, as_of: 2026-11-22 }
              - { model: mylab/tiny, free: true }
            """)
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: 3, outputTokens: 1))
        let quote = configuration.prices.quote(
            model: ModelID(provider: "openai", name: "gpt-5"), usage: usage, at: 1_795_000_000_000_000)
        #expect(quote.usd == USD("0.000007"))
        #expect(configuration.prices.price(of: ModelID(provider: "mylab", name: "tiny"))?.free == true)
    }

    @Test(
        "a mistake is told with its line and column, and what was probably meant",
        arguments: [
            ("provders: []", "dirgen.yaml:1:1: configuration: unknown key 'provders' (did you mean 'providers'?)"),
            (
                "providers:\n  - name: x\n    base_ulr: http://h",
                "dirgen.yaml:3:5: provider: unknown key 'base_ulr' (did you mean 'base_url'?)"
            ),
            (
                "providers:\n  - name: x\n    api_key: abc",
                """
                dirgen.yaml:3:5: provider: unknown key 'api_key' \
                (keys come from the environment: name the variable in key_env)
                """
            ),
            (
                "providers:\n  - name: x\n    dialect: klingon\n    base_url: http://h",
                """
                dirgen.yaml:3:14: provider: dialect: 'klingon' is none of openai, openai-responses, anthropic, gemini
                """
            ),
            ("priority: [gemni]", "dirgen.yaml:1:12: priority: no provider is named 'gemni' (did you mean 'gemini'?)"),
            (
                "timeouts: { total: soon }",
                "dirgen.yaml:1:20: total: expected a time such as 30, 30s, 250ms or 5m"
            ),
            (
                "concurrency: { local: 0 }",
                "dirgen.yaml:1:23: concurrency: expected a whole number from 1 to 10000"
            ),
            ("priority: gemini", "dirgen.yaml:1:11: priority: expected a list"),
            ("hedge: yes", "dirgen.yaml:1:8: hedge: expected a mapping of keys to values (write true)"),
            ("local_models: { pull: off }", "dirgen.yaml:1:23: pull: expected true or false (write false)"),
            ("a: {<<: 7}", "dirgen.yaml:1:9: << merges a mapping, or a list of mappings"),
            ("a: b: c", "dirgen.yaml:1:5: not YAML: mapping values are not allowed in this context"),
        ])
    func mistakes(yaml: String, expected: String) throws {
        #expect(try problems(yaml) == [expected])
    }

    @Test("all mistakes are told at once")
    func allAtOnce() throws {
        let found = try problems(
            """
            nonsense: 1
            timeouts: { first_token: never }
            priority: [nobody]
            providers:
              - name: x
                dialect: klingon
                base_url: http://h
            prices:
              - { model: openai/gpt-5, input: free }
            """)
        #expect(found.count == 5)
        #expect(found.contains { $0.contains("dirgen.yaml:6:") && $0.contains("dialect") }, "\(found)")
    }

    @Test("a named file that is missing, a folder, or not UTF-8 is an error")
    func unreadable() throws {
        for (name, words) in [("none.yaml", "no file"), ("", "folder")] {
            let error = #expect(throws: ConfigurationError.self) {
                try Configuration.load(.init(file: folder.path + "/" + name), environment: ["HOME": folder.path])
            }
            #expect(error?.description.contains(words) == true)
        }
    }

    @Test("an empty file says nothing")
    func empty() throws {
        #expect(try load("").providers.count == 6)
        #expect(try load("# only a comment\nproviders:\n").providers.count == 6)
    }
}
