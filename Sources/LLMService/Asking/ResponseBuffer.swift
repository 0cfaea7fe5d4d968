import LLMCore

/// The response of a call on its way to the caller: events that may be read, and those held back until their attempt is complete.
///
/// A response that is held back commits nobody: when its attempt breaks off, another model may still answer.
struct ResponseBuffer: Sendable {
    /// From when on an attempt's response is the call's.
    enum Commit: Sendable, Hashable {
        case firstToken
        /// The attempt has succeeded: the caller reads nothing before.
        case whole
    }

    /// The partial answer of an attempt that broke off: the call's answer when no model gives a better one.
    private struct Partial: Sendable {
        var answer: AnswerBuilder
        var events: [AnswerEvent]
        var report: AttemptReport
    }

    let holdsBack: Bool
    /// The answer of the attempt that is being read, or that was.
    private(set) var answer = AnswerBuilder()
    private var held: [AnswerEvent] = []
    /// The dialect in which the provider's own events came.
    private(set) var ownDialect: WireDialect?
    private var partial: Partial?
    /// The provider's own events of the last whole response without a word for the caller, as one that a filter or the output limit
    /// ended: the caller who speaks its dialect gets it as it came, when no model gives a better one.
    private var wordless: Partial?
    private var ready: [AnswerEvent] = []
    private var nextReady = 0

    init(_ commit: Commit, delivery: EventDelivery) { holdsBack = commit == .whole && delivery == .atEnd }

    /// The next event for the caller that waits here.
    mutating func pop() -> AnswerEvent? {
        guard nextReady < ready.count else { return nil }
        defer {
            nextReady += 1
            if nextReady == ready.count {
                ready.removeAll(keepingCapacity: true)
                nextReady = 0
            }
        }
        return ready[nextReady]
    }

    /// All that the caller may read by now.
    mutating func takeReady() -> [AnswerEvent] {
        defer {
            ready.removeAll()
            nextReady = 0
        }
        return nextReady == 0 ? ready : Array(ready[nextReady...])
    }

    mutating func push(_ event: AnswerEvent?) {
        if let event { ready.append(event) }
    }

    /// Takes in an event of the attempt that is being read.
    ///
    /// - Returns: What the caller reads of it now.
    mutating func receive(_ event: ChatEvent) -> AnswerEvent? {
        if case .raw(let dialect, _) = event { ownDialect = dialect }
        guard let piece = answer.take(event) else { return nil }
        guard holdsBack else { return piece }
        held.append(piece)
        return nil
    }

    /// Returns `true` when the caller has read some of an attempt's response, so that no other may follow it. White space is
    /// nothing that another answer could contradict.
    func isCommitted(to report: AttemptReport) -> Bool {
        !holdsBack && (report.deliveredTokens || answer.isDelivered && !answer.isBlank)
    }

    /// Makes what is held back the call's answer.
    mutating func commit() {
        ready += held
        held = []
    }

    /// Takes back what was held of an attempt that broke off; of all such, the longest is kept.
    mutating func discard(_ report: AttemptReport) {
        ownDialect = nil
        // Nothing of it was delivered, but a signature may have come, which is no part of another's answer.
        guard holdsBack else { return answer = AnswerBuilder() }
        if answer.isDelivered, !answer.isBlank, answer.textCharacters >= partial?.answer.textCharacters ?? 0 {
            partial = Partial(answer: answer, events: held, report: report)
        } else if report.outcome.fault == .caseOutcome {
            let own = held.filter(\.isProvidersOwn)
            if !own.isEmpty { wordless = Partial(answer: AnswerBuilder(), events: own, report: report) }
        }
        held = []
        answer = AnswerBuilder()
    }

    /// Makes the longest response that broke off the call's answer; without one, the wordless response that the call ends with.
    ///
    /// - Parameter last: The attempt that the call stands for otherwise.
    /// - Returns: The report of its attempt; `nil` when there is none.
    mutating func commitPartial(insteadOf last: AttemptReport?) -> AttemptReport? {
        guard let kept = partial ?? wordless, partial != nil || kept.report.id == last?.id else { return nil }
        (partial, wordless) = (nil, nil)
        answer = kept.answer
        ready += kept.events
        return kept.report
    }
}

extension AnswerEvent {
    fileprivate var isProvidersOwn: Bool { if case .raw = self { true } else { false } }
}
