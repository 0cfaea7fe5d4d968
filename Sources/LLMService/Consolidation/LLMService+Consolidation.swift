public import LLMCore

/// A model that may write summaries, with the parameters it was certified under.
struct Summariser: Sendable, Hashable {
    var model: ModelID
    var parameters: GenerationParameters
}

extension LLMService {
    /// This service with long conversations shortened, where a question's policy asks for it.
    public func consolidating(over upstream: any Asker) -> ConsolidatingAsker {
        ConsolidatingAsker(self, upstream: upstream)
    }

    /// The cheapest model certified for `simple_generation`; a local one where nothing may leave. `nil` without one.
    func summariser(for request: AskRequest) async throws -> Summariser? {
        let task = TaskType.simpleGeneration
        guard let table = try await evidence(for: task, simulated: configuration.simulated) else { return nil }
        var constraints = table.defaults
        let own = [
            request.policy.constraints?.localOnly, request.profile?.constraints.localOnly, request.profile?.localOnly,
        ]
        constraints.localOnly = own.contains(true)
        let planner = CandidatePlanner(configuration: configuration, prices: prices)
        let plan = planner.plan(.init(model: .auto, task: task, constraints: constraints), table: table)
        guard let choice = plan.choice, choice.verdict == .certified, let row = choice.row,
            plan.candidates.first?.model == row.arm.model
        else { return nil }
        return Summariser(model: row.arm.model, parameters: row.arm.parameters)
    }

    /// The expected cost of a call of that size by its list price; `nil` unknown.
    func expectedCost(of model: ModelID, prompt: Int, output: Int) -> USD? {
        guard let price = prices.price(of: model) else { return nil }
        if price.free { return .zero }
        let usage = UsageReading(raw: .null, tokens: TokenUsage(promptTokens: prompt, outputTokens: output))
        return prices.quote(model: model, usage: usage, at: time.wallMicroseconds(), context: [:]).usd
    }

    /// The cost of so many prompt tokens at the model that would be asked first, by its list price; `nil` unknown.
    func worth(of tokens: Int, in request: AskRequest) async throws -> USD? {
        guard let first = try await plan(request).plan.candidates.first?.model else { return nil }
        return expectedCost(of: first, prompt: tokens, output: 0)
    }
}
