import LLMCore
import ProviderSimulator

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
