import LLMCore
import ProviderSimulator

/// One cell: a failure, the moment it happens, and what the service may do about it.
struct MatrixCell: Sendable {
    enum Phase: String, Sendable, CaseIterable {
        case unary, before, after
        var streams: Bool { self != .unary }
    }
    enum Mechanism: String, Sendable, CaseIterable { case retry, rotate, fallBack, lock }
    enum Injection: Sendable {
        case fault(FaultEffect)
        /// It takes connections and never speaks TLS.
        case silent
        /// It speaks, but no TLS.
        case plain
        case impossible(String)
    }

    let row: ExpectedRow
    let phase: Phase
    let mechanism: Mechanism

    var name: String { "\(row.outcome.rawValue)/\(phase.rawValue)/\(mechanism.rawValue)" }
    /// In the prompt; no other cell's prompt holds it.
    var mark: String { "[\(name)]" }
    /// Only Anthropic has a word for a refusal.
    var cloud: ProviderID { row.outcome == .refusal ? "anthropic" : "groq" }
    var requested: ModelID { ModelID(provider: cloud, name: models.requested) }
    var sibling: ModelID { ModelID(provider: cloud, name: models.sibling) }
    private var models: (requested: String, sibling: String) {
        cloud == "groq"
            ? ("openai/gpt-oss-120b", "openai/gpt-oss-20b") : ("claude-sonnet-5-5", "claude-haiku-5-5")
    }

    /// As the table's letters name them.
    func letter(_ model: ModelID) -> String {
        switch model {
        case requested: "A1"
        case sibling: "A2"
        default: ["mirror": "M", "openai": "O", "local": "L"][model.provider] ?? model.description
        }
    }

    /// The simulator's rules that make it happen.
    var rules: [FaultRule] {
        guard case .fault(let effect) = injection else { return [] }
        var match = RequestMatch(provider: cloud, prompt: mark)
        var occurrence = FaultRule.Occurrence.always
        switch mechanism {
        case .retry: occurrence = .first(1)
        case .rotate: match.key = "k1"
        case .fallBack: match.model = requested.name
        case .lock: break
        }
        return [FaultRule(name: name, match: match, occurrence: occurrence, effect: effect)]
    }

    var limits: TimeLimits {
        let short = Duration.milliseconds(300)
        var limits = TimeLimits()
        switch row.outcome {
        case .timeoutConnect: limits.connect = short
        case .timeoutFirstToken: limits.firstToken = short
        case .timeoutIdle: limits.idle = short
        // Set by somebody, the first token is not hurried for the sake of others: so the whole time is up first.
        case .timeoutTotal: (limits.firstToken, limits.total) = (.seconds(60), short)
        default: break
        }
        return limits
    }

    // MARK: What is expected

    /// Attempts at each question: who, and how it ended.
    var attempts: [[String]] {
        let failed = row.outcome.rawValue
        func tried(_ who: String, _ key: String = "k1") -> String { "\(who)·\(key) \(failed)" }
        let isFinal = phase == .after
        switch mechanism {
        case .retry:
            guard row.tries > 1, !isFinal else { return [[tried("A1")]] }
            // An address does not mend itself.
            return [[tried("A1"), isAddress ? tried("A1") : "A1·k1 ok"]]
        case .rotate: return [row.rotates && !isFinal ? [tried("A1"), "A1·k2 ok"] : [tried("A1")]]
        case .fallBack:
            guard let next = row.next, !isFinal else { return [[tried("A1")]] }
            // The sibling lives at the same broken address.
            let through = isAddress && row.outcome == .timeoutConnect ? [tried("A2")] : []
            return [[tried("A1")] + through + [next + (["A2": "·k1 ok", "O": "·k4 ok"][next] ?? " ok")]]
        case .lock:
            let keys = ["A2": "k1", "M": "k3"]
            let third = isFinal && row.third.count > 1 ? ["A2"] : row.third
            return [[tried("A2")], [tried("M", "k3")], third.map { who in keys[who].map { tried(who, $0) } ?? "L ok" }]
        }
    }

    var isAddress: Bool { [.timeoutConnect, .tlsOrDNS].contains(row.outcome) }
}
