import HTTPTypes
import LLMCore
import Synchronization

/// The answers of requests that carry an `Idempotency-Key`, so that one that is sent again is answered from the first call.
///
/// In memory, for a day, up to a limit of bytes; the oldest go first. A request whose caller left goes on to its end: who asks again gets
/// what was paid for.
final class IdempotentAnswers: Sendable {
    /// The request that a key stands for.
    struct Name: Sendable, Hashable {
        var tenant: String?
        var path: String
        var key: String
    }

    enum Claim: Sendable {
        /// The first of its key: it is answered, and its end is told by ``finish(_:with:)`` or ``abandon(_:)``.
        case first
        case repeated(WholeResponse)
        /// The first is being answered; the claim is made again once it has ended.
        case underWay(AsyncStream<Never>)
        /// The key stood for another request.
        case conflict
    }

    fileprivate struct Entry: Sendable {
        var digest: String
        var response: WholeResponse?
        var ends: ContinuousClock.Instant
        var order: UInt64
        var waiters: [AsyncStream<Never>.Continuation] = []
    }
    fileprivate struct State: Sendable {
        var entries: [Name: Entry] = [:]
        var bytes = 0
        var order: UInt64 = 0
    }

    private let state = Mutex(State())
    private let time: TimeSource
    private let capacity: Int
    private let lifetime: Duration

    init(time: TimeSource = .live, capacity: Int = 64 << 20, lifetime: Duration = .seconds(86_400)) {
        self.time = time
        self.capacity = capacity
        self.lifetime = lifetime
    }

    /// - Parameter digest: Of the request's body.
    func claim(_ name: Name, digest: String) -> Claim {
        let now = time.now()
        return state.withLock { state in
            if let entry = state.entries[name], entry.ends > now || entry.response == nil {
                guard entry.digest == digest else { return .conflict }
                if let response = entry.response { return .repeated(response) }
                let (wait, waiter) = AsyncStream<Never>.makeStream()
                state.entries[name]?.waiters.append(waiter)
                return .underWay(wait)
            }
            state.forget(name)
            state.order += 1
            state.entries[name] = Entry(digest: digest, ends: now + lifetime, order: state.order)
            return .first
        }
    }

    /// Keeps the answer of a first request.
    func finish(_ name: Name, with response: WholeResponse) {
        let waiters = state.withLock { state -> [AsyncStream<Never>.Continuation] in
            guard var entry = state.entries[name] else { return [] }
            let waiters = entry.waiters
            entry.response = response
            entry.waiters = []
            state.entries[name] = entry
            state.bytes += response.body.count
            while state.bytes > capacity, let oldest = state.oldestAnswered { state.forget(oldest) }
            return waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Lets a key go whose first request bought nothing: the next one is a first again.
    func abandon(_ name: Name) {
        let waiters = state.withLock { state in
            let waiters = state.entries[name]?.waiters ?? []
            state.forget(name)
            return waiters
        }
        for waiter in waiters { waiter.finish() }
    }
}

extension IdempotentAnswers.State {
    fileprivate mutating func forget(_ name: IdempotentAnswers.Name) {
        guard let entry = entries.removeValue(forKey: name) else { return }
        bytes -= entry.response?.body.count ?? 0
    }

    fileprivate var oldestAnswered: IdempotentAnswers.Name? {
        entries.filter { $0.value.response != nil }.min { $0.value.order < $1.value.order }?.key
    }
}

/// A response on its way to a caller who may have left, and kept whole.
actor KeptResponse: ResponseSink {
    private let caller: any ResponseSink
    private var status = HTTPResponse.Status.ok
    private var fields = HTTPFields()
    private var body: [UInt8] = []
    private var isWhole = false
    private var callerLeft = false
    /// A longer one is not kept: no caller waits for so much again.
    private static let mostBytes = 64 << 20
    private var isTooLong = false

    init(for caller: any ResponseSink) { self.caller = caller }

    /// The whole response; `nil` when it never came to its end.
    var response: WholeResponse? { isWhole ? WholeResponse(status: status, fields: fields, body: body) : nil }

    func respond(_ response: WholeResponse) async throws {
        (status, fields, body, isWhole) = (response.status, response.fields, response.body, true)
        await tell { try await $0.respond(response) }
    }

    func begin(_ status: HTTPResponse.Status, _ fields: HTTPFields, _ bytes: [UInt8]) async throws {
        (self.status, self.fields, body) = (status, fields, bytes)
        await tell { try await $0.begin(status, fields, bytes) }
    }

    func write(_ bytes: [UInt8]) async throws {
        keep(bytes)
        await tell { try await $0.write(bytes) }
    }

    func end(_ bytes: [UInt8]) async throws {
        keep(bytes)
        isWhole = !isTooLong
        await tell { try await $0.end(bytes) }
    }

    private func keep(_ bytes: [UInt8]) {
        isTooLong = isTooLong || body.count + bytes.count > Self.mostBytes
        if isTooLong { body = [] } else { body += bytes }
    }

    private func tell(_ send: (any ResponseSink) async throws -> Void) async {
        guard !callerLeft else { return }
        do { try await send(caller) } catch { callerLeft = true }
    }
}
