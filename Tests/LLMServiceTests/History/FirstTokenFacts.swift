import LLMCore
import TestSupport

extension [AttemptFact] {
    /// Answers of a model at its scripted address, which began after so long.
    static func firstTokens(of model: ModelID, _ waits: [Duration]) -> [AttemptFact] {
        waits.enumerated().map { index, wait in
            let call = CallID(rawValue: "\(model.provider)-\(index)")
            return AttemptFact(
                id: AttemptID(call: call, number: 1), call: call, model: model,
                endpoint: "https://\(model.provider).test",
                task: .general, origin: .live, startedAt: ManualClock.wallStart, outcome: .ok, firstToken: wait,
                duration: wait)
        }
    }
}
