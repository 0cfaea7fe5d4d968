public import LLMCore
public import LLMService

extension DirGen {
    /// Releases the safety lock, and closes breakers of providers and models.
    ///
    /// - Parameters:
    ///   - lock: Release the safety lock.
    ///   - breakers: `groq` with all its models, or `groq/openai/gpt-oss-120b`; at every address where one is known.
    ///   - now: Wall clock, microseconds since 1970.
    /// - Returns: The changes; empty when there was nothing to release or close.
    /// - Throws: ``ConfigurationError`` for a name that is neither configured nor known; nothing is changed then.
    public func reset(
        lock: Bool, breakers: [String], now: Int64 = TimeSource.live.wallMicroseconds()
    ) async throws -> [HealthEvent] {
        let snapshot = await service.health.snapshot(now: now)
        var commands: [HealthCommand] = []
        if lock {
            commands.append(.releaseLock(scope: service.configuration.scope, simulated: configuration.simulated))
        }
        for name in breakers { commands += try breakerKeys(named: name, snapshot).map(HealthCommand.closeBreaker) }
        var events: [HealthEvent] = []
        for command in commands { events += await service.health.perform(command, now: now) }
        return events
    }

    private func breakerKeys(named text: String, _ snapshot: HealthSnapshot) throws(ConfigurationError) -> [HealthKey] {
        let known = snapshot.entries.filter { $0.state.breaker != nil }.map(\.key)
        let model = try? configuration.model(named: text)
        let found = known.filter { key in
            key.subject.breakerNames.contains { $0 == text || $0 == model?.description }
        }
        if !found.isEmpty { return found }
        // Configured, and nothing was ever held against it.
        if model != nil || configuration.provider(ProviderID(text)) != nil { return [] }
        let names = Set(known.flatMap(\.subject.breakerNames)).sorted()
        let all = names.isEmpty ? configuration.providers.map(\.name.rawValue).sorted() : names
        throw ConfigurationError(
            option: "breaker", message: "no provider or model is known as '\(text)'",
            hint: Suggestion.hint(for: text, among: all) ?? "there are \(all.joined(separator: ", "))")
    }
}

extension HealthKey.Subject {
    /// As users name it, or what it belongs to; none for breakers of keys, which have their own command.
    fileprivate var breakerNames: [String] {
        switch self {
        case .provider(let provider): [provider.rawValue]
        case .model(let model): [model.description, model.provider.rawValue]
        case .key, .limits, .lock, .hedges: []
        }
    }
}

extension HealthEvent {
    /// A description of the change: `the breaker of model groq/a: closed`.
    public var description: String {
        let subject = key?.subject.description ?? "learnt health"
        return switch change {
        case .breakerClosed: "the breaker of \(subject): closed"
        case .lockReleased(let reason): "the safety lock: released (\(reason))"
        case .keyCoolingDown(let until): "\(subject): cools down until \(NumberText.timestamp(microseconds: until))"
        case .keyEnabled: "\(subject): re-enabled"
        case .keyRetired(let because, let recheck):
            "\(subject): retired (\(because.rawValue)), tested again "
                + NumberText.timestamp(microseconds: recheck)
        default: "\(subject): \(name)"
        }
    }
}
