import LLMCore

extension LLMService {
    /// The newest table of a task with what live calls have said since.
    func evidence(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        guard let table = try await table(for: task, simulated: simulated) else { return nil }
        return await blended(table)
    }

    /// A table with what live calls have said since it was derived. Nothing crosses worlds.
    func blended(_ table: SelectionTable) async -> SelectionTable {
        guard let history, history.simulated == table.simulated else { return table }
        let live = await history.live(of: table.task, since: table.derivedAt)
        guard !live.isEmpty else { return table }
        let now = time.wallMicroseconds()
        let blend = LiveBlend(table: table) { model in
            guard let rates = prices.price(of: model)?.listRates(at: now) else { return nil }
            let (input, output) = (rates.input.approximate, rates.output.approximate)
            return input > 0 ? output / input : nil
        }
        return blend.blended(live)
    }

    /// What is known of a model's time to first token, for time-outs and hedges.
    static func firstTokens(from history: CallHistory?) -> @Sendable (ModelID, String) async -> FirstTokenFigures? {
        { model, endpoint in
            guard let figures = await history?.figures(of: model, at: endpoint) else { return nil }
            // Where more than one wait in a hundred was given up, the slowest of a hundred is not known: a time-out learnt from its own
            // time-outs would never grow again.
            let p99 = figures.timedOutShare > 0.01 ? nil : figures.firstTokenP99
            return FirstTokenFigures(p95: figures.firstTokenP95, p99: p99, weight: figures.firstTokenWeight)
        }
    }
}

extension ExactDecimal {
    fileprivate var approximate: Double { (0..<scale).reduce(Double(digits)) { value, _ in value / 10 } }
}
