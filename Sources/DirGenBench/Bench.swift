public import BenchCore
import BenchRunner
public import LLMCore
public import Logging

/// The bench as one use case: read, plan, run, derive, report.
public struct Bench: Sendable {
    let asker: any Asker
    let store: any RunStore
    let prices: PriceBook
    let providers: [BenchProvider]
    /// Known providers that cannot be called, and what would change that.
    let unconfigured: [ProviderID: String]
    /// The names of models; those of a configuration know aliases of providers too.
    var modelNames: ModelResolver
    let toolVersion: String
    let time: TimeSource
    let logger: Logger

    public init(
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
