import DirGenAPI
import DirGenCore
import LLMCore

extension ManagementAPI {
    /// The turns of the providers' keys, for programs that have the keys and send their requests by themselves.
    static let keys: [APIOperation] = [
        APIOperation(
            "POST", "/api/keys/next", "The next key of a provider's round, by its fingerprint.",
            request: OpenAPI.keyRequestSchema
        ) { call in
            let asked = try call.read(KeyRequestDocument.self)
            try call.requireProvider(asked.provider)
            switch try await call.dirgen.lendKey(of: asked.provider, among: asked.among.map { Set($0) }) {
            case .key(let fingerprint, let variable):
                return KeyTurnDocument(provider: asked.provider, fingerprint: fingerprint, variable: variable)
            case .notBefore(let instant, let reason):
                throw APIError(.noAnswer(.rateLimited), "\(reason) until \(RFC3339.text(instant))")
            case .none(let reason): throw APIError(.providerUnusable, reason)
            }
        },
        APIOperation(
            "POST", "/api/keys/{fingerprint}/results",
            "Record how a call ended that a program made with a key of its own.",
            [.init(name: "fingerprint", isInPath: true, summary: "Fingerprint of the key, never the key itself.")],
            request: OpenAPI.keyResultSchema
        ) { call in
            let result = try call.read(KeyResultDocument.self)
            try call.requireProvider(result.provider)
            let fingerprint = KeyFingerprint(rawValue: call["fingerprint"] ?? "")
            let events = try await call.known(.unknownKey) {
                try await call.dirgen.returnKey(
                    fingerprint, of: result.provider, outcome: result.outcome,
                    retryAfter: result.retryAfter.map { .milliseconds(Int64($0)) })
            }
            return ChangesDocument(events.map(\.document))
        },
    ]
}

extension OpenAPI {
    fileprivate static let keyRequestSchema = request(KeyRequestDocument.self, ["provider": ["minLength": 1]])

    fileprivate static let keyResultSchema = request(
        KeyResultDocument.self,
        ["provider": ["minLength": 1], "retry_after_ms": ["minimum": 0, "maximum": 86_400_000]])
}
