import LLMCore

/// What a caller is told before a wait begins.
extension AskSession {
    /// Why a candidate was put off, and by how long.
    struct Postponement: Sendable, Hashable {
        var reason: String
        var wait: Duration

        var words: String { "\(reason) for another \(Int((wait.milliseconds / 1_000).rounded(.up))) s" }
    }

    /// The wait until an instant, the first time it is met.
    func newWait(_ until: ContinuousClock.Instant) -> AskWait? {
        guard until != announced, let index = schedule.awaited else { return nil }
        announced = until
        let model = candidates[index].model
        let last = books.attempts.last { $0.report.model == model }?.report.outcome
        let reason =
            postponed[index]?.reason ?? "\(model) is tried again" + (last.map { " after \($0.rawValue)" } ?? "")
        return AskWait(model: model, reason: reason, expected: until - service.time.now())
    }

    /// What a local model needs before it can answer; `nil` when it is ready, or nothing is known of it.
    func loadWait(_ index: Int) async -> AskWait? {
        let model = candidates[index].model
        guard isLive, let manager = service.configuration.targets[model.provider]?.localModels else { return nil }
        let snapshot = await manager.snapshot()
        guard snapshot.obstacle(to: model, within: deadline.total - service.time.now()) == nil else { return nil }
        switch snapshot.readiness(of: model) {
        case .unknown, .warm: return nil
        case .loading(let left): return AskWait(model: model, reason: "\(model) is being loaded", expected: left)
        case .cold(let load): return AskWait(model: model, reason: "\(model) has to be loaded", expected: load)
        case .absent: return AskWait(model: model, reason: "\(model) has to be pulled", expected: nil)
        }
    }
}
