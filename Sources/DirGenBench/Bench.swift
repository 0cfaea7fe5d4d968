public import BenchCore
import BenchRunner
public import DirGenCore
public import LLMCore
package import Logging

/// The bench as one use case: read, plan, run, derive, report.
package struct Bench: Sendable {
    let asker: any Asker
    let store: any RunStore
    let prices: PriceBook
    let providers: [BenchProvider]
    /// Known providers that cannot be called, and what would change that.
    let unconfigured: [ProviderID: String]
    /// The names of models; those of a configuration know aliases of providers too.
    var modelNames: ModelResolver
    /// The configured judge model, and the model of embeddings.
    var judge: ModelID?
    var embeddings: ModelID?
    /// `nil`: no embeddings can be had.
    var embedder: (any Embedder)?
    let toolVersion: String
    let time: TimeSource
    /// For the harness's diagnosis of itself; `nil`: none is made.
    var probes: HarnessProbes?
    let logger: Logger

    package init(
        asker: any Asker, store: any RunStore, prices: PriceBook, providers: [BenchProvider],
        unconfigured: [ProviderID: String] = [:],
        toolVersion: String, time: TimeSource = .live, logger: Logger
    ) {
        self.asker = asker
        self.store = store
        self.prices = prices
        self.providers = providers
        self.unconfigured = unconfigured
        let known = Set(providers.map(\.id)).union(unconfigured.keys)
        modelNames = ModelResolver(
            known: { known.contains($0.provider) ? $0 : nil },
            named: { prices.models(named: $0).map(\.model).filter { known.contains($0.provider) } })
        self.toolVersion = toolVersion
        self.time = time
        self.logger = logger
    }

    func provider(_ id: ProviderID) -> BenchProvider? { providers.first { $0.id == id } }
}

/// A configured provider as the bench sees it.
package struct BenchProvider: Sendable {
    package var id: ProviderID
    /// The address without credentials; `simulator` for the built-in one.
    package var endpoint: String
    package var simulated: Bool
    package var isLocal: Bool
    /// The models that run when none are named: `<NAME>_MODEL`, or a cheap and a strong one.
    package var defaultModels: [ModelID]
    /// A warning before a run with its default models: they are not those of the catalogue.
    package var modelNote: String?
    /// Calls in flight at once.
    package var concurrency: Int
    /// Opens `connections` connections with free calls and gives the models the provider lists. Unpaid.
    package var probe: @Sendable (_ connections: Int) async -> ProviderCheck
    /// Loads a local model ahead of its first timed call; `nil` where there is nothing to load.
    package var preload: (@Sendable (ModelID) async throws -> Duration)?

    package init(
        id: ProviderID, endpoint: String, simulated: Bool, isLocal: Bool, defaultModels: [ModelID], concurrency: Int,
        probe: @escaping @Sendable (_ connections: Int) async -> ProviderCheck,
        preload: (@Sendable (ModelID) async throws -> Duration)? = nil
    ) {
        self.id = id
        self.endpoint = endpoint
        self.simulated = simulated
        self.isLocal = isLocal
        self.defaultModels = defaultModels
        self.concurrency = concurrency
        self.probe = probe
        self.preload = preload
    }
}

extension Bench {
    /// The bench over a live service: its providers, its prices, its database.
    ///
    /// - Throws: ``InputError`` when the service runs without a database.
    package init(dirgen: DirGen, logger: Logger = Logger(label: "dirgen.bench")) throws {
        guard let store = dirgen.benchStore else { throw InputError("a benchmark run needs a database") }
        let unconfigured = dirgen.skipped.map { ($0.provider, "\($0.reason); \($0.help)") }
        self.init(
            asker: dirgen.service.isolated(as: .bench), store: store, prices: dirgen.configuration.prices,
            providers: dirgen.callable.compactMap { BenchProvider($0, of: dirgen) },
            unconfigured: Dictionary(unconfigured) { first, _ in first }, toolVersion: DirGenVersion.current,
            logger: logger)
        modelNames = dirgen.configuration.modelNames
        judge = dirgen.configuration.judge
        embeddings = dirgen.configuration.embeddings
        embedder = dirgen.embedder
        probes = .live
    }
}

extension BenchProvider {
    fileprivate init?(_ settings: ProviderSettings, of dirgen: DirGen) {
        guard let target = dirgen.service.configuration.targets[settings.name] else { return nil }
        let name = settings.name
        self.init(
            id: name, endpoint: target.client.endpoint, simulated: target.client.simulated, isLocal: settings.isLocal,
            defaultModels: settings.benchModels, concurrency: settings.concurrency,
            probe: { connections in await dirgen.check(name, connections: connections) })
        modelNote = settings.listed?.note
        if settings.isLocal { preload = { try await dirgen.load($0) } }
    }
}

extension DirGen {
    /// The database with all ports of the bench; `nil` when none is used.
    public var benchStore: (any BenchStore)? { store as? any BenchStore }
}

extension Configuration {
    /// Opens the configured database with all ports of the bench.
    ///
    /// - Returns: `nil` when it is only to be read and does not exist.
    /// - Throws: ``LLMCore/StoreError``.
    public func openBenchStore(_ use: DatabaseUse) throws(StoreError) -> (any BenchStore)? {
        // The composition root keeps service and bench in one database: there is no store without these ports.
        try openStore(use) as? any BenchStore
    }
}
