import LLMCore
import TestSupport

/// Attempts of the past, told in a few words.
enum HistoryFixtures {
    static let model = ModelID(provider: "openai", name: "gpt-5")
    static let endpoint = "https://openai.test"

    static func fact(
        _ id: String, model: ModelID = model, task: TaskType = .architecture, origin: CallOrigin = .live,
        age: Duration = .zero, outcome: AttemptClass = .ok, firstToken: Duration? = .milliseconds(400),
        duration: Duration = .milliseconds(2_400), prompt: Int? = 100, output: Int? = 100,
        cost: USD? = USD(pico: 1_000_000_000), call: String? = nil, now: Int64 = ManualClock.wallStart
    ) -> AttemptFact {
        let fails = outcome.fault == .provider || [.cancelled, .contextOverflow].contains(outcome)
        return AttemptFact(
            id: AttemptID(rawValue: id), call: CallID(rawValue: call ?? id), model: model,
            endpoint: "https://\(model.provider).test", task: task, origin: origin,
            startedAt: now - Int64((age + duration).milliseconds * 1_000), outcome: outcome,
            firstToken: fails ? nil : firstToken, duration: duration, promptTokens: fails ? nil : prompt,
            outputTokens: fails ? nil : output, streamedTokens: fails ? nil : output, cost: fails ? nil : cost)
    }

    static func facts(_ count: Int, _ name: String, _ make: (String) -> AttemptFact) -> [AttemptFact] {
        (0..<count).map { make("\(name)-\($0)") }
    }
}
