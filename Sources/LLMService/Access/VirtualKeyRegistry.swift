package import LLMCore

/// An order for a virtual key.
package struct VirtualKeyOrder: Sendable, Hashable {
    package var name: String
    package var role: VirtualKey.Role
    package var limits: VirtualKey.Limits
    /// Microseconds since 1970; `nil`: never.
    package var expiresAt: Int64?

    package init(
        name: String, role: VirtualKey.Role = .use, limits: VirtualKey.Limits = .init(), expiresAt: Int64? = nil
    ) {
        self.name = name
        self.role = role
        self.limits = limits
        self.expiresAt = expiresAt
    }
}

/// A new virtual key with its secret, which exists nowhere else.
package struct IssuedVirtualKey: Sendable {
    package let key: VirtualKey
    package let secret: APIKey
}

/// The management of virtual keys: issues, lists and revokes them.
package struct VirtualKeyRegistry: Sendable {
    private let store: any VirtualKeyStore
    private let time: TimeSource
    private let makeSecret: @Sendable () -> APIKey

    /// - Parameter makeSecret: The system's random source by default.
    package init(
        store: any VirtualKeyStore, time: TimeSource = .live,
        makeSecret: @escaping @Sendable () -> APIKey = { VirtualKeySecret.make() }
    ) {
        self.store = store
        self.time = time
        self.makeSecret = makeSecret
    }

    /// Issues a key. Its secret is in the result and nowhere else.
    ///
    /// - Throws: ``VirtualKeyError`` for a name that is taken or none, and a limit or expiry that cannot be; `StoreError`.
    package func issue(_ order: VirtualKeyOrder) async throws -> IssuedVirtualKey {
        let now = time.wallMicroseconds()
        try VirtualKeyRegistry.check(order, now: now)
        let secret = makeSecret()
        let key = VirtualKey(
            id: VirtualKeyID(rawValue: Identifier.make(time: time)), name: order.name,
            secretHash: VirtualKeySecret.hash(secret.reveal()), fingerprint: secret.fingerprint, role: order.role,
            createdAt: now, expiresAt: order.expiresAt, limits: order.limits)
        do {
            try await store.issue(key)
        } catch let error as StoreError where error.code == .conflict {
            throw VirtualKeyError(
                .nameTaken, "a virtual key of that name is not revoked: revoke it, or take another name")
        }
        return IssuedVirtualKey(key: key, secret: secret)
    }

    /// Every key that was ever issued, in the order they were.
    package func list() async throws -> [VirtualKey] { try await store.virtualKeys() }

    /// Revokes a key, named by its name, identifier or fingerprint. Every process refuses it within about a second.
    ///
    /// - Throws: ``VirtualKeyError`` where no key that is not revoked is named so; `StoreError`.
    package func revoke(named name: String) async throws -> VirtualKey {
        let now = time.wallMicroseconds()
        let found = try await store.virtualKeys().first {
            $0.revokedAt == nil && ($0.name == name || $0.id.rawValue == name || $0.fingerprint.rawValue == name)
        }
        guard var key = found, try await store.revokeVirtualKey(key.id, at: now) else {
            throw VirtualKeyError(
                .unknown,
                "no virtual key in use has that name; a name is what it was issued with, its id or its fingerprint")
        }
        key.revokedAt = now
        return key
    }

    private static func check(_ order: VirtualKeyOrder, now: Int64) throws(VirtualKeyError) {
        let name = order.name
        guard !name.isEmpty, name.count <= 64, name == Redaction.printable(name), name == Redaction.redact(name) else {
            throw VirtualKeyError(
                .invalid, "the name of a key has 1 to 64 characters that can be printed, and is no secret")
        }
        guard order.expiresAt.map({ $0 > now }) ?? true else {
            throw VirtualKeyError(.invalid, "the key would have expired already")
        }
        let limits = order.limits
        guard (limits.budget ?? .zero) >= .zero, (limits.requestsPerMinute ?? 1) > 0, (limits.tokensPerMinute ?? 1) > 0
        else {
            throw VirtualKeyError(.invalid, "a limit of a minute is at least 1, and a budget no debt")
        }
    }
}
