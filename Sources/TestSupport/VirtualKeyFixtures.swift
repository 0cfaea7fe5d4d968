package import LLMCore

/// Virtual keys for tests.
package enum VirtualKeyFixtures {
    /// A key whose secret is `dgk_` and its name.
    package static func key(
        _ name: String = "ci", role: VirtualKey.Role = .use, expiresAt: Int64? = nil,
        _ limits: VirtualKey.Limits = .init()
    ) -> VirtualKey {
        let secret = APIKey(secret(name))
        return VirtualKey(
            id: VirtualKeyID(rawValue: "id-\(name)"), name: name, secretHash: VirtualKeySecret.hash(secret.reveal()),
            fingerprint: secret.fingerprint, role: role, createdAt: ManualClock.wallStart, expiresAt: expiresAt,
            limits: limits)
    }

    package static func secret(_ name: String = "ci") -> String { "dgk_\(name)" }

    /// A key with all that can be set.
    package static let full = key(
        "full", role: .admin, expiresAt: ManualClock.wallStart + 5,
        VirtualKey.Limits(
            budget: USD("12.000000000001"),
            models: [
                .model(ModelID(provider: "groq", name: "openai/gpt-oss-120b")), .provider("xai"), .auto(nil),
                .auto(.planning),
            ], requestsPerMinute: 7, tokensPerMinute: 9_000))
}
