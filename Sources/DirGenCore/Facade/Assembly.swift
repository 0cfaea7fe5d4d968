public import LLMCore
import LLMProviders
import LLMService
import Logging
import SQLiteStore

extension Configuration {
    /// Opens the configured database, which also has the ports of the bench.
    ///
    /// - Parameter use: The access to the database.
    /// - Returns: `nil` for no access, and for read-only access to a database that does not exist.
    /// - Throws: `StoreError`.
    public func openStore(_ use: DatabaseUse) throws(StoreError) -> (any ServiceStore)? {
        let options = SQLiteStore.Options(makesFolders: databaseIsDefault, cacheLimits: cacheLimits)
        switch use {
        case .none: return nil
        case .readWrite: return try SQLiteStore.open(at: database, mode: .readWrite, options: options)
        case .readOnly:
            do {
                return try SQLiteStore.open(at: database, mode: .readOnly, options: options)
            } catch  where error.code == .notFound {
                return nil
            } catch  where error.code == .olderVersion {
                // Reading needs the tables of this version; who may write the file brings it up to date.
                return try SQLiteStore.open(at: database, options: options)
            }
        }
    }
}

extension DirGen {
    /// The SQL engine of graders, a database in memory for each query. Its port is the bench's, who sees it as that.
    package static var queryEngine: any Sendable { SQLiteQueryEngine() }
}

/// Puts a service together from its parts: the composition root, and the one place above the store that names it.
struct Assembly {
    var configuration: Configuration
    let store: (any ServiceStore)?
    let transport: Transport
    let background: BackgroundWork
    let logger: Logger
    let time: TimeSource
    /// Learns in place of a database, also over a change of the configuration.
    let memory: any HealthStore = InMemoryHealthStore()
    /// Writes calls in batches, also over such a change; `nil` where each is written by itself.
    let batches: BatchedRecorder?
    /// The service whose place the new one takes.
    private(set) var previous: DirGen?

    init(
        configuration: Configuration, store: (any ServiceStore)?, transport: Transport, background: BackgroundWork,
        logger: Logger, time: TimeSource
    ) {
        self.configuration = configuration
        self.store = store
        self.transport = transport
        self.background = background
        self.logger = logger
        self.time = time
        batches = configuration.pace.callsWithin.flatMap { window in
            Self.writable(store).map { BatchedRecorder($0, window: window, time: time, logger: logger) }
        }
    }

    /// A service with another configuration over the same parts, which goes on with what the one before knows.
    func renewed(with configuration: Configuration, after previous: DirGen) async throws -> DirGen {
        var next = self
        next.configuration = configuration
        next.previous = previous
        return try await next.dirgen()
    }

    func dirgen() async throws -> DirGen {
        var clients: [ProviderID: HTTPModelClient] = [:]
        var targets: [ProviderTarget] = []
        var skipped: [SkippedProvider] = []
        var configuration = configuration
        for (place, given) in configuration.providers.enumerated() {
            var settings = given
            if let obstacle = await obstacle(to: settings) {
                skipped.append(obstacle)
                continue
            }
            let client = HTTPModelClient(
                row: settings.row, transport: transport, simulated: configuration.simulated,
                endpoint: configuration.simulated ? "simulator" : nil, keys: settings.keys)
            if !configuration.simulated, !isProxied(settings) {
                settings = await LocalProbe.withListedModel(settings, client)
            }
            if let note = settings.listed?.note { logger.notice("\(note)") }
            configuration.providers[place] = settings
            clients[settings.name] = client
            if let reason = settings.listed?.obstacle, await !client.canFetch(settings, configuration.localModels) {
                let help = "load a model that can, or name one with \(settings.name.rawValue.uppercased())_MODEL"
                skipped.append(
                    SkippedProvider(
                        provider: settings.name, defaultModel: settings.defaultModel, reason: reason, help: help))
                continue
            }
            targets.append(
                ProviderTarget(
                    client: checked(client, settings), keys: settings.keys, defaultModel: settings.defaultModel,
                    isLocal: settings.isLocal, staysLocal: staysLocal(settings),
                    hasUsualAddress: hasUsualAddress(settings),
                    keyVariables: settings.keyVariables,
                    quotaGroups: settings.quotaGroups,
                    localModels: settings.isLocal ? localModels(client, settings) : nil))
        }
        let services = ServiceConfiguration(
            targets: targets, skipped: skipped, priority: configuration.priority, balance: configuration.balance)
        var service = LLMService(
            configuration: services, prices: configuration.prices, tables: tables, recorder: recorder,
            background: background, time: time, logger: logger,
            health: health(of: services), history: history(of: services))
        if let previous { service = service.continuing(previous.service) }
        let cache = cache
        return DirGen(
            configuration: configuration, service: service,
            asker: service.summarisingHistory(over: service.cached(by: cache)), store: store, batches: batches,
            cache: cache, clients: clients, transport: transport)
    }

    /// The client for requests: at a local server it refuses what is not listed.
    private func checked(_ client: HTTPModelClient, _ settings: ProviderSettings) -> any ModelClient {
        guard settings.isLocal, !configuration.simulated else { return client }
        return ListedModelClient(client) {
            try? await client.modelNames(credential: settings.keys.first, within: LocalProbe.listTimeLimit)
        }
    }

    /// The simulator's address counts as usual, whatever its port.
    private func hasUsualAddress(_ settings: ProviderSettings) -> Bool {
        configuration.simulated
            || ProviderCatalogue.builtIn.row(settings.name)?.baseURL == settings.row.baseURL
    }

    /// A row marked local may still name a rented machine, or be reached through a proxy.
    private func staysLocal(_ settings: ProviderSettings) -> Bool {
        settings.isLocal && settings.row.baseURL.isPrivate && !isProxied(settings)
    }

    private func isProxied(_ settings: ProviderSettings) -> Bool {
        configuration.transport.proxies.proxy(for: settings.row.baseURL) != nil
    }

    private var recorder: any CallRecorder {
        if let batches { return batches }
        if let store { return store }
        return NoRecorder()
    }

    private var tables: any SelectionTableSource {
        guard let store else { return NoTables() }
        let age = configuration.pace.trustTablesFor
        return age > .zero ? RecentTables(store, age: age, time: time) : store
    }

    /// In memory over the database, where that may be written; the one before, while its policy is the same.
    private var cache: AnswerCache {
        if let known = previous?.cache, known.policy == configuration.cache { return known }
        return AnswerCache(policy: configuration.cache, storage: writableStore, time: time, logger: logger)
    }

    private var writableStore: (any ServiceStore)? { Self.writable(store) }

    private static func writable(_ store: (any ServiceStore)?) -> (any ServiceStore)? {
        store.flatMap { $0.isReadOnly ? nil : $0 }
    }

    private func history(of services: ServiceConfiguration) -> CallHistory? {
        store.map { CallHistory($0, simulated: services.simulated, time: time, logger: logger) }
    }

    /// Shared with every process that uses the same database; a database that may only be read, or none, is learnt beside.
    private func health(of services: ServiceConfiguration) -> HealthTracker {
        let durable: (any HealthStore)? = writableStore
        let logger = logger
        let telemetry = Telemetry()
        return HealthTracker(
            store: durable ?? memory, simulated: services.simulated,
            options: .init(
                policy: configuration.health, clouds: services.clouds, trustCopyFor: configuration.pace.trustHealthFor),
            observe: { event in
                telemetry.healthChanged(event)
                logger.notice("health changed", metadata: event.metadata)
            },
            show: { key, level in
                if services.covers(key) { telemetry.healthLevelChanged(key, level) }
            })
    }

    /// The one before, where nothing changed for it: two would load and unload against each other.
    private func localModels(_ client: HTTPModelClient, _ settings: ProviderSettings) -> LocalModelManager {
        if let previous, let known = previous.service.configuration.targets[settings.name]?.localModels,
            let before = previous.configuration.provider(settings.name), before.row == settings.row,
            before.keys == settings.keys, previous.configuration.localModels == configuration.localModels
        {
            return known
        }
        return LocalModelManager(
            LocalServer(client, credential: settings.keys.first), limits: configuration.localModels, health: store,
            logger: logger)
    }

    /// The reason for which a provider cannot be called; `nil` when it can.
    private func obstacle(to settings: ProviderSettings) async -> SkippedProvider? {
        func skipped(_ reason: String, _ help: String) -> SkippedProvider {
            SkippedProvider(
                provider: settings.name, defaultModel: settings.defaultModel, reason: reason, help: help)
        }
        switch settings.availability {
        case .configured: return nil
        case .missing(let reason, let help): return skipped(reason, help)
        case .ifReachable:
            guard await !LocalProbe.answers(settings.row, transport) else { return nil }
            return skipped(
                "nothing answers at \(settings.row.baseURL)", "start Docker Model Runner or set DMR_BASE_URL")
        }
    }
}

/// The tables of a service without a database: none.
private struct NoTables: SelectionTableSource {
    func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? { nil }
}

/// The recorder of a service without a database: it drops every call.
private struct NoRecorder: CallRecorder {
    func reserve(_ intent: AttemptIntent) async throws {}
    func record(_ call: CallRecord) async throws {}
}

extension HTTPModelClient {
    /// A missing model of this local server is fetched by the first call: pulling is allowed, and the server manages its models.
    func canFetch(_ settings: ProviderSettings, _ limits: LocalModelLimits) async -> Bool {
        guard limits.pulls else { return false }
        guard case .dockerModelRunner? = try? await LocalServer(self, credential: settings.keys.first).kind() else {
            return false
        }
        return true
    }
}

/// A look at a local server: whether it is there, and which of its models answers where the configuration names none.
enum LocalProbe {
    /// A server on this machine answers at once or not at all.
    static let timeLimit = Duration.milliseconds(300)
    /// A list of models may wait behind a model at work.
    static let listTimeLimit = Duration.seconds(1)

    static func answers(_ row: ProviderRow, _ transport: Transport) async -> Bool {
        await transport.answers(at: row.baseURL, within: timeLimit)
    }

    /// The settings with a model that the server has, where its list holds none of the default ones. Some servers answer
    /// to any name, and their answers would be booked to a model that did not write them.
    static func withListedModel(_ settings: ProviderSettings, _ client: HTTPModelClient) async -> ProviderSettings {
        guard settings.isLocal, settings.usesCatalogueModels,
            let names = try? await client.modelNames(credential: settings.keys.first, within: listTimeLimit)
        else { return settings }
        var settings = settings
        settings.listed = ListedModels(names, of: settings.name, instead: settings.row.defaultModels)
        return settings
    }
}
