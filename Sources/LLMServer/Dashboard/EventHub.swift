import Synchronization

/// One open stream of events, with what it has not sent yet.
final class EventListener: Sendable {
    private let queue = Mutex(EventQueue(limit: 256))
    private let bell: AsyncStream<Void>
    private let ringing: AsyncStream<Void>.Continuation

    init() { (bell, ringing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func push(_ events: [LiveEvent]) {
        queue.withLock { queue in
            for event in events { queue.push(event) }
        }
        ringing.yield()
    }

    func end() { ringing.finish() }

    /// Hands on what comes, as it comes, until the hub ends or the caller is cancelled.
    func forEach(_ send: ([UInt8]) async throws -> Void) async throws {
        for await _ in bell {
            let bytes = queue.withLock { $0.drain() }
            if !bytes.isEmpty { try await send(bytes) }
        }
    }
}

/// The listeners of the event stream: a bounded number, who all get the same events.
final class EventHub: Sendable {
    private struct State: Sendable {
        var listeners: [ObjectIdentifier: EventListener] = [:]
        var hasEnded = false
        /// For whoever comes later: the newest calls, and the newest of each other kind.
        var recent: [LiveEvent] = []
        var newest: [LiveEvent.Kind: LiveEvent] = [:]
    }

    private let state = Mutex(State())
    private let maxListeners: Int
    /// Rings when somebody begins to listen.
    let arrivals: AsyncStream<Void>
    private let arriving: AsyncStream<Void>.Continuation

    static let recentCalls = 200

    init(maxListeners: Int = 32) {
        self.maxListeners = maxListeners
        (arrivals, arriving) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var hasListeners: Bool { state.withLock { !$0.listeners.isEmpty && !$0.hasEnded } }
    var isFull: Bool { state.withLock { $0.listeners.count >= maxListeners || $0.hasEnded } }

    /// - Returns: `nil` when too many listen already, and once the hub has ended.
    func join() -> EventListener? {
        let listener = EventListener()
        let joined = state.withLock { state in
            guard state.listeners.count < maxListeners, !state.hasEnded else { return false }
            listener.push(state.recent + state.newest.values)
            state.listeners[ObjectIdentifier(listener)] = listener
            return true
        }
        guard joined else { return nil }
        arriving.yield()
        return listener
    }

    func leave(_ listener: EventListener) {
        state.withLock { state in
            state.listeners[ObjectIdentifier(listener)] = nil
            // Whoever comes next gets what is read then.
            if state.listeners.isEmpty { state = State(hasEnded: state.hasEnded) }
        }
    }

    func publish(_ events: [LiveEvent]) {
        guard !events.isEmpty else { return }
        let listeners = state.withLock { state in
            for event in events {
                switch event.kind {
                case .call: state.recent.append(event)
                case .traffic, .status, .run: state.newest[event.kind] = event
                case .problem, .skipped, .heartbeat: break
                }
            }
            state.recent.removeFirst(max(0, state.recent.count - Self.recentCalls))
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.push(events) }
    }

    /// Ends every stream, and takes no more listeners.
    func end() {
        let listeners = state.withLock { state in
            defer { state = State(hasEnded: true) }
            return Array(state.listeners.values)
        }
        arriving.finish()
        for listener in listeners { listener.end() }
    }
}
