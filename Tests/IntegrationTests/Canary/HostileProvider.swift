import LLMCore
import LLMWire
import ProviderSimulator

/// A provider that repeats our keys and the question wherever it can, failing in every way it knows.
enum HostileProvider {
    struct Trick: Sendable {
        var name: String
        var effect: FaultEffect
        /// `nil`: either way.
        var streaming: Bool?
        /// Makes it happen; no question but this trick's holds it.
        var mark: String { "[\(name)]" }
    }

    static let tricks: [Trick] = said + bodies + streams + silences

    static var scenario: Scenario {
        Scenario(
            faults: tricks.map {
                FaultRule(name: $0.name, match: RequestMatch(prompt: $0.mark), effect: $0.effect)
            })
    }

    private static let headers: [WireHeader] =
        [
            "x-request-id", "request-id", "server", "via", "x-ratelimit-limit-requests", "retry-after", "location",
            "www-authenticate", "x-groq-region",
        ].map { WireHeader($0, $0 == "location" ? "/?key=\(Canary.key)" : Canary.echo) }

    private static func trick(
        _ name: String, streaming: Bool? = nil, _ change: (inout FaultEffect) -> Void
    ) -> Trick {
        var effect = FaultEffect()
        effect.headers = headers
        change(&effect)
        return Trick(name: name, effect: effect, streaming: streaming)
    }

    /// Each class in the provider's own form, with its words replaced.
    private static let said: [Trick] = {
        let kinds: [AttemptClass] = [
            .rateLimited, .quotaExhausted, .auth, .permission, .region, .badRequest, .modelNotFound, .payloadTooLarge,
            .conflict, .contextOverflow, .contentFilter, .serverError, .overloaded,
        ]
        return kinds.flatMap { kind in
            [
                trick("say-\(kind.rawValue)", streaming: false) {
                    $0.fail = kind
                    $0.message = Canary.echo
                },
                trick("event-\(kind.rawValue)", streaming: true) {
                    $0.errorAfter = 1
                    $0.errorEvent = kind
                    $0.message = Canary.echo
                },
            ]
        }
    }()

    private static let bodies: [Trick] = [
        (200, FaultEffect.Body.text("{\"choices\": \(Canary.echo)")), (200, .text(Canary.echo)),
        (200, .text("<html><title>\(Canary.echo)</title></html>")), (200, .text("data: \(Canary.echo)\n\n")),
        (200, named), (302, .text(Canary.echo)), (307, .text(Canary.echo)), (400, words), (401, words), (402, words),
        (403, words), (404, words), (407, .text(Canary.echo)), (413, words), (418, .text(Canary.echo)), (429, words),
        (500, .text(Canary.echo)),
        (502, .text("<!doctype html><html><head><title>\(Canary.echo)</title></head></html>")),
        (529, words),
    ].enumerated().map { index, answer in
        trick("body-\(index)-\(answer.0)", streaming: index.isMultiple(of: 2)) {
            $0.status = answer.0
            $0.body = answer.1
        }
    }

    /// Every word of an error that we read.
    private static var words: FaultEffect.Body {
        let echo = JSONValue.string(Canary.echo)
        return .json([
            "error": [
                "message": echo, "type": echo, "code": echo, "param": echo, "status": echo,
                "details": [["reason": echo, "violations": [["quotaId": echo]]]],
            ]
        ])
    }

    /// An answer whose every name is one of our keys.
    private static var named: FaultEffect.Body {
        let echo = JSONValue.string(Canary.key)
        return .json([
            "id": echo, "model": echo, "system_fingerprint": echo, "service_tier": echo,
            "choices": [["index": 0, "finish_reason": echo, "message": ["role": "assistant", "content": "fine"]]],
            "usage": ["prompt_tokens": 1, "completion_tokens": 1, "note": echo],
        ])
    }

    private static let streams: [Trick] = [
        trick("fine") { $0.answer = Canary.answer },
        trick("broken-json", streaming: true) { ($0.answer, $0.malformedAt) = (Canary.answer, 2) },
        trick("cut-clean", streaming: true) { ($0.answer, $0.cutAfter) = (Canary.answer, 1) },
        trick("cut-reset", streaming: true) { ($0.answer, $0.cutAfter, $0.cut) = (Canary.answer, 1, .reset) },
        trick("dropped", streaming: false) { $0.drops = true },
        trick("empty", streaming: true) { $0.emptyText = true },
        trick("length", streaming: false) { ($0.answer, $0.finish) = (Canary.answer, .length) },
        trick("filtered", streaming: true) { ($0.answer, $0.finish) = (Canary.answer, .contentFilter) },
    ]

    private static let silences: [Trick] = [
        trick("silent", streaming: false) { ($0.firstTokenAbsent, $0.firstTokenDelay) = (true, 60_000_000) },
        trick("stalled", streaming: true) {
            ($0.answer, $0.stall) = (Canary.answer, .init(after: 1, hold: 60_000_000))
        },
    ]
}
