import LLMCore
import Synchronization

/// A registry of calls that are under way, so that equal requests share one (single flight).
final class SingleFlight: Sendable {
    /// The criteria under which two callers can share one call.
    struct Identity: Sendable, Hashable {
        var key: CacheKey
        /// The models that may answer in place of the first, and within which bounds: a caller must get nothing it did not allow.
        var models: [ModelID]
        var fallback: Bool
        var retries: Int
        var maxCost: USD?
        var constraints: SelectionConstraints?
        var profile: AgentProfile?
        /// A buffered response may still come from another model after its first token.
        var delivery: EventDelivery
    }
    enum Entry: Sendable {
        /// Another call ended meanwhile, and left this.
        case served(CacheEntry)
        case joined(Subscription)
        /// The caller is the first: the call is to be made.
        case opened(Subscription)
    }
    /// A caller's part in a shared call, which ends when this is released.
    final class Subscription: Sendable {
        let call: SharedCall
        let reader: SharedCall.Reader
        private let identity: Identity
        private let registry: SingleFlight

        fileprivate init(
            _ call: SharedCall, _ reader: SharedCall.Reader, _ identity: Identity, _ registry: SingleFlight
        ) {
            self.call = call
            self.reader = reader
            self.identity = identity
            self.registry = registry
        }
        deinit { if call.leave(reader) { registry.close(call, identity) } }
    }

    private let calls = Mutex<[Identity: SharedCall]>([:])

    /// The number of calls in flight.
    var count: Int { calls.withLock { $0.count } }
    /// The number of callers who take part in one.
    var subscriberCount: Int { calls.withLock { $0.values.reduce(0) { $0 + $1.subscriberCount } } }

    /// Joins the call of equal requests, or opens it.
    ///
    /// - Parameter kept: What is in memory by now: a call that ended leaves its answer there before it is taken out.
    func enter(
        _ identity: Identity, as id: CallID, deadline: ContinuousClock.Instant, kept: () -> CacheEntry?
    ) -> Entry {
        calls.withLock { calls in
            if let call = calls[identity], let reader = call.join() {
                return .joined(Subscription(call, reader, identity, self))
            }
            if let entry = kept() { return .served(entry) }
            let call = SharedCall(id: id, deadline: deadline)
            calls[identity] = call
            return .opened(Subscription(call, SharedCall.first, identity, self))
        }
    }

    /// Takes a call out, if it is still that one.
    func close(_ call: SharedCall, _ identity: Identity) {
        calls.withLock { calls in
            if calls[identity] === call { calls[identity] = nil }
        }
    }
}
