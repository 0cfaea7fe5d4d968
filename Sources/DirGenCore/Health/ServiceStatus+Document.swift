public import DirGenAPI
import LLMCore
import LLMService

extension ServiceStatus {
    /// The document of `status`; breakers are all that are known.
    public var document: StatusDocument {
        StatusDocument(
            readAt: health.now, simulated: health.simulated, database: database, databaseExists: databaseExists,
            endpoints: endpoints.map { .init(provider: $0.provider, endpoint: $0.endpoint, isLocal: $0.isLocal) },
            lock: health.lock.document, breakers: health.breakers.map(\.document),
            limits: health.limits.map(\.document), keys: keys.map(\.document),
            hedges: hedges.map { .init(spent: $0.spent, hedged: $0.hedged) },
            localServers: localServers.map {
                LocalServerDocument(
                    provider: $0.provider, endpoint: $0.endpoint, problem: $0.problem, loaded: $0.loaded)
            })
    }
}

extension HealthReport.Lock {
    fileprivate var document: LockDocument {
        LockDocument(
            state: isEngaged ? "engaged" : "released", holds: holds, changedAt: since, reason: reason,
            releasesAt: releasesAt, probing: isProbing, nextProbeAt: nextProbeAt,
            limited: clouds.map { .init(provider: $0.provider, until: $0.until) })
    }
}

extension HealthReport.Breaker {
    fileprivate var document: BreakerDocument {
        BreakerDocument(
            of: subject, endpoint: endpoint, phase: phase, changedAt: since, openUntil: openUntil, probing: isProbing,
            lastFailure: lastFailure, openings: openings, calls: calls, failed: failed, failureRatio: failureRatio)
    }
}

extension HealthReport.Limit {
    fileprivate var document: LimitDocument {
        LimitDocument(
            model: model, key: key, endpoint: endpoint, blockedUntil: blockedUntil, blockedWindow: blockedWindow,
            inFlight: inFlight, reservedTokens: reservedTokens,
            windows: windows.map {
                .init(
                    resource: $0.resource, window: $0.window, limit: $0.limit, remaining: $0.remaining,
                    resetAt: $0.resetAt)
            })
    }
}

extension KeyReport {
    /// An element of `keys list`.
    public var document: KeyDocument {
        KeyDocument(
            provider: provider, fingerprint: fingerprint, variable: variable, configured: isConfigured,
            endpoint: endpoint, state: condition.rawValue, until: until, window: window, because: health?.because,
            limits: limits.map {
                .init(model: $0.model, until: $0.blockedUntil, window: $0.blockedWindow?.name)
            }, known: health?.state, quotaGroup: quotaGroup)
    }
}

extension HealthEvent {
    /// An element of the changes that `status reset` and `keys` print.
    public var document: ChangesDocument.Change {
        ChangesDocument.Change(event: name, subject: key?.subject.description ?? "", text: description)
    }
}

extension ModelSelection {
    /// The document of `select`.
    public var document: SelectionDocument {
        SelectionDocument(
            task: task, model: model, arm: arm, runnerUp: runnerUp, certified: certified, confidence: confidence,
            verdict: verdict, row: row, clusters: clusters, worth: worth, simulated: simulated, live: live,
            derivedAt: derivedAt, reason: reason)
    }
}
