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
            guard call.body["outcome"]?.string.flatMap(AttemptClass.init(rawValue:)) != nil else {
                throw APIError(.invalidInput, "outcome: expected one of \(OpenAPI.outcomes.joined(separator: ", "))")
            }
            let result = try call.read(KeyResultDocument.self)
            guard result.retryAfter.map({ (0...86_400_000).contains($0) }) ?? true else {
                throw APIError(.invalidInput, "retry_after_ms: expected milliseconds, from 0 to a day")
            }
            let events = try await call.dirgen.returnKey(
                KeyFingerprint(rawValue: call["fingerprint"] ?? ""), of: result.provider, outcome: result.outcome,
                retryAfter: result.retryAfter.map { .milliseconds(Int64($0)) })
            return ChangesDocument(events.map(\.document))
        },
    ]
}

extension OpenAPI {
    fileprivate static let keyRequestSchema: JSONValue = schema(
        required: ["provider"],
        [
            ("provider", ["type": "string", "minLength": 1]),
            ("among", ["type": ["array", "null"], "items": ["type": "string"]]),
        ])

    fileprivate static let outcomes = AttemptClass.allCases.map(\.rawValue)

    fileprivate static let keyResultSchema: JSONValue = schema(
        required: ["provider", "outcome"],
        [
            ("provider", ["type": "string", "minLength": 1]),
            ("outcome", ["enum": .array(outcomes.map { .string($0) })]),
            ("retry_after_ms", ["type": ["number", "null"], "minimum": 0, "maximum": 86_400_000]),
        ])
}
