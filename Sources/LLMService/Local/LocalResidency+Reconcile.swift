import LLMCore

extension LocalResidency {
    /// Does whatever the state allows now: hands out models, begins loads, makes room, ends what nobody wants.
    mutating func reconcile(_ now: Instant, _ actions: inout [Action]) {
        guard !isClosed else {
            return resume(&actions, .failure(error(.cancelled, "local models are not managed any more"))) { _ in true }
        }
        expire(now, &actions)
        if let until = unmanagedUntil, now < until {
            resume(&actions, .success(LocalModelReady(isManaged: false))) { _ in true }
        }
        serveLooks(now, &actions)
        servePlaces(now, &actions)
        for model in wantedModels { serve(model, now, &actions) }
        stopPullsNobodyWants(&actions)
        unloadIdle(now, &actions)
    }

    private var wantedModels: [String] {
        var seen: Set<String> = []
        return waits.compactMap(\.model).filter { seen.insert($0).inserted }
    }

    private mutating func expire(_ now: Instant, _ actions: inout [Action]) {
        for wait in waits where wait.until <= now {
            actions.append(.resume(wait.id, .failure(lateness(wait))))
        }
        waits.removeAll { $0.until <= now }
        absent = absent.filter { entries[$0.key] != nil || now < $0.value + limits.refusalsHold }
    }

    private func lateness(_ wait: Wait) -> LocalModelError {
        switch wait.wish {
        case .model(let model, _) where entries[model] != nil || !isObserving:
            error(.timeout, model: model, "\(model) was not ready in time")
        case .place(let model) where observedAt != nil && !isObserving:
            error(.inUse, model: model, "there is no place for it: every model in memory is answering")
        case .look, .model, .place: error(.timeout, "\(endpoint) does not answer in time")
        }
    }

    private func isFresh(_ now: Instant) -> Bool { observedAt.map { now < $0 + limits.freshness } ?? false }

    /// A model with a call in flight is there; of another the server must have said so lately.
    private func isConfirmed(_ model: String, _ now: Instant) -> Bool {
        entries[model].map { $0.calls > 0 || now < $0.confirmedAt + limits.freshness } ?? false
    }

    /// Asks the server what it holds, unless that is under way.
    private mutating func look(_ actions: inout [Action]) {
        guard !isObserving else { return }
        isObserving = true
        actions.append(.observe)
    }

    private mutating func serveLooks(_ now: Instant, _ actions: inout [Action]) {
        guard waits.contains(where: { $0.wish == .look }) else { return }
        guard isFresh(now) else { return look(&actions) }
        resume(&actions, .success(LocalModelReady())) { $0.wish == .look }
    }

    private mutating func servePlaces(_ now: Instant, _ actions: inout [Action]) {
        let models = waits.compactMap { if case .place(let model) = $0.wish { model } else { nil } }
        for model in models {
            guard isFresh(now) else { return look(&actions) }
            guard entries[model] != nil || hasPlace else {
                makePlace(now, &actions)
                continue
            }
            resume(&actions, .success(LocalModelReady())) { $0.wish == .place(model) }
        }
    }

    // MARK: One wanted model

    private mutating func serve(_ model: String, _ now: Instant, _ actions: inout [Action]) {
        switch entries[model]?.phase {
        case .resident: isConfirmed(model, now) ? handOut(model, now, &actions) : look(&actions)
        case .loadingElsewhere: load(model, now, &actions)
        case .pulling, .loading, .unloading: return
        case nil:
            guard isFresh(now) else { return look(&actions) }
            guard absent[model] == nil else { return fetch(model, now, &actions) }
            hasPlace ? load(model, now, &actions) : makePlace(now, &actions)
        }
    }

    private mutating func handOut(_ model: String, _ now: Instant, _ actions: inout [Action]) {
        let happy = waits.filter { $0.model == model }
        entries[model]?.calls += happy.count
        entries[model]?.lastUsed = now
        for wait in happy { actions.append(.resume(wait.id, .success(wait.ready))) }
        waits.removeAll { $0.model == model }
    }

    private mutating func load(_ model: String, _ now: Instant, _ actions: inout [Action]) {
        entries[model] = Entry(.loading(since: now), at: now, isOurs: true)
        actions.append(.load(model))
    }

    private mutating func fetch(_ model: String, _ now: Instant, _ actions: inout [Action]) {
        let refusal = error(.pullNotAllowed, model: model, "it is not on the disk, and pulling is not allowed here")
        resume(&actions, .failure(refusal)) { $0.wish == .model(model, pulls: false) }
        let missing = error(.modelNotFound, model: model, "it was pulled, yet the server does not find it")
        resume(&actions, .failure(missing)) { $0.model == model && $0.ready.pull != nil }
        guard waits.contains(where: { $0.model == model }) else { return }
        entries[model] = Entry(.pulling(isStopping: false), at: now)
        actions.append(.pull(model))
    }

    // MARK: Making room

    private var hasPlace: Bool { entries.values.count(where: \.takesMemory) < limits.mostLoaded }

    /// Lets the model go that was used longest ago, ours first.
    private mutating func makePlace(_ now: Instant, _ actions: inout [Action]) {
        let holding = entries.filter(\.value.takesMemory)
        // One goes at a time: it may be place enough.
        guard !holding.values.contains(where: { $0.phase == .unloading }) else { return }
        let wanted = Set(waits.compactMap(\.model))
        let victims = holding.filter { name, entry in
            entry.phase == .resident && entry.calls == 0 && !entry.isBusyElsewhere && !wanted.contains(name)
                && entry.keptUntil.map { $0 <= now } ?? true
        }
        let oldest = victims.min {
            ($0.value.isOurs ? 0 : 1, $0.value.lastUsed) < ($1.value.isOurs ? 0 : 1, $1.value.lastUsed)
        }
        guard let victim = oldest?.key else { return }
        unload(victim, &actions)
    }

    private mutating func unload(_ model: String, _ actions: inout [Action]) {
        entries[model]?.phase = .unloading
        actions.append(.unload(model))
    }

    // MARK: What nobody wants

    private mutating func stopPullsNobodyWants(_ actions: inout [Action]) {
        let wanted = Set(waits.compactMap(\.model))
        for (model, entry) in entries.sorted(by: { $0.key < $1.key })
        where entry.phase == .pulling(isStopping: false) && !wanted.contains(model) {
            entries[model]?.phase = .pulling(isStopping: true)
            actions.append(.stopPull(model))
        }
    }

    private mutating func unloadIdle(_ now: Instant, _ actions: inout [Action]) {
        guard let idle = limits.idle else { return }
        let wanted = Set(waits.compactMap(\.model))
        for (model, entry) in entries.sorted(by: { $0.key < $1.key })
        where entry.phase == .resident && entry.isOurs && entry.calls == 0 && !wanted.contains(model)
            && entry.lastUsed + idle <= now && entry.keptUntil.map({ $0 <= now }) ?? true
        {
            unload(model, &actions)
        }
    }
}
