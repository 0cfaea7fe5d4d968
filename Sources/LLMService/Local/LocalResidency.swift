import LLMCore

/// Which models a local server shall hold in memory: the policy as pure state, `(State, Event, now) -> (State, [Action])`.
///
/// A model that is wanted is loaded when a place is free, else in the place of the one that was used longest ago; never of one
/// with calls in flight. Who wants the same model shares one pull and one load. Models that others loaded count, are evicted
/// last, and are never unloaded for being idle.
struct LocalResidency: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias Outcome = Result<LocalModelReady, LocalModelError>

    /// Names one caller's wish.
    struct WaitID: Sendable, Hashable { let number: Int }

    enum Wish: Sendable, Hashable {
        /// Only to know what is in memory.
        case look
        /// A place in memory for a model that the caller loads by itself.
        case place(String)
        case model(String, pulls: Bool)
    }

    enum Event: Sendable {
        case wanted(WaitID, Wish, until: Instant)
        case left(WaitID)
        /// A call that held a model ended.
        case released(String)
        /// `wall` is the time the models' own instants count from, in microseconds since 1970.
        case observed([LoadedModel], wall: Int64 = 0)
        case observationFailed(LocalModelError)
        case pulled(String, took: Duration)
        case pullFailed(String, LocalModelError)
        case loaded(String, took: Duration)
        case loadFailed(String, LocalModelError)
        /// `done` is false when the server kept it.
        case unloaded(String, done: Bool)
        case tick
        /// The manager has stopped.
        case closed
    }

    enum Action: Sendable, Hashable {
        case observe
        case pull(String)
        case stopPull(String)
        case load(String)
        case unload(String)
        /// A success holds the model until it is released.
        case resume(WaitID, Outcome)
    }

    enum Phase: Sendable, Hashable {
        case pulling(isStopping: Bool)
        case loading(since: Instant)
        /// Somebody else is loading it.
        case loadingElsewhere
        case resident
        case unloading
    }

    struct Entry: Sendable, Hashable {
        var phase: Phase
        /// Calls of this process that hold it.
        var calls = 0
        var lastUsed: Instant
        /// When the server last said that it is so.
        var confirmedAt: Instant
        /// Loaded by this process.
        var isOurs = false
        /// The server says that it is answering.
        var isBusyElsewhere = false
        /// The server refused to unload it: not tried again before.
        var keptUntil: Instant?

        var takesMemory: Bool { if case .pulling = phase { false } else { true } }

        init(_ phase: Phase, at now: Instant, isOurs: Bool = false, isBusyElsewhere: Bool = false) {
            self.phase = phase
            self.isOurs = isOurs
            self.isBusyElsewhere = isBusyElsewhere
            lastUsed = now
            confirmedAt = now
        }
    }

    struct Wait: Sendable, Hashable {
        let id: WaitID
        let wish: Wish
        let until: Instant
        var ready = LocalModelReady()
        var model: String? { if case .model(let name, _) = wish { name } else { nil } }
    }

    let limits: LocalModelLimits
    let endpoint: String
    /// In the order they came.
    var waits: [Wait] = []
    var entries: [String: Entry] = [:]
    /// Models that a load found missing, and when.
    var absent: [String: Instant] = [:]
    var observedAt: Instant?
    var isObserving = false
    var unmanagedUntil: Instant?
    var isClosed = false

    init(limits: LocalModelLimits, endpoint: String) {
        self.limits = limits
        self.endpoint = endpoint
    }

    mutating func handle(_ event: Event, now: Instant) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .wanted(let id, let wish, let until): waits.append(Wait(id: id, wish: wish, until: until))
        case .left(let id): resume(&actions, .failure(error(.cancelled, "cancelled"))) { $0.id == id }
        case .released(let model): release(model, now)
        case .observed(let models, let wall): observe(models, wall, now)
        case .observationFailed(let error): fail(error, now, &actions)
        case .pulled(let model, let took): finishPull(model, took)
        case .pullFailed(let model, let error): end(model, error, &actions)
        case .loaded(let model, let took): finishLoad(model, took, now)
        case .loadFailed(let model, let error): failLoad(model, error, now, &actions)
        case .unloaded(let model, let done): finishUnload(model, done, now)
        case .tick: break
        case .closed: isClosed = true
        }
        reconcile(now, &actions)
        return actions
    }

    func error(_ reason: LocalModelError.Reason, model: String? = nil, _ message: String) -> LocalModelError {
        LocalModelError(reason, model: model, endpoint: endpoint, message: message)
    }

    mutating func resume(
        _ actions: inout [Action], _ outcome: Outcome, where matches: (Wait) -> Bool
    ) {
        for wait in waits where matches(wait) { actions.append(.resume(wait.id, outcome)) }
        waits.removeAll(where: matches)
    }

    /// When a ``Event/tick`` could change something; `nil` when only events can.
    var nextWake: Instant? {
        var instants = waits.map(\.until)
        if !waits.isEmpty { instants += entries.values.compactMap(\.keptUntil) }
        if let idle = limits.idle {
            let idlers = entries.values.filter { $0.phase == .resident && $0.isOurs && $0.calls == 0 }
            instants += idlers.map { max($0.lastUsed + idle, $0.keptUntil ?? $0.lastUsed) }
        }
        return instants.min()
    }
}
