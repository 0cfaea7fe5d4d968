public import LLMCore

/// The port for calls of judge models: each is paid from a budget of its own or the run's, and written down.
public protocol JudgeCaller: Sendable {
    /// Puts a request to a judge, with the output limit of ``LLMCore/PriceBook/judgeOutputLimit(of:)`` where it has none.
    ///
    /// - Parameters:
    ///   - judge: The model with the place where it is asked.
    ///   - trial: The call whose answer is judged; `nil` where it is none of a run.
    func ask(_ chat: ChatRequest, of judge: Arm, about trial: CallID?) async throws(JudgeFailure) -> Answer
    /// The newest reply that the judge has given to the very same request before: it was paid for, and is as good as another.
    ///
    /// - Parameter isVerdict: Whether a reply can be read.
    /// - Returns: `nil` where there is none, or none is to be used.
    func earlierReply(to chat: ChatRequest, of judge: Arm, where isVerdict: (String) -> Bool) async -> String?
}

extension JudgeCaller {
    public func earlierReply(
        to chat: ChatRequest, of judge: Arm, where isVerdict: (String) -> Bool
    ) async -> String? { nil }
}

extension PriceBook {
    /// The output limit of a judge's call: its verdict is one sentence, and what reasons before it needs room for that.
    package func judgeOutputLimit(of judge: ModelID) -> Int {
        guard let price = price(of: judge), !price.free, !price.reasoning else { return 4_096 }
        return 1_024
    }
}

extension ChatRequest {
    /// The digest of all that a judge's verdict depends on: the judge, where it is asked, and every word of the request.
    package func question(to judge: Arm) -> String {
        let words = messages.flatMap { [$0.role.rawValue, $0.text] }
        let place = [judge.id.rawValue, judge.endpoint, judge.simulated ? "simulated" : "real"]
        return ContentHash.sha256((place + words).map { "\($0.utf8.count) \($0)" }.joined(separator: "\n"))
    }
}

/// The port for embeddings by which answers are judged, paid and written down as ``JudgeCaller`` says.
public protocol EmbeddingCaller: Sendable {
    /// - Parameter trial: The call whose answer is judged; `nil` where it is none of a run.
    /// - Returns: One vector for each text, in order.
    func embed(_ texts: [String], by model: Arm, about trial: CallID?) async throws(JudgeFailure) -> [[Double]]
}

/// The reason for which a judge gave no answer.
public enum JudgeFailure: Error, Sendable, Hashable {
    /// The worst case of its call no longer fits the budget.
    case noBudget(BudgetExhausted)
    case cancelled
    /// For people.
    case failed(String)
}

extension Finding {
    /// A judge's failure, which says nothing of the answer.
    public init(_ failure: JudgeFailure, of judge: ModelID) {
        switch failure {
        case .noBudget(let error):
            self = .unscored("the budget of \(NumberText.dollars(error.limit)) does not hold a call of \(judge)")
        case .cancelled: self = .unscored("stopped before it was judged")
        case .failed(let reason): self = .judgeFailed("\(judge): \(reason)")
        }
    }
}
