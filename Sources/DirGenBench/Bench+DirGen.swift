public import BenchCore
public import DirGenCore
import LLMCore
public import Logging

extension Bench {
    /// The bench over a live service: its providers, its prices, its database.
    ///
    /// - Throws: ``InputError`` when the service runs without a database.
    public init(dirgen: DirGen, logger: Logger = Logger(label: "dirgen.bench")) throws {
        guard let store = dirgen.benchStore else { throw InputError("a benchmark run needs a database") }
        let unconfigured = dirgen.skipped.map { ($0.provider, "\($0.reason); \($0.help)") }
        self.init(
            asker: dirgen.service.isolated(as: .bench), store: store, prices: dirgen.configuration.prices,
            providers: dirgen.callable.compactMap { BenchProvider($0, of: dirgen) },
            unconfigured: Dictionary(unconfigured) { first, _ in first }, toolVersion: DirGenVersion.current,
            logger: logger)
        modelNames = dirgen.configuration.modelNames
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
