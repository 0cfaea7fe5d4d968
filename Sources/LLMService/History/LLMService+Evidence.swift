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
        guard !live.tallies.isEmpty else { return table }
        let now = time.wallMicroseconds()
        let blend = LiveBlend(table: table) { model in
            guard let rates = prices.price(of: model)?.listRates(at: now) else { return nil }
            let (input, output) = (rates.input.approximate, rates.output.approximate)
            return input > 0 ? output / input : nil
        }
        return memo.blend(.init(table: table.id, generation: live.generation)) { blend.blended(live.tallies) }
    }
}

extension ExactDecimal {
    fileprivate var approximate: Double { (0..<scale).reduce(Double(digits)) { value, _ in value / 10 } }
}
