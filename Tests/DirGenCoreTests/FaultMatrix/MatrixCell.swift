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

extension MatrixCell {
    /// Longer than any test: a silence that only our own deadline ends.
    private static let forever = 60_000_000.0

    /// How the failure is made to happen.
    var injection: Injection {
        switch row.outcome {
        case .timeoutConnect: phase == .after ? .impossible("a stream has a connection") : .silent
        case .tlsOrDNS: phase == .after ? .impossible("a stream has a connection") : .plain
        case .timeoutFirstToken, .timeoutIdle, .timeoutTotal: silence
        case .connectionReset, .streamTruncated: broken
        case .malformedSSE: phase == .unary ? .impossible("no events") : make { $0.floodAfter = piece }
        case .malformedJSON: make { $0.malformedAt = piece + 1 }
        case .emptyOutput: phase == .after ? .impossible("text came") : make { $0.emptyText = true }
        case .refusal: finish(.refusal)
        case .lengthTruncated: finish(.length)
        default: said
        }
    }

    /// After how many pieces of the answer it happens.
    private var piece: Int { phase == .after ? 1 : 0 }

    private func make(_ change: (inout FaultEffect) -> Void) -> Injection {
        var effect = FaultEffect()
        change(&effect)
        return .fault(effect)
    }

    private func finish(_ kind: FinishReason.Kind) -> Injection {
        make {
            $0.finish = kind
            $0.emptyText = phase == .before
        }
    }

    /// The provider says so: by a response of its own, or inside a stream that began well.
    private var said: Injection {
        // Groq has no words of its own for these.
        let words: [AttemptClass: (AttemptClass, String)] = [
            .region: (.permission, "Country, region, or territory not supported"),
            .contentFilter: (.badRequest, "Content violates usage guidelines."),
        ]
        if row.outcome == .conflict {
            guard phase != .after else { return .impossible("said by a status alone") }
            return make {
                $0.fail = .conflict
                $0.status = 409
            }
        }
        return make {
            $0.message = words[row.outcome]?.1
            let kind = words[row.outcome]?.0 ?? row.outcome
            if phase.streams { ($0.errorAfter, $0.errorEvent) = (piece, kind) } else { $0.fail = kind }
        }
    }

    private var silence: Injection {
        let stall = FaultEffect.Stall(after: 1, hold: MatrixCell.forever)
        switch (row.outcome, phase) {
        case (.timeoutFirstToken, .after): return .impossible("the first token came")
        case (.timeoutFirstToken, .unary): return .impossible("a whole answer has no first token")
        case (.timeoutIdle, .before): return .impossible("it is the first token that is late")
        case (.timeoutFirstToken, _), (.timeoutTotal, .unary), (.timeoutTotal, .before):
            return make {
                $0.firstTokenAbsent = true
                $0.firstTokenDelay = MatrixCell.forever
            }
        default: return make { $0.stall = stall }
        }
    }

    private var broken: Injection {
        switch (row.outcome, phase) {
        case (.streamTruncated, .unary): .impossible("a whole answer that is cut is malformed or reset")
        case (.streamTruncated, _): make { $0.cutAfter = piece }
        case (_, .after):
            make {
                // A reset destroys what was not read yet.
                $0.stall = .init(after: 1, hold: 250_000)
                $0.cutAfter = 1
                $0.cut = .reset
            }
        default: make { $0.drops = true }
        }
    }
}
