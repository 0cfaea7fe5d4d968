public import LLMCore
import LLMProviders
import LLMService

extension DirGen {
    /// The learnt state of providers and keys, with the configuration and the models that local servers have in memory.
    /// Sends nothing to a provider that is not local.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func status(now: Int64 = TimeSource.live.wallMicroseconds()) async throws -> ServiceStatus {
        async let servers = localServers()
        let snapshot = try await healthSnapshot(now: now)
        let health = healthReport(snapshot, now: now)
        return ServiceStatus(
            database: configuration.database, databaseExists: store != nil, health: health, keys: keys(health),
            hedges: snapshot.entries.first { $0.key.subject == .hedges }?.state.hedges,
            endpoints: callable.map { settings in
                .init(provider: settings.name, endpoint: endpoint(of: settings), isLocal: settings.isLocal)
            }, localServers: await servers)
    }

    /// The keys that are configured or were ever used.
    ///
    /// - Throws: `StoreError` when the database cannot be read.
    public func keys(now: Int64 = TimeSource.live.wallMicroseconds()) async throws -> [KeyReport] {
        keys(healthReport(try await healthSnapshot(now: now), now: now))
    }

    /// The learnt health of this environment. A database that may only be read is read as it is.
    func healthSnapshot(now: Int64) async throws -> HealthSnapshot {
        guard let store, store.isReadOnly else { return await service.health.snapshot(now: now) }
        let states = try await store.states(simulated: configuration.simulated)
        return HealthSnapshot(states.healed(now: now, policy: configuration.health))
    }

    private func healthReport(_ snapshot: HealthSnapshot, now: Int64) -> HealthReport {
        HealthReport(
            snapshot, simulated: configuration.simulated, clouds: service.configuration.clouds,
            scope: service.configuration.scope, now: now, policy: configuration.health)
    }

    func endpoint(of settings: ProviderSettings) -> String {
        clients[settings.name]?.endpoint ?? settings.row.baseURL.description
    }

    private func keys(_ health: HealthReport) -> [KeyReport] {
        let known = knownKeys(health)
        return known.map { key in
            var key = key
            // Keys that share a quota are held back together: what is learnt of it stands at the first of them.
            let group = known.filter { $0.isConfigured && key.sharesQuota(with: $0) }.map(\.fingerprint)
            let owner = group.min { $0.rawValue < $1.rawValue } ?? key.fingerprint
            key.limits = health.limits.filter {
                $0.blockedUntil != nil && $0.key == owner && $0.model.provider == key.provider
                    && $0.endpoint == key.endpoint
            }
            return key
        }
    }

    /// Those configured first, in their order, then those that were used once.
    private func knownKeys(_ health: HealthReport) -> [KeyReport] {
        var rest = health.keys
        var reports: [KeyReport] = []
        for settings in configuration.providers {
            let endpoint = endpoint(of: settings)
            for (index, key) in settings.keys.enumerated() {
                let isSame = { (known: HealthReport.Key) in
                    known.provider == settings.name && known.key == key.fingerprint && known.endpoint == endpoint
                }
                let known = rest.first(where: isSame)
                rest.removeAll(where: isSame)
                let variables = settings.keyVariables
                reports.append(
                    KeyReport(
                        provider: settings.name, fingerprint: key.fingerprint,
                        variable: variables.indices.contains(index) ? variables[index] : nil, isConfigured: true,
                        endpoint: endpoint, health: known,
                        quotaGroup: settings.quotaGroups[key.fingerprint] ?? known?.state.quotaGroup))
            }
        }
        return reports
            + rest.map {
                KeyReport(
                    provider: $0.provider, fingerprint: $0.key, variable: nil, isConfigured: false,
                    endpoint: $0.endpoint, health: $0, quotaGroup: $0.state.quotaGroup)
            }
    }

    private func localServers() async -> [ServiceStatus.LocalServer] {
        await withTaskGroup(of: ServiceStatus.LocalServer.self) { group in
            for settings in callable where settings.isLocal {
                guard let client = clients[settings.name] else { continue }
                let server = LocalServer(client, credential: settings.keys.first)
                group.addTask {
                    var status = ServiceStatus.LocalServer(provider: settings.name, endpoint: client.endpoint)
                    do throws(LocalModelError) {
                        status.loaded = try await server.loadedModels().sorted { $0.name < $1.name }
                    } catch {
                        status.problem = error.description
                    }
                    return status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.provider < $1.provider }
        }
    }
}
