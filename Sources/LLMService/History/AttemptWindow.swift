import LLMCore

/// The newest attempts of each model at each endpoint, those of the bench and live ones apart: a long run pushes out no live call.
struct AttemptWindow: Sendable {
    private struct Lane: Hashable {
        var server: CallHistory.Server
        var origin: CallOrigin
    }

    let capacity: Int
    private var lanes: [Lane: [AttemptFact]] = [:]
    private var known: Set<AttemptID> = []

    init(capacity: Int) { self.capacity = capacity }

    /// Takes an attempt in once.
    mutating func add(_ fact: AttemptFact) {
        guard known.insert(fact.id).inserted else { return }
        let lane = Lane(server: .init(model: fact.model, endpoint: fact.endpoint), origin: fact.origin)
        lanes[lane, default: []].append(fact)
        // Seldom, so that dropping is cheap.
        if lanes[lane, default: []].count > 2 * capacity { trim(lane) }
    }

    private mutating func trim(_ lane: Lane) {
        guard let facts = lanes[lane] else { return }
        for fact in facts.dropLast(capacity) { known.remove(fact.id) }
        lanes[lane] = Array(facts.suffix(capacity))
    }

    var servers: [CallHistory.Server: [AttemptFact]] {
        var all: [CallHistory.Server: [AttemptFact]] = [:]
        for (lane, facts) in lanes { all[lane.server, default: []] += facts.suffix(capacity) }
        return all
    }

    /// Live attempts only.
    var live: [AttemptFact] {
        lanes.filter { $0.key.origin == .live }.flatMap { $0.value.suffix(capacity) }
    }
}
