import BenchCore
import DirGenAPI
import DirGenCore
import LLMCore
import LLMService
import ProviderSimulator
import Synchronization
import TestSupport
import Testing

/// The facade over real sockets, with the simulator as the other side.
@Suite(.timeLimit(.minutes(2))) struct LiveServiceTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var database: String { folder.path + "/dirgen.sqlite" }
    private static let reference = SimulatorReference(
        messages: [.user("What is idempotence?")], answer: "Doing it twice changes nothing.", task: .architecture)

    private func load(_ environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.load(
            .init(database: database), environment: environment.merging(["HOME": folder.path]) { own, _ in own },
            directory: folder.path)
    }

    private func withSimulated<Value: Sendable>(_ body: (DirGen) async throws -> Value) async throws -> Value {
        let options = SimulatorOptions(references: [LiveServiceTests.reference], timeScale: 0)
        return try await withSimulator(options: options) { address in
            let configuration = try load().simulated(
                at: address.baseURL(for:), models: SimulatorAddress.models(of:))
            return try await withDirGen(configuration, body)
        }
    }

    @Test("every provider of the simulated environment answers one request", arguments: SimulatorAddress.providers)
    func everyProvider(provider: ProviderID) async throws {
        let model = try #require(SimulatorAddress.models(of: provider).last)
        let reply = try await withSimulated { dirgen in
            try await dirgen.ask("What is idempotence?", model: model)
        }
        #expect(reply.model == model)
        #expect(!reply.text.isEmpty)
        #expect(reply.cost != nil)
        #expect(reply.record.simulated)
        #expect(reply.record.endpoint == "simulator")
    }

    @Test("what questions that may be hedged cost is kept in the database, with what their second models did")
    func hedged() async throws {
        let models = ["openai", "groq"].compactMap { SimulatorAddress.models(of: $0).last }
        let (states, record) = try await withSimulated { dirgen in
            let store = try #require(dirgen.store)
            let key = HealthKey(.hedges, endpoint: "", simulated: true)
            try await store.update([key]) {
                $0[key] = .hedges(HedgeState(spent: USD(pico: 100 * USD.picoPerDollar)))
            }
            var request = dirgen.request("What is idempotence?", model: models[0])
            request.policy.hedge = HedgePolicy(maxShare: 1, after: .nanoseconds(1))
            var record: CallRecord?
            for try await event in dirgen.asker.ask(request) { if case .ended(let end) = event { record = end } }
            return (try await store.states(simulated: true)[key]?.hedges, record)
        }
        #expect(record?.outcome == .ok)
        #expect(try #require(states).spent > USD(pico: 100 * USD.picoPerDollar))
    }

    @Test("what was measured on the simulator is never used for real providers, in the same database")
    func environmentsApart() async throws {
        let model = try #require(SimulatorAddress.models(of: "openai").last)
        let row = SelectionRow.fixture(model, quality: 0.9, endpoint: "simulator", simulated: true)
        let table = SelectionTable.fixture(task: .architecture, simulated: true, rows: [row])
        let simulated = try await withSimulated { dirgen in
            try await #require(dirgen.store as? any SelectionTableStore).save(table, from: [])
            return try await dirgen.service.selectOptimalModel(for: .architecture)
        }
        #expect(simulated.model == model)
        #expect(simulated.row != nil)

        let real = try await withDirGen(try load(["ANTHROPIC_API_KEY": "k"])) { dirgen in
            try await dirgen.service.selectOptimalModel(for: .architecture)
        }
        #expect(real.model?.provider == "anthropic")
        #expect(real.row == nil)
        #expect(real.reason.contains("simulator"))
    }

    @Test("a table that another process saves counts for the next request")
    func newTable() async throws {
        let models = try ["groq", "anthropic"].map { try #require(SimulatorAddress.models(of: $0).last) }
        try await withSimulated { dirgen in
            // A store of its own, as another process has.
            let other = try #require(try dirgen.configuration.openStore(.readWrite) as? any SelectionTableStore)
            for (index, model) in models.enumerated() {
                let row = SelectionRow.fixture(model, quality: 0.9, endpoint: "simulator", simulated: true)
                var table = SelectionTable.fixture(
                    id: "table-\(index)", task: .planning, simulated: true, rows: [row])
                table.derivedAt += Int64(index)
                try await other.save(table, from: [])
                #expect(try await dirgen.ask("What is idempotence?", task: .planning).model == model)
            }
        }
    }

    @Test("a configuration that is read again is taken over whole or not at all, and names what needs a restart")
    func readAgain() async throws {
        let file = folder.path + "/dirgen.yaml"
        try folder.write("aliases: { fast: openai/gpt-5 }\ndatabase: one.sqlite", to: "dirgen.yaml")
        let home = folder.path
        let key = Mutex("k")
        let read: @Sendable () throws -> Configuration = {
            try Configuration.load(
                .init(file: file), environment: ["HOME": home, "OPENAI_API_KEY": key.withLock(\.self)], directory: home)
        }
        try await withLiveService(read, database: .none) { live in
            let first = live.current
            #expect(first.configuration.sources.contains(file) && live.lastReload == nil)
            try folder.write(
                "aliases: { fast: openai/gpt-5-mini }\ntimeouts: { idle: 7s }\ndatabase: two.sqlite", to: "dirgen.yaml")
            let taken = try #require(await live.reload())
            #expect(taken.problem == nil && taken.waiting == ["database"])
            #expect(try live.current.configuration.model(named: "fast").name == "gpt-5-mini")
            #expect(live.current.configuration.limits.idle == .seconds(7))
            #expect(live.current.configuration.database == home + "/one.sqlite")

            try folder.write("aliases: { fast: openai/gpt-5 }\ntimeouts: { idle: never }", to: "dirgen.yaml")
            let refused = try #require(await live.reload())
            #expect(
                refused.problem?.hasSuffix("dirgen.yaml:2:19: idle: expected a time such as 30, 30s, 250ms or 5m")
                    == true)
            #expect(try live.current.configuration.model(named: "fast").name == "gpt-5-mini")
            #expect(live.lastReload == refused)

            try folder.write("aliases: { fast: openai/gpt-5 }", to: "dirgen.yaml")
            key.withLock { $0 = "" }
            let empty = try #require(await live.reload())
            #expect(
                empty.problem.map { $0.hasPrefix("no provider could be called (") && $0.contains("OPENAI_API_KEY") }
                    == true,
                "\(empty)")
            #expect(live.current.canCall)
            #expect(try live.current.configuration.model(named: "fast").name == "gpt-5-mini")
            // Who began before goes on with what there was.
            #expect(try first.configuration.model(named: "fast").name == "gpt-5")
        }
    }

    @Test("clouds at addresses of this configuration's own have a lock and hedges of their own, a local server has not")
    func scope() async throws {
        let own = [
            "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:8080/v1", "GROQ_API_KEY": "k",
            "GROQ_BASE_URL": "http://127.0.0.1:8080/openai/v1", "DMR_BASE_URL": "http://127.0.0.1:8080",
        ]
        try await withDirGen(try load(own)) { dirgen in
            #expect(
                dirgen.service.configuration.scope
                    == "groq=http://127.0.0.1:8080/openai/v1 openai=http://127.0.0.1:8080/v1")
        }
        let usual = ["OPENAI_API_KEY": "k", "GROQ_API_KEY": "k", "DMR_BASE_URL": "http://127.0.0.1:8080"]
        try await withDirGen(try load(usual)) { dirgen in #expect(dirgen.service.configuration.scope.isEmpty) }
    }

    @Test("a base URL that refuses connections fails with what would help")
    func refused() async throws {
        let configuration = try load(["OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"])
        let failure = try await #require(throws: AskFailure.self) {
            try await withDirGen(configuration) { dirgen in
                var request = dirgen.request("hi", task: .general)
                request.policy.retries = 0
                for try await event in dirgen.service.ask(request) {
                    if case .ended(let record) = event { _ = try Reply(record) }
                }
            }
        }
        #expect(failure.record.attempts.count == 1)
        #expect(failure.description.contains("check that http://127.0.0.1:1/v1 can be reached"), "\(failure)")
        #expect(!failure.description.contains("Bearer"))
    }

    @Test("everything is closed when the body throws, and a database in the way is told")
    func errors() async throws {
        struct Mine: Error {}
        await #expect(throws: Mine.self) { try await withDirGen(try load()) { _ in throw Mine() } }
        try folder.write("this is no database", to: "dirgen.sqlite")
        let error = await #expect(throws: StoreError.self) {
            try await withDirGen(try load()) { _ in }
        }
        #expect(error?.code == .notADatabase)
    }

    @Test("a service that only reads makes no database")
    func readOnly() async throws {
        try await withDirGen(try load(["XAI_API_KEY": "k"]), database: .readOnly) { dirgen in
            #expect(dirgen.store == nil)
            let selection = try await dirgen.service.selectOptimalModel(for: .planning)
            #expect(selection.model?.provider == "xai")
        }
        #expect(try load().openStore(.readOnly) == nil)
    }

    @Test("the diagnosis shows usable, failing and missing providers without a key")
    func diagnosis() async throws {
        let options = SimulatorOptions(timeScale: 0)
        let diagnosis = try await withSimulator(options: options) { address in
            let configuration = try load([
                "OPENAI_API_KEY": "sk-canary", "OPENAI_BASE_URL": try #require(address.baseURL(for: "openai")),
                "OPENAI_MODEL": "gpt-6.1-sol", "GROQ_API_KEY": "canary-2", "GROQ_BASE_URL": "http://127.0.0.1:1",
                "DMR_BASE_URL": try #require(address.baseURL(for: "local")),
            ])
            return try await withDirGen(configuration, database: .readOnly) { await $0.examine() }
        }
        let states = Dictionary(uniqueKeysWithValues: diagnosis.providers.map { ($0.name, $0.state) })
        #expect(states["openai"] == .usable && states["local"] == .usable)
        #expect(states["groq"] == .failing)
        #expect(states["anthropic"] == .notConfigured)
        let openai = try #require(diagnosis.providers.first { $0.name == "openai" })
        #expect(openai.offersDefaultModel == true && openai.isPriced)
        #expect(openai.keys.map(\.fingerprint) == [APIKey("sk-canary").fingerprint])
        #expect(try !diagnosis.document.json().text.contains("canary"))
    }
}
