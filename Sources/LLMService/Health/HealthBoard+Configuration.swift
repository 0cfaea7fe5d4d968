public import LLMCore

extension HealthBoard {
    /// For a service without a database: what it learns is gone with it.
    static func inMemory(of configuration: ServiceConfiguration) -> HealthBoard {
        HealthBoard(
            store: InMemoryHealthStore(), simulated: configuration.simulated,
            options: Options(clouds: configuration.clouds))
    }
}

extension ServiceConfiguration {
    /// Providers that can be called and are not local: those the safety lock counts.
    public var clouds: Set<ProviderID> { Set(targets.values.filter { !$0.isLocal }.map(\.provider)) }
}
