import AsyncHTTPClient
import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1
import Synchronization

/// One attempt as its bytes arrive: stamps, decodes, hands events on and keeps the deadline, all on the event loop.
final class AttemptDelegate: HTTPClientResponseDelegate {
    typealias Response = Void
    typealias Events = AsyncThrowingStream<ChatEvent, any Error>.Continuation

    private let call: ModelCall
    private let row: ProviderRow
    private let endpoint: String
    private let simulated: Bool
    private let events: Events
    private let state: Mutex<State>

    private struct State {
        var progress: AttemptProgress
        var decoder: ResponseDecoder?
        var status: Int?
        var headers: [String: String] = [:]
        var received = 0
        var timer: Scheduled<Void>?
        var timeout: AttemptClass?
        var isOver = false
    }

    /// A stream longer than this is cut: it is no answer, and memory is finite.
    private static let mostBytes = 256 << 20
    /// After its terminal marker a body gets this long to end, so that its connection can be used again.
    private static let grace = Duration.milliseconds(250)

    init(
        call: ModelCall, row: ProviderRow, endpoint: String, simulated: Bool, events: Events,
        now: ContinuousClock.Instant
    ) {
        self.call = call
        self.row = row
        self.endpoint = endpoint
        self.simulated = simulated
        self.events = events
        state = Mutex(State(progress: AttemptProgress(deadline: call.deadline, sentAt: now)))
    }

    /// `t_send`.
    func begin(at instant: ContinuousClock.Instant) { state.withLock { $0.progress.begin(at: instant) } }

    /// The request never left: it cannot be written in this dialect, or its address is none.
    func refuse(_ error: any Error) {
        let failure = TransportFailure(error, endpoint: endpoint, secrets: secrets)
        let decoded = DecodedAnswer(outcome: failure.outcome, failure: ProviderFailure(message: failure.message))
        close(decoded, at: .now)
    }

    // MARK: Deadlines

    func watch(_ task: HTTPClient.Task<Void>) {
        let isOver = state.withLock { $0.isOver }
        if !isOver { schedule(task) }
    }

    /// One timer for the nearest deadline. Tokens move that deadline without touching the timer, which looks again when it fires.
    private func schedule(_ task: HTTPClient.Task<Void>) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.timer?.cancel()
            let wait = max(.zero, state.progress.nextDeadline.instant - .now)
            state.timer = task.eventLoop.scheduleTask(in: TimeAmount(wait)) { [weak self] in self?.check(task) }
        }
    }

    private func check(_ task: HTTPClient.Task<Void>) {
        let now = ContinuousClock.now
        let (due, complete) = state.withLock { state -> (AttemptClass?, Bool) in
            guard !state.isOver, state.progress.nextDeadline.instant <= now else { return (nil, false) }
            if state.progress.terminal != nil { return (nil, true) }
            state.timeout = state.progress.nextDeadline.outcome
            return (state.timeout, false)
        }
        if complete {
            finish(at: now)
            task.cancel()
        } else if due != nil {
            fail(with: nil, at: now)
            task.cancel()
        } else {
            schedule(task)
        }
    }

    // MARK: HTTPClientResponseDelegate

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        state.withLock { $0.progress.connected(at: .now) }
        schedule(task)
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let now = ContinuousClock.now
        state.withLock { state in
            state.progress.receivedHead(at: now)
            state.status = Int(head.status.code)
            state.headers = AllowedHeaders.pick(from: head.headers)
            state.decoder = ResponseDecoder(
                dialect: row.dialect, quirks: row.quirks, streaming: call.request.stream, status: Int(head.status.code),
                headers: head.headers.map { (name: $0.name, value: $0.value) }, emitsRaw: call.request.original != nil,
                secrets: secrets)
        }
        if !call.request.stream { schedule(task) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let now = ContinuousClock.now
        var arrived: [ChatEvent] = []
        let (moved, tooLong) = state.withLock { state -> (Bool, Bool) in
            guard !state.isOver else { return (false, false) }
            state.received += buffer.readableBytes
            buffer.withUnsafeReadableBytes { state.decoder?.feed($0, into: &arrived) }
            let isFirst = state.progress.arrived(arrived, at: now, streaming: call.request.stream)
            let ended = state.decoder?.sawTerminal == true && state.progress.markTerminal(at: now, grace: Self.grace)
            return (isFirst || ended, state.received > Self.mostBytes)
        }
        for event in arrived { events.yield(event) }
        if tooLong {
            fail(with: AnswerTooLong(limit: Self.mostBytes), at: now)
            task.cancel()
        } else if moved {
            schedule(task)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws { finish(at: .now) }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        let complete = state.withLock { $0.progress.terminal != nil }
        if complete { finish(at: .now) } else { fail(with: error, at: .now) }
    }

    // MARK: Ends

    private func finish(at now: ContinuousClock.Instant) {
        var last: [ChatEvent] = []
        let decoded = state.withLock { state -> DecodedAnswer? in
            guard !state.isOver else { return nil }
            return state.decoder?.finish(into: &last)
        }
        for event in last { events.yield(event) }
        guard let decoded else { return fail(with: HTTPClientError.remoteConnectionClosed, at: now) }
        close(decoded, at: now)
    }

    /// - Parameter error: `nil` when one of our deadlines passed.
    private func fail(with error: (any Error)?, at now: ContinuousClock.Instant) {
        let decoded = state.withLock { state -> DecodedAnswer? in
            guard !state.isOver else { return nil }
            var decoded = state.decoder?.abort() ?? DecodedAnswer(outcome: .connectionReset)
            let failure =
                state.timeout.map { TransportFailure(timeout: $0, deadline: call.deadline, endpoint: endpoint) }
                ?? TransportFailure(error, endpoint: endpoint, headReceived: state.decoder != nil, secrets: secrets)
            // An error that the provider itself had named says more than the connection that ended after it.
            if decoded.failure == nil || state.timeout != nil {
                decoded.outcome = failure.outcome
                decoded.failure = ProviderFailure(status: state.status, message: failure.message)
            }
            return decoded
        }
        if let decoded { close(decoded, at: now) }
    }

    private func close(_ decoded: DecodedAnswer, at now: ContinuousClock.Instant) {
        let report = state.withLock { state -> AttemptReport? in
            guard !state.isOver else { return nil }
            state.isOver = true
            state.timer?.cancel()
            return makeReport(decoded, state: state, at: now)
        }
        guard let report else { return }
        events.yield(.ended(report))
        events.finish()
    }

    private func makeReport(_ decoded: DecodedAnswer, state: State, at now: ContinuousClock.Instant) -> AttemptReport {
        AttemptReport(
            id: call.attemptID, model: call.model, endpoint: endpoint, simulated: simulated,
            key: call.credential?.fingerprint,
            timings: state.progress.timings(endingAt: now, streaming: call.request.stream), outcome: decoded.outcome,
            failure: decoded.failure, status: state.status, usage: decoded.usage, rateLimit: decoded.rateLimit,
            headers: state.headers,
            servedModel: decoded.servedModel, responseID: decoded.responseID,
            systemFingerprint: decoded.systemFingerprint,
            finish: decoded.finish, answerCharacters: decoded.answerCharacters,
            thinkingCharacters: decoded.thinkingCharacters,
            toolCallDelivered: decoded.toolCallDelivered)
    }

    private var secrets: [APIKey] { call.credential.map { [$0] } ?? [] }
}

/// A stream that does not end.
struct AnswerTooLong: Error {
    let limit: Int
}
