public import LLMCore
import LLMService

/// Names that end in `_at` are microseconds since 1970, `null` is unknown or does not apply.
extension ServiceStatus {
    /// The document `status --format json` prints; breakers are all that are known.
    public var json: JSONValue {
        [
            "read_at": instant(health.now), "world": .string(health.simulated ? "simulated" : "real"),
            "simulated": .bool(health.simulated), "db": .string(database), "db_exists": .bool(databaseExists),
            "endpoints": .array(
                endpoints.map {
                    [
                        "provider": .string($0.provider.rawValue), "endpoint": .string($0.endpoint),
                        "local": .bool($0.isLocal),
                    ]
                }), "lock": health.lock.json, "breakers": .array(health.breakers.map(\.json)),
            "limits": .array(health.limits.map(\.json)), "keys": .array(keys.map(\.json)),
            "hedges": hedges.map {
                ["spent_usd": JSONValue($0.spent), "hedged_usd": JSONValue($0.hedged)]
            } ?? .null, "local_servers": .array(localServers.map(\.json)),
        ]
    }
}

private func instant(_ microseconds: Int64?) -> JSONValue {
    microseconds.map { .number(JSONNumber($0)) } ?? .null
}
private func words(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

extension HealthReport.Lock {
    var json: JSONValue {
        [
            "state": .string(isClosed ? "engaged" : "released"), "holds": .bool(holds), "changed_at": instant(since),
            "reason": words(reason), "opens_at": instant(opensAt), "probing": .bool(isProbing),
            "next_probe_at": instant(nextProbeAt),
            "limited": .array(
                clouds.map { ["provider": .string($0.provider.rawValue), "until_at": instant($0.until)] }),
        ]
    }
}

extension HealthReport.Breaker {
    var json: JSONValue {
        let (scope, provider, model, key): (String, ProviderID?, ModelID?, KeyFingerprint?) =
            switch subject {
            case .provider(let provider): ("provider", provider, nil, nil)
            case .model(let model): ("model", model.provider, model, nil)
            case .key(let provider, let key): ("key", provider, nil, key)
            case .limits(let model, let key): ("limits", model.provider, model, key)
            case .lock, .hedges: ("other", nil, nil, nil)
            }
        return [
            "scope": .string(scope), "provider": words(provider?.rawValue), "model": words(model?.description),
            "key": words(key?.rawValue), "endpoint": .string(endpoint), "phase": .string(phase.rawValue),
            "changed_at": instant(since), "open_until_at": instant(openUntil), "probing": .bool(isProbing),
            "last_failure": words(lastFailure?.rawValue), "openings": JSONValue(openings), "calls": JSONValue(calls),
            "failed": JSONValue(failed), "failure_ratio": failureRatio.map { JSONValue($0) } ?? .null,
        ]
    }
}

extension HealthReport.Limit {
    var json: JSONValue {
        [
            "model": .string(model.description), "key": words(key?.rawValue), "endpoint": .string(endpoint),
            "blocked_until_at": instant(blockedUntil), "blocked_window": words(blockedWindow?.rawValue),
            "in_flight": JSONValue(inFlight), "reserved_tokens": JSONValue(reservedTokens),
            "windows": .array(
                windows.map {
                    [
                        "resource": .string($0.resource.rawValue), "window": .string($0.window.rawValue),
                        "limit": $0.limit.map { JSONValue($0) } ?? .null,
                        "remaining": $0.remaining.map { JSONValue($0) } ?? .null, "reset_at": instant($0.resetAt),
                    ]
                }),
        ]
    }
}

extension KeyReport {
    /// One element of `keys list --format json`.
    public var json: JSONValue {
        let state = health?.state
        let failures = (state?.failures ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }
        return [
            "provider": .string(provider.rawValue), "fingerprint": .string(fingerprint.rawValue),
            "variable": words(variable), "configured": .bool(isConfigured), "endpoint": .string(endpoint),
            "state": .string(condition.rawValue), "until_at": instant(until), "window": words(window?.rawValue),
            "because": words(health?.because?.rawValue),
            "limits": .array(
                limits.map {
                    [
                        "model": .string($0.model.description), "until_at": instant($0.blockedUntil),
                        "window": words($0.blockedWindow?.name),
                    ]
                }), "uses": JSONValue(state?.uses ?? 0),
            "successes": JSONValue(state?.successes ?? 0),
            "failures": .object(JSONObject(failures.map { .init(key: $0.key.rawValue, value: JSONValue($0.value)) })),
            "last_failure": words(state?.lastFailure?.rawValue), "last_used_at": instant(state?.lastUsedAt),
            "last_limited_at": instant(state?.lastLimitedAt), "quota_group": words(quotaGroup),
        ]
    }
}

extension ServiceStatus.LocalServer {
    var json: JSONValue {
        [
            "provider": .string(provider.rawValue), "endpoint": .string(endpoint), "problem": words(problem),
            "loaded": loaded.map { models in
                .array(
                    models.map {
                        [
                            "model": .string($0.name), "backend": words($0.backend), "in_use": .bool($0.isInUse),
                            "loading": .bool($0.isLoading), "last_used_at": instant($0.lastUsedAt),
                            "keep_alive": words($0.keepAlive),
                        ]
                    })
            } ?? .null,
        ]
    }
}
