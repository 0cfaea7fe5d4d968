import LLMCore

/// The instants of one attempt, and the deadline in force at each point of it.
struct AttemptProgress: Sendable {
    private let deadline: Deadline
    private let isStream: Bool
    private(set) var sentAt: ContinuousClock.Instant
    /// The request's head was given to a connection.
    private(set) var isWritten = false
    private var connected: ContinuousClock.Instant?
    private var head: ContinuousClock.Instant?
    private var firstChunk: ContinuousClock.Instant?
    private var firstToken: ContinuousClock.Instant?
    private var firstTokenCharacters = 0
    private var firstAnswer: ContinuousClock.Instant?
    private var lastToken: ContinuousClock.Instant?
    private var lastBytes: ContinuousClock.Instant?
    private var hasBody = false
    private var gaps: [Duration] = []
    /// Since when the reader has kept the body from being read.
    private var heldSince: ContinuousClock.Instant?
    /// The time for which it did.
    private var heldTime = Duration.zero
    private(set) var wasHeld = false
    private var graceEnd: ContinuousClock.Instant?
    /// A finish word was read: the answer is whole, its usage and its terminal marker are still to come.
    var isFinished = false

    /// After its terminal marker a body gets this long to end, so that its connection can be used again.
    static let grace = Duration.milliseconds(250)
    /// Of an error its status and headers are known: what follows is but its message.
    static let errorBodyGrace = Duration.seconds(1)
    /// After a finish word the usage and the marker are waited for so long: servers that forget the marker leave the connection open.
    static let endMarkerGrace = Duration.seconds(10)

    init(deadline: Deadline, isStream: Bool, sentAt: ContinuousClock.Instant) {
        self.deadline = deadline
        self.isStream = isStream
        self.sentAt = sentAt
    }

    /// - Parameter opened: When the connection was opened, if this request is its first.
    mutating func wrote(connectionOpened opened: ContinuousClock.Instant?) {
        isWritten = true
        // A connection warmed beforehand was not opened for this attempt.
        if let opened, opened >= sentAt { connected = opened }
    }

    mutating func receivedHead(at now: ContinuousClock.Instant) {
        head = now
        lastBytes = now
    }

    /// The reader is too far behind: no more is read, so that no silence is the sender's.
    mutating func held(at now: ContinuousClock.Instant) {
        heldSince = heldSince ?? now
        wasHeld = true
    }

    mutating func released(at now: ContinuousClock.Instant) {
        guard let since = heldSince else { return }
        heldSince = nil
        heldTime += now - since
        lastBytes = now
    }

    mutating func received(_ events: ArraySlice<ChatEvent>, at now: ContinuousClock.Instant) {
        lastBytes = now
        hasBody = true
        guard isStream else { return }
        if firstChunk == nil, events.contains(where: \.showsAnswer) { firstChunk = now }
        var gap = lastToken.map { now - $0 }
        let isFirstRead = firstToken.map { $0 == now } ?? true
        var isAwaitingAnswer = firstAnswer == nil
        var sawToken = false
        for event in events where event.isToken {
            // What comes after the reader's delay may have been sent long before: no silence and no speed can be told from it.
            if let gap, !wasHeld { gaps.append(gap) }
            // Events of one read arrived together: the gap between them is none.
            gap = .zero
            sawToken = true
            if isFirstRead { firstTokenCharacters += event.characters }
            if isAwaitingAnswer, event.isAnswerToken {
                firstAnswer = now
                isAwaitingAnswer = false
            }
        }
        guard sawToken else { return }
        if firstToken == nil { firstToken = now }
        lastToken = now
    }

    /// The terminal marker was read: the answer is whole, only its body is not yet closed.
    mutating func completed(at now: ContinuousClock.Instant) {
        if graceEnd == nil { graceEnd = now + AttemptProgress.grace }
    }

    /// The head names an error: its body gets a grace period to explain it.
    mutating func refused(at now: ContinuousClock.Instant) {
        graceEnd = now + AttemptProgress.errorBodyGrace
    }

    /// The outcome is final: later bytes do not change it.
    var isComplete: Bool { graceEnd != nil }

    /// An end that comes unless bytes do.
    struct Bound: Sendable, Hashable {
        var instant: ContinuousClock.Instant
        /// The outcome of an attempt that it ends.
        var outcome: AttemptClass
        /// The time that it gave.
        var limit: Duration
    }

    /// The nearest instant at which the attempt is over.
    var nextDeadline: Bound {
        let total = Bound(instant: deadline.total, outcome: .timeoutTotal, limit: deadline.total - sentAt)
        guard heldSince == nil else { return total }
        let bound: Bound =
            if let graceEnd {
                Bound(instant: graceEnd, outcome: .timeoutIdle, limit: deadline.idle)
            } else if !isWritten {
                Bound(instant: sentAt + deadline.connect, outcome: .timeoutConnect, limit: deadline.connect)
            } else if let lastBytes, let limit = silence {
                Bound(
                    instant: lastBytes + limit,
                    outcome: isStream && firstToken == nil ? .timeoutFirstToken : .timeoutIdle, limit: limit)
            } else {
                Bound(
                    instant: sentAt + deadline.firstToken, outcome: .timeoutFirstToken, limit: deadline.firstToken)
            }
        return deadline.total < bound.instant ? total : bound
    }

    /// The longest silence of a response that has begun; `nil` while the time for its first token runs, whatever comes before that.
    private var silence: Duration? {
        if isFinished { return min(deadline.idle, Self.endMarkerGrace) }
        let hasAnswer = isStream ? firstAnswer != nil : hasBody
        if !hasAnswer, let thinking = deadline.thinking { return thinking }
        return firstToken != nil || !isStream ? deadline.idle : nil
    }

    /// - Parameter end: When the body ended; `nil` when it did not and the answer was complete with its last bytes.
    func timings(end: ContinuousClock.Instant?) -> AttemptTimings {
        let sorted = gaps.sorted()
        // Nearest rank, as for every percentile we print.
        let p95 = sorted.isEmpty ? nil : sorted[(sorted.count * 95 + 99) / 100 - 1]
        let last = end ?? lastBytes ?? sentAt
        let held = heldTime + (heldSince.map { max(.zero, last - $0) } ?? .zero)
        return AttemptTimings(
            sentAt: sentAt, connect: connected.map { $0 - sentAt }, headers: head.map { $0 - sentAt },
            firstChunk: firstChunk.map { $0 - sentAt }, firstToken: firstToken.map { $0 - sentAt },
            firstTokenCharacters: firstTokenCharacters,
            firstAnswer: firstAnswer.map { $0 - sentAt },
            lastToken: wasHeld ? nil : lastToken.map { $0 - sentAt }, end: last - sentAt - held, gapCount: gaps.count,
            maxGap: sorted.last, p95Gap: p95, gaps: gaps)
    }
}

extension ChatEvent {
    /// Of the answer, be it no more than its name; a provider's own event may be anything.
    fileprivate var showsAnswer: Bool {
        switch self {
        case .raw, .responded: false
        default: true
        }
    }

    /// Of reasoning or answer.
    fileprivate var characters: Int {
        switch self {
        case .thinking(let text), .text(let text), .refusal(let text): text.scalarCount
        default: 0
        }
    }

    /// Any non-empty piece of reasoning, answer or tool call.
    fileprivate var isToken: Bool {
        switch self {
        case .thinking(let text): !text.isEmpty
        case .toolCall(_, _, let name, _): name?.isEmpty == false || isAnswerToken
        default: isAnswerToken
        }
    }

    /// A non-empty piece of the answer, a refusal, or arguments of a tool call.
    fileprivate var isAnswerToken: Bool {
        switch self {
        case .text(let text), .refusal(let text): !text.isEmpty
        case .toolCall(_, _, _, let arguments): !arguments.isEmpty
        case .image, .file: true
        default: false
        }
    }
}
