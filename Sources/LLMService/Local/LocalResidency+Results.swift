import LLMCore

extension LocalResidency {
    /// A server that kept a model is not asked to unload it again before.
    static let keptFor = Duration.seconds(1)

    mutating func release(_ model: String, _ now: Instant) {
        guard let calls = entries[model]?.calls, calls > 0 else { return }
        entries[model]?.calls = calls - 1
        entries[model]?.lastUsed = now
    }

    // MARK: Looking

    /// Takes over what the server says of its memory. What this process is changing at the moment is not overridden.
    mutating func observe(_ models: [LoadedModel], _ wall: Int64, _ now: Instant) {
        isObserving = false
        observedAt = now
        unmanagedUntil = nil
        let held = Dictionary(models.map { ($0.name, $0) }) { first, _ in first }
        for (name, entry) in entries where held[name] == nil && entry.calls == 0 {
            if entry.phase == .resident || entry.phase == .loadingElsewhere { entries[name] = nil }
        }
        for (name, model) in held {
            absent[name] = nil
            let phase: Phase = model.isLoading ? .loadingElsewhere : .resident
            let used = model.lastUsedAt.map { now - .microseconds(max(wall - $0, 0)) }
            guard let entry = entries[name] else {
                entries[name] = Entry(phase, at: now, isBusyElsewhere: model.isInUse)
                if let used { entries[name]?.lastUsed = used }
                continue
            }
            if let used { entries[name]?.lastUsed = max(entry.lastUsed, used) }
            if entry.phase == .loadingElsewhere { entries[name]?.phase = phase }
            entries[name]?.confirmedAt = now
            entries[name]?.isBusyElsewhere = model.isInUse && entry.calls == 0
        }
    }

    mutating func fail(_ error: LocalModelError, _ now: Instant, _ actions: inout [Action]) {
        isObserving = false
        guard error.reason != .managementUnavailable else {
            unmanagedUntil = now + limits.refusalsHold
            entries = entries.filter { $0.value.calls > 0 }
            return
        }
        // Whoever waits for a load or a pull hears from that; the others cannot be served.
        let underWay = Set(entries.filter { $0.value.phase != .resident }.keys)
        resume(&actions, .failure(error)) { wait in wait.model.map { !underWay.contains($0) } ?? true }
    }

    // MARK: Pulling and loading

    mutating func finishPull(_ model: String, _ took: Duration) {
        entries[model] = nil
        absent[model] = nil
        for index in waits.indices where waits[index].model == model { waits[index].ready.pull = took }
    }

    /// Ends an operation on a model with a failure, for all that waited for it.
    mutating func end(_ model: String, _ error: LocalModelError, _ actions: inout [Action]) {
        let wasStopped = entries[model]?.phase == .pulling(isStopping: true)
        entries[model] = nil
        // Who came after the last waiter had left gets a pull of its own.
        guard !wasStopped else { return }
        resume(&actions, .failure(error)) { $0.model == model }
    }

    mutating func finishLoad(_ model: String, _ took: Duration, _ now: Instant) {
        entries[model] = Entry(.resident, at: now, isOurs: true)
        for index in waits.indices where waits[index].model == model { waits[index].ready.load = took }
    }

    mutating func failLoad(_ model: String, _ error: LocalModelError, _ now: Instant, _ actions: inout [Action]) {
        switch error.reason {
        case .modelNotFound:
            entries[model] = nil
            absent[model] = now
        case .managementUnavailable: fail(error, now, &actions)
        default: end(model, error, &actions)
        }
    }

    mutating func finishUnload(_ model: String, _ done: Bool, _ now: Instant) {
        guard done else {
            entries[model]?.phase = .resident
            entries[model]?.keptUntil = now + LocalResidency.keptFor
            return
        }
        entries[model] = nil
    }

    // MARK: Telling

    /// The snapshot that routing needs.
    func snapshot(provider: ProviderID, loadTimes: [String: Duration], now: Instant) -> LocalSnapshot {
        let isManaged = observedAt != nil && !(unmanagedUntil.map { now < $0 } ?? false)
        var known: [String: LocalReadiness] = [:]
        for model in absent.keys { known[model] = .absent }
        for (model, entry) in entries {
            switch entry.phase {
            case .resident: known[model] = .warm
            case .pulling: known[model] = .absent
            case .unloading: known[model] = .cold(load: loadTimes[model])
            case .loadingElsewhere: known[model] = .loading(remaining: loadTimes[model])
            case .loading(let since):
                let remaining = loadTimes[model].map { max($0 - since.duration(to: now), .zero) }
                known[model] = .loading(remaining: remaining)
            }
        }
        return LocalSnapshot(
            provider: provider, isManaged: isManaged, pulls: limits.pulls, known: known, loadTimes: loadTimes)
    }
}
