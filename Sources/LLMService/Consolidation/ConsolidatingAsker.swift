public import LLMCore

/// Puts a summary in place of a long conversation's older turns before it is asked; off unless a question's policy says otherwise.
///
/// The summary is a question of its own to the cheapest model that the selection table certifies for `simple_generation`: recorded, cached and
/// shared like any other, so that the same history is summarised once. Question and summary share one deadline and one budget. Whenever
/// there is no summary to be had the question goes as it came, and its decision says why. A client's own bytes are never touched, and a
/// run of the bench never is.
public struct ConsolidatingAsker: Asker {
    let service: LLMService
    let upstream: any Asker
    let makeID: @Sendable () -> CallID

    /// - Parameters:
    ///   - upstream: The service, or it behind its cache.
    ///   - makeID: Names the calls that make summaries.
    public init(
        _ service: LLMService, upstream: any Asker,
        makeID: @escaping @Sendable () -> CallID = { CallID(rawValue: Identifier.make()) }
    ) {
        self.service = service
        self.upstream = upstream
        self.makeID = makeID
    }

    public func ask(_ request: AskRequest) -> AnswerStream {
        guard let policy = request.policy.history, request.policy.origin == .live, request.recorder == nil,
            request.chat.original == nil
        else { return upstream.ask(request) }
        return AnswerStream { [self] in
            let session = ConsolidatingSession(asker: self, request: request, policy: policy)
            return { try await session.next() }
        }
    }
}

/// One caller's question: first its summary, then the answer.
private actor ConsolidatingSession {
    private let asker: ConsolidatingAsker
    private let request: AskRequest
    private let policy: HistoryPolicy
    private var passing: AnswerStream.AsyncIterator?

    init(asker: ConsolidatingAsker, request: AskRequest, policy: HistoryPolicy) {
        self.asker = asker
        self.request = request
        self.policy = policy
    }

    func next() async throws -> AnswerEvent? {
        var iterator: AnswerStream.AsyncIterator
        if let passing {
            iterator = passing
        } else {
            let shortened = try await asker.shortened(request, policy)
            iterator = asker.upstream.ask(shortened).makeAsyncIterator()
        }
        let event = try await iterator.next(isolation: self)
        passing = iterator
        return event
    }
}
