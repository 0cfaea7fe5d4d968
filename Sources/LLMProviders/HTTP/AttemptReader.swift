import ClientConnections
import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1
import Synchronization

/// One attempt as its bytes arrive: stamps, decodes, hands events on and keeps the deadline, all on the event loop.
///
/// It never blocks, and wakes the reader's task once per read from the socket.
final class AttemptReader: HTTP1ResponseReader {
    /// The constants of one attempt.
    struct Frame: Sendable {
        var call: ModelCall
        var row: ProviderRow
        var endpoint: String
        var simulated: Bool
        var wallMicroseconds: @Sendable () -> Int64
        /// Removed from every text that is stored, printed or logged.
        var secrets: [APIKey]
    }

    private struct State {
        var progress: AttemptProgress
        var decoder: ResponseDecoder?
        var decoded = ResponseDecoder.Progress()
        var content = ContentDecoder([:])
        /// The body's encoding, where it cannot be undone.
        var unreadable: String?
        var status: Int?
        var headers: [String: String] = [:]
        var hasBody = false
        /// Bytes that no event was made of yet.
        var undecoded = 0
        /// Bytes of the answer, which whoever reads it keeps.
        var kept = 0
        var held: [ChatEvent] = []
        var timer: Scheduled<Void>?
        var timerDue: ContinuousClock.Instant?
        var isOver = false

        /// The outcome is final: the terminal marker came, a finish word, or an error's head.
        var isComplete: Bool { progress.isComplete || decoded.isWhole }

        /// The status names an error, whatever the body holds.
        var isRefused: Bool { status.map { !(200..<300).contains($0) } ?? false }
    }

    private let frame: Frame
    private let queue: EventQueue
    private let state: Mutex<State>

    /// An answer longer than this is none, nor is a piece of one, and memory is finite. A stream may be longer than what it says.
    static let mostBytes = ContentDecoder.mostBytes
    /// The part of an error's body that is read; more adds nothing.
    static let mostErrorBytes = 64 << 10

    init(_ frame: Frame, queue: EventQueue, sentAt: ContinuousClock.Instant) {
        self.frame = frame
        self.queue = queue
        state = Mutex(
            State(
                progress: AttemptProgress(
                    deadline: frame.call.deadline, isStream: frame.call.request.stream, sentAt: sentAt)))
    }

    /// Ends an attempt before it is sent: the dialect cannot express the request, or its address is invalid.
    func refuse(_ error: any Error) { fail(TransportFailure(error, endpoint: frame.endpoint), at: .now) }

    // MARK: Deadlines

    /// Starts the clock of the deadline.
    func watch(_ exchange: HTTP1Exchange) {
        let loop = exchange.eventLoop
        if loop.inEventLoop { rearm(exchange) } else { loop.execute { self.rearm(exchange) } }
    }

    /// One timer for the nearest deadline. Tokens move that deadline away without touching the timer, which looks again when
    /// it fires; only a deadline that came nearer needs a new one.
    private func rearm(_ exchange: HTTP1Exchange) {
        state.withLock { state in
            guard !state.isOver else { return }
            let due = state.progress.nextDeadline.instant
            if let timerDue = state.timerDue, timerDue <= due { return }
            state.timer?.cancel()
            state.timerDue = due
            let wait = TimeAmount(max(.zero, due - .now))
            state.timer = exchange.eventLoop.scheduleTask(in: wait) { [weak self] in self?.check(exchange) }
        }
    }

    private func check(_ exchange: HTTP1Exchange) {
        let now = ContinuousClock.now
        let (passed, isComplete) = state.withLock { state -> (AttemptProgress.Bound?, Bool) in
            state.timerDue = nil
            let next = state.progress.nextDeadline
            guard !state.isOver, next.instant <= now else { return (nil, false) }
            return (next, state.isComplete)
        }
        guard let passed else { return rearm(exchange) }
        if isComplete {
            finish(at: nil)
        } else {
            fail(TransportFailure(timeout: passed.outcome, after: passed.limit, endpoint: frame.endpoint), at: now)
        }
        exchange.cancel()
    }

    // MARK: HTTP1ResponseReader

    func wrote(_ exchange: HTTP1Exchange, firstOn openedAt: ContinuousClock.Instant?) {
        state.withLock { $0.progress.wrote(connectionOpened: openedAt) }
        rearm(exchange)
    }

    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {
        let now = ContinuousClock.now
        let status = Int(head.status.code)
        let request = frame.call.request
        let decoder = ResponseDecoder(
            dialect: frame.row.dialect, quirks: frame.row.quirks, streaming: request.stream, status: status,
            headers: head.headers.map { (name: $0.name, value: $0.value) }, emitsRaw: request.original != nil,
            receivedAt: frame.wallMicroseconds(), secrets: frame.secrets)
        let unreadable = ContentDecoder.unreadable(in: head.headers)
        let isRefused = state.withLock { state in
            state.progress.receivedHead(at: now)
            state.status = status
            state.content = ContentDecoder(head.headers)
            state.unreadable = unreadable
            if state.isRefused { state.progress.refused(at: now) }
            state.headers = AllowedHeaders.pick(from: head.headers)
            state.decoder = decoder
            return state.isRefused
        }
        if head.status == .proxyAuthenticationRequired {
            fail(.proxyRefused(endpoint: frame.endpoint), at: now)
            exchange.cancel()
        } else if let unreadable {
            // What status and headers say of a refusal needs no body.
            if isRefused {
                finish(at: now)
            } else {
                fail(.unsupportedEncoding(unreadable, endpoint: frame.endpoint), at: now)
            }
            exchange.cancel()
        } else {
            rearm(exchange)
        }
    }

    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool {
        let now = ContinuousClock.now
        let step = state.withLock { state -> Step in read(body, at: now, into: &state) }
        let hasRoom = step.events.isEmpty || queue.push(step.events)
        if let fault = step.fault {
            end(with: fault, at: now)
            exchange.cancel()
        } else if step.isTooLong {
            fail(.tooLong(AttemptReader.mostBytes, isStream: frame.call.request.stream), at: now)
            exchange.cancel()
        } else if step.isEnough {
            finish(at: now)
            exchange.cancel()
        } else if step.deadlineMoved {
            rearm(exchange)
        }
        if !hasRoom { hold(exchange, at: now) }
        return hasRoom
    }

    /// Leaves the rest of the body with its sender until the reader has taken what waits for it; that time is not the sender's.
    private func hold(_ exchange: HTTP1Exchange, at now: ContinuousClock.Instant) {
        state.withLock { $0.progress.held(at: now) }
        queue.onDrain {
            exchange.eventLoop.execute { [self] in
                state.withLock { $0.progress.released(at: .now) }
                rearm(exchange)
                exchange.resume()
            }
        }
    }

    func finished(_ exchange: HTTP1Exchange) {
        let now = ContinuousClock.now
        let step = state.withLock { state in readEnd(at: now, into: &state) }
        if !step.events.isEmpty { queue.push(step.events) }
        if let fault = step.fault {
            end(with: fault, at: now)
        } else {
            finish(at: now)
        }
    }

    func failed(_ exchange: HTTP1Exchange, error: any Error) { end(with: error, at: .now) }

    /// Ends an attempt whose body did not end well.
    private func end(with error: any Error, at now: ContinuousClock.Instant) {
        let (isComplete, hasBegun) = state.withLock { ($0.isComplete, $0.decoder != nil) }
        if isComplete { return finish(at: nil) }
        let isCut = hasBegun && frame.call.request.stream
        fail(TransportFailure(error, endpoint: frame.endpoint, isCutStream: isCut), at: now)
    }

    // MARK: Reading

    /// The result of decoding a piece of the body.
    private struct Step {
        var events: [ChatEvent] = []
        var isTooLong = false
        /// The body's encoding could not be undone, or lacks its end.
        var fault: (any Error)?
        /// Of an error's body.
        var isEnough = false
        /// The deadline may be nearer than it was.
        var deadlineMoved = false
    }

    private func read(_ buffer: ByteBuffer, at now: ContinuousClock.Instant, into state: inout State) -> Step {
        // With the head came the decoder, which is no small thing to be looked at.
        guard !state.isOver, state.status != nil else { return Step() }
        if state.content.isPassing { return buffer.withUnsafeReadableBytes { take($0, at: now, into: &state) } }
        do throws(Inflater.Fault) {
            let bytes = try state.content.feed(Array(buffer.readableBytesView))
            return bytes.withUnsafeBytes { take($0, at: now, into: &state) }
        } catch {
            return Step(fault: error)
        }
    }

    /// The bytes that waited for more of the body.
    private func readEnd(at now: ContinuousClock.Instant, into state: inout State) -> Step {
        guard !state.isOver, state.status != nil, !state.content.isPassing else { return Step() }
        do throws(Inflater.Fault) {
            let end = try state.content.finish()
            var step = Step()
            if !end.rest.isEmpty { step = end.rest.withUnsafeBytes { take($0, at: now, into: &state) } }
            if end.isCut, !state.isRefused {
                let isCutStream = frame.call.request.stream
                step.fault = TransportFailure.closed(frame.endpoint, isCutStream)
            }
            return step
        } catch {
            return Step(fault: error)
        }
    }

    /// Decodes bytes of the body as the server wrote it.
    private func take(
        _ bytes: UnsafeRawBufferPointer, at now: ContinuousClock.Instant, into state: inout State
    ) -> Step {
        var step = Step()
        let isFirst = !state.hasBody
        state.hasBody = true
        state.decoded = state.decoder?.feed(bytes, into: &step.events) ?? state.decoded
        state.undecoded = step.events.isEmpty ? state.undecoded + bytes.count : 0
        state.kept += frame.call.delivery == .atEnd ? bytes.count : step.events.keptBytes(of: bytes.count)
        step.isTooLong = max(state.undecoded, state.kept) > AttemptReader.mostBytes && !state.isRefused
        step.isEnough = state.undecoded > AttemptReader.mostErrorBytes && state.isRefused
        let before = state.progress.nextDeadline
        state.progress.received(step.events[...], at: now)
        if state.decoded.sawTerminal {
            state.progress.completed(at: now)
        }
        state.progress.isFinished = state.decoded.isWhole
        let next = state.progress.nextDeadline
        step.deadlineMoved =
            isFirst || next.outcome != before.outcome || next.limit != before.limit || state.progress.isComplete
        if frame.call.delivery == .atEnd {
            state.held.append(contentsOf: step.events)
            step.events = []
        } else if isFirst, let names = exchangeNames(state) {
            step.events.insert(.responded(names: names), at: 0)
        }
        return step
    }

    /// The provider's names of a stream that passes; those of whole answers are in the report.
    private func exchangeNames(_ state: State) -> [String: String]? {
        guard frame.call.request.original != nil, frame.call.request.stream, !state.isRefused else { return nil }
        let names = state.headers.filter { AttemptReport.exchangeHeaders.contains($0.key) }
        return names.isEmpty ? nil : names.mapValues { Redaction.removing(frame.secrets, from: $0) }
    }

    // MARK: Ends

    /// - Parameter end: `nil` when the body never ended, though the answer was complete.
    private func finish(at end: ContinuousClock.Instant?) {
        let last = state.withLock { state -> [ChatEvent]? in
            guard !state.isOver, var decoder = state.decoder else { return nil }
            var events = state.held
            var decoded = decoder.finish(into: &events)
            if let encoding = state.unreadable {
                let words = "its text is compressed in an encoding that cannot be decoded: "
                decoded.failure?.message += " (\(words)\(Redaction.message(encoding, limit: 40)))"
            }
            return events + [.ended(report(decoded, &state, end: end))]
        }
        if let last { queue.push(last, last: true) }
    }

    private func fail(_ failure: TransportFailure, at now: ContinuousClock.Instant) {
        let last = state.withLock { state -> [ChatEvent]? in
            guard !state.isOver else { return nil }
            var decoded = state.decoder?.abort() ?? DecodedAnswer(outcome: failure.outcome)
            // What the provider said by status or in the stream explains more than the connection that ended after it.
            // That the stream lacks its end is no news here.
            let hasSpoken = decoded.failure != nil && decoded.outcome != .streamTruncated && !failure.isOurs
            if !hasSpoken {
                decoded.outcome = failure.outcome
                decoded.failureIsOfContent = failure.isOfContent
                decoded.failure = ProviderFailure(
                    status: state.status, message: Redaction.message(failure.message, secrets: frame.secrets))
            }
            var report = report(decoded, &state, end: now)
            report.wasStaleConnection = failure.isStale && !hasSpoken
            return state.held + [.ended(report)]
        }
        if let last { queue.push(last, last: true) }
    }

    private func report(
        _ decoded: DecodedAnswer, _ state: inout State, end: ContinuousClock.Instant?
    ) -> AttemptReport {
        state.isOver = true
        state.timer?.cancel()
        state.timer = nil
        let report = AttemptReport(
            id: frame.call.attemptID, model: frame.call.model, endpoint: frame.endpoint, simulated: frame.simulated,
            key: frame.call.credential?.fingerprint, timings: state.progress.timings(end: end),
            outcome: decoded.outcome, failure: decoded.failure.map { $0.naming(frame.endpoint) }, status: state.status,
            usage: decoded.usage, rateLimit: decoded.rateLimit, headers: state.headers,
            servedModel: decoded.servedModel, responseID: decoded.responseID,
            systemFingerprint: decoded.systemFingerprint, finish: decoded.finish,
            answerCharacters: decoded.answerCharacters, thinkingCharacters: decoded.thinkingCharacters,
            toolCallDelivered: decoded.toolCallDelivered,
            // A server may give up on a reader that holds it up.
            failureIsOfContent: decoded.failureIsOfContent || state.progress.wasHeld,
            notes: decoded.notes, wasSent: state.progress.isWritten)
        return report.sanitized(secrets: frame.secrets, prompt: frame.call.request.texts)
    }
}

extension [ChatEvent] {
    /// The bytes of events that are kept until the answer is whole; a provider's own event passes.
    ///
    /// - Parameter bytes: The size of the piece of the response that they were made of.
    fileprivate func keptBytes(of bytes: Int) -> Int {
        reduce(0) { sum, event in
            switch event {
            case .text(let text), .thinking(let text), .thinkingSignature(let text), .refusal(let text):
                sum + text.utf8.count
            case .toolCall(_, _, let name, let arguments): sum + (name?.utf8.count ?? 0) + arguments.utf8.count
            case .image, .file, .native, .logprobs: sum + bytes
            case .started, .responded, .raw, .ended: sum
            }
        }
    }
}
