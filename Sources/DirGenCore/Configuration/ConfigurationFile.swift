import LLMCore
import LLMProviders
import LLMService
import Yams

/// The content of `dirgen.yaml`, each part with its place in the file.
///
/// ```yaml
/// providers:                  # new ones, or changes to those built in
///   - name: mylab
///     dialect: openai         # openai, openai-responses, anthropic, gemini
///     base_url: https://llm.mylab.org/v1
///     key_env: MYLAB_API_KEY
///     models: [llama-70b]
/// prices:
///   - { model: mylab/llama-70b, input: 0.10, output: 0.40, as_of: 2026-11-22 }
/// priority: [gemini, local, mylab]
/// timeouts: { connect: 10s, first_token: 60s, idle: 30s, total: 300s }   # first_token is learnt if not given
/// concurrency: { default: 8, local: 1 }
/// hedge: { share: 5%, after: 800ms }                        # without after: the p95 of the model
/// history: { above: 16000, keep: 4000 }                     # summarise older turns above so many tokens; or true
/// aliases: { fast: groq/openai/gpt-oss-20b, planner: auto/planning }   # names of your own, for callers
/// profiles: [{ role: cheap, model: fast, constraints: { max_cost_usd: 0.01 } }]   # as in a PCCE; or the path of one
/// balance: [[groq/openai/gpt-oss-120b, mylab/gpt-oss-120b]]  # equals: requests are balanced over them
/// local_models: { most_loaded: 2, idle: 5m, pull: true }     # idle: never leaves unloading to the server
/// cache: { tasks: [verification], keep: 1h, keep_by_task: { verification: 7d }, stale_if_error: 1d, memory: 32MiB, disk: 256MiB }
/// breakers: { minimum_calls: 5, failure_share: 50%, open: 5s, longest_open: 5m }
/// judge: openai/gpt-5                                        # decides the assertions of datasets that a model decides
/// embeddings: local/ai/mxbai-embed-large                     # compares texts by their meaning
/// quota_groups: { gemini: { project_a: [GEMINI_API_KEY, GEMINI_API_KEY_1], project_b: [GEMINI_API_KEY_2] } }
/// tasks: [code_review]
/// database: ~/dirgen.sqlite
/// ca_file: /etc/ssl/company.pem
/// ```
struct ConfigurationFile {
    var catalogue = ProviderCatalogue.builtIn
    /// Providers whose address a row gives: they count as configured where no key is needed.
    var addressed: Set<ProviderID> = []
    var prices: [ModelPrice] = []
    var priority: [ProviderID]?
    var limits = TimeLimits(total: TimeLimits.patience)
    /// `nil`: each kind of call has its own.
    var total: Duration?
    var concurrency: [String: Int] = [:]
    var localModels = LocalModelLimits()
    /// `nil`: off.
    var hedge: HedgePolicy?
    /// `nil`: off.
    var history: HistoryPolicy?
    var aliases: [String: ModelWish] = [:]
    /// `nil`: none.
    var profiles: ProfileSection?
    var balance: [[ModelID]] = []
    /// `nil`: none.
    var judge: ModelID?
    /// `nil`: none.
    var embeddings: ModelID?
    var cache = CachePolicy()
    var cacheLimits = CacheLimits()
    var health = HealthPolicy()
    /// By environment variable.
    var quotaGroups: [ProviderID: [String: String]] = [:]
    var tasks: [TaskType] = []
    var database: String?
    var caFile: String?

    static let keys = [
        "providers", "prices", "priority", "timeouts", "concurrency", "hedge", "history", "aliases", "profiles",
        "balance",
        "local_models",
        "cache",
        "breakers", "judge", "embeddings", "quota_groups", "tasks", "database", "ca_file",
    ]

    init() {}

    /// - Throws: ``ConfigurationError`` with every mistake of the file.
    init(_ document: YAMLDocument) throws(ConfigurationError) {
        let reader = YAMLReader(name: document.name)
        let members = reader.members(document.root, known: ConfigurationFile.keys, of: "configuration")
        readProviders(members["providers"], reader)
        readPrices(members["prices"], reader)
        priority = members["priority"].map { node in
            reader.items(node, of: "priority").compactMap { item in
                reader.string(item, "priority").flatMap { provider($0, item, reader) }
            }
        }
        readTimeouts(members["timeouts"], reader)
        readConcurrency(members["concurrency"], reader)
        readHedge(members["hedge"], reader)
        readHistory(members["history"], reader)
        readAliases(members["aliases"], reader)
        profiles = members["profiles"].flatMap { readProfiles($0, of: document, reader) }
        readBalance(members["balance"], reader)
        judge = members["judge"].flatMap { model($0, of: "judge", reader) }
        embeddings = members["embeddings"].flatMap { model($0, of: "embeddings", reader) }
        readLocalModels(members["local_models"], reader)
        readCache(members["cache"], reader)
        readBreakers(members["breakers"], reader)
        readQuotaGroups(members["quota_groups"], reader)
        tasks = reader.items(members["tasks"], of: "tasks").compactMap { item in
            reader.string(item, "tasks").map { TaskType($0) }
        }
        database = reader.string(members["database"], "database").map { ConfigurationFile.path($0, in: document) }
        caFile = reader.string(members["ca_file"], "ca_file").map { ConfigurationFile.path($0, in: document) }
        guard reader.problems.isEmpty else { throw ConfigurationError(reader.problems) }
    }

    private mutating func readProviders(_ node: Node?, _ reader: YAMLReader) {
        for item in reader.items(node, of: "providers") {
            let members = reader.members(item, known: ProviderRowSpec.keys, of: "provider")
            guard item.mapping?.count == members.count,
                let spec = reader.decode(ProviderRowSpec.self, item, of: "provider")
            else { continue }
            do {
                let row = try spec.row(over: catalogue.row(ProviderID(spec.name)))
                catalogue = catalogue.adding(row)
                if spec.baseURL != nil { addressed.insert(row.name) }
            } catch {
                reader.report(item, error.description)
            }
        }
    }

    private mutating func readPrices(_ node: Node?, _ reader: YAMLReader) {
        for item in reader.items(node, of: "prices") {
            let members = reader.members(item, known: PriceOverride.keys, of: "price")
            guard item.mapping?.count == members.count,
                let override = reader.decode(PriceOverride.self, item, of: "price")
            else { continue }
            do { prices.append(try override.price()) } catch { reader.report(item, error.description) }
        }
    }

    private mutating func readTimeouts(_ node: Node?, _ reader: YAMLReader) {
        let members = reader.members(node, known: ["connect", "first_token", "idle", "total"], of: "timeouts")
        limits = TimeLimits(
            connect: reader.duration(members["connect"], "connect") ?? limits.connect,
            firstToken: reader.duration(members["first_token"], "first_token") ?? limits.firstToken,
            idle: reader.duration(members["idle"], "idle") ?? limits.idle,
            total: limits.total)
        total = reader.duration(members["total"], "total")
        limits.total = total ?? limits.total
    }

    private mutating func readConcurrency(_ node: Node?, _ reader: YAMLReader) {
        let known = ["default"] + catalogue.rows.map(\.name.rawValue)
        for (name, value) in reader.members(node, known: known, of: "concurrency") {
            concurrency[name] = reader.int(value, "concurrency", in: 1...10_000)
        }
    }

    private mutating func readLocalModels(_ node: Node?, _ reader: YAMLReader) {
        let members = reader.members(node, known: ["most_loaded", "idle", "pull"], of: "local_models")
        localModels.mostLoaded =
            reader.int(members["most_loaded"], "most_loaded", in: 1...100) ?? localModels.mostLoaded
        if members["idle"]?.string == "never" {
            localModels.idle = nil
        } else if let idle = reader.duration(members["idle"], "idle") {
            localModels.idle = idle
        }
        localModels.pulls = reader.bool(members["pull"], "pull") ?? localModels.pulls
    }

    private func provider(_ name: String, _ node: Node, _ reader: YAMLReader) -> ProviderID? {
        let id = ProviderCatalogue.canonical(name)
        if catalogue.row(id) != nil { return id }
        let hint = Suggestion.hint(for: name, among: catalogue.rows.map(\.name.rawValue))
        reader.report(node, "priority: no provider is named '\(name)'", hint: hint)
        return nil
    }

    /// A relative path is meant from where the file lies, not from where the command runs.
    static func path(_ text: String, in document: YAMLDocument) -> String {
        guard !text.hasPrefix("/"), !text.hasPrefix("~/"), let slash = document.name.lastIndex(of: "/") else {
            return text
        }
        return String(document.name[...slash]) + text
    }
}
