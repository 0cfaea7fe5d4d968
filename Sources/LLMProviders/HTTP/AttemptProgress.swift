import LLMCore

/// The instants of one attempt, and the deadline in force at each point of it.
struct AttemptProgress: Sendable {
    private let deadline: Deadline
    private var sentAt: ContinuousClock.Instant
    private var isConnected = false
    private var headers: ContinuousClock.Instant?
    private var firstToken: ContinuousClock.Instant?
    private var firstAnswer: ContinuousClock.Instant?
    private var lastToken: ContinuousClock.Instant?
    private var lastBytes: ContinuousClock.Instant?
    private var gaps: [Duration] = []
    /// When the terminal marker was read.
    private(set) var terminal: ContinuousClock.Instant?
    private var graceEnd: ContinuousClock.Instant?

    init(deadline: Deadline, sentAt: ContinuousClock.Instant) {
        self.deadline = deadline
        self.sentAt = sentAt
    }

    mutating func begin(at instant: ContinuousClock.Instant) { sentAt = instant }
    mutating func connected(at instant: ContinuousClock.Instant) { isConnected = true }
    mutating func receivedHead(at instant: ContinuousClock.Instant) { headers = instant }

    /// - Returns: Whether these were the first tokens, from which on silence is what is timed.
    mutating func arrived(_ events: [ChatEvent], at now: ContinuousClock.Instant, streaming: Bool) -> Bool {
        lastBytes = now
        guard streaming, events.contains(where: \.isToken) else { return false }
        let isFirst = firstToken == nil
        if let lastToken { gaps.append(now - lastToken) }
        firstToken = firstToken ?? now
        if firstAnswer == nil, events.contains(where: \.isAnswerToken) { firstAnswer = now }
        lastToken = now
        return isFirst
    }

    /// - Returns: Whether this is news.
    mutating func markTerminal(at now: ContinuousClock.Instant, grace: Duration) -> Bool {
        guard terminal == nil else { return false }
        terminal = now
        graceEnd = now + grace
        return true
    }

    /// The nearest instant at which the attempt is over, and what it is then called.
    var nextDeadline: (instant: ContinuousClock.Instant, outcome: AttemptClass) {
        if let graceEnd { return (min(graceEnd, deadline.total), .timeoutIdle) }
        let phase: (ContinuousClock.Instant, AttemptClass) =
            if !isConnected {
                (sentAt + deadline.connect, .timeoutConnect)
            } else if let quiet = firstToken == nil ? nil : lastBytes {
                (quiet + deadline.idle, .timeoutIdle)
            } else {
                (sentAt + deadline.firstToken, .timeoutFirstToken)
            }
        return deadline.total <= phase.0 ? (deadline.total, .timeoutTotal) : phase
    }

    func timings(endingAt now: ContinuousClock.Instant, streaming: Bool) -> AttemptTimings {
        let sorted = gaps.sorted()
        let p95 = sorted.isEmpty ? nil : sorted[max(0, (sorted.count * 95 + 99) / 100 - 1)]
        return AttemptTimings(
            sentAt: sentAt, headers: headers.map { $0 - sentAt }, firstToken: firstToken.map { $0 - sentAt },
            firstAnswer: firstAnswer.map { $0 - sentAt }, lastToken: lastToken.map { $0 - sentAt },
            end: (terminal ?? now) - sentAt,
            gapCount: gaps.count, maxGap: sorted.last, p95Gap: p95)
    }
}

extension ChatEvent {
    /// Any non-empty piece of reasoning, answer or tool call.
    var isToken: Bool {
        switch self {
        case .thinking(let text): !text.isEmpty
        case .toolCall(_, _, let name, let arguments): name?.isEmpty == false || !arguments.isEmpty
        default: isAnswerToken
        }
    }
    /// A non-empty piece of the answer, a refusal, or arguments of a tool call.
    var isAnswerToken: Bool {
        switch self {
        case .text(let text), .refusal(let text): !text.isEmpty
        case .toolCall(_, _, _, let arguments): !arguments.isEmpty
        default: false
        }
    }
}
