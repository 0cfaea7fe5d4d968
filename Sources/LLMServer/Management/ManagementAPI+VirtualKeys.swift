import DirGenAPI
import DirGenCore
import LLMCore
import LLMService

extension ManagementAPI {
    /// The virtual keys of clients: issued, listed and revoked. A secret is in one response alone, of the order that made it.
    static let virtualKeys: [APIOperation] = [
        APIOperation("GET", "/api/virtual-keys", "The virtual keys with their limits and usage; no secret.") { call in
            let now = TimeSource.live.wallMicroseconds()
            return try await call.registry().list().map { VirtualKeyDocument($0, now: now) }
        },
        APIOperation(
            "POST", "/api/virtual-keys", "Issue a virtual key; its secret is not shown again.",
            request: OpenAPI.virtualKeySchema
        ) { call in
            let now = TimeSource.live.wallMicroseconds()
            let issued = try await call.registry().issue(try call.order())
            return IssuedKeyDocument(issued.key, secret: issued.secret, now: now)
        },
        APIOperation(
            "DELETE", "/api/virtual-keys/{name}", "Revoke a virtual key for good.",
            [.init(name: "name", isInPath: true, summary: "Name, identifier or fingerprint; never the secret.")]
        ) { call in
            let revoked = try await call.registry().revoke(named: call["name"] ?? "")
            return VirtualKeyDocument(revoked, now: TimeSource.live.wallMicroseconds())
        },
    ]
}

extension APICall {
    fileprivate func registry() throws(APIError) -> VirtualKeyRegistry {
        guard let registry = dirgen.virtualKeys else {
            throw APIError(.store(.notFound), "this server keeps no database")
        }
        return registry
    }

    fileprivate func order() throws(APIError) -> VirtualKeyOrder {
        let asked = try read(KeyOrderDocument.self)
        var patterns: [ModelPattern] = []
        for text in asked.models ?? [] {
            guard let pattern = dirgen.configuration.pattern(text) else {
                throw APIError(
                    .invalidInput,
                    "models: expected provider/model, provider/*, auto, auto/TASK or an alias that exists")
            }
            patterns.append(pattern)
        }
        guard let role = VirtualKey.Role(rawValue: asked.role ?? VirtualKey.Role.use.rawValue) else {
            throw APIError(.invalidInput, "role: expected use or admin")
        }
        return VirtualKeyOrder(
            name: asked.name, role: role,
            limits: VirtualKey.Limits(
                budget: asked.budget, models: patterns, requestsPerMinute: asked.requestsPerMinute,
                tokensPerMinute: asked.tokensPerMinute), expiresAt: asked.expiresAt)
    }
}

extension OpenAPI {
    fileprivate static let virtualKeySchema = request(
        KeyOrderDocument.self,
        [
            "name": ["minLength": 1], "role": ["enum": ["use", "admin", .null]],
            "budget_usd": ["pattern": "^[0-9]{1,6}(\\.[0-9]{1,12})?$"],
            "rpm": ["minimum": 1, "maximum": 1_000_000_000], "tpm": ["minimum": 1, "maximum": 1_000_000_000],
            "expires_at": ["minimum": 0, "maximum": 9_007_199_254_740_991],
        ])
}
