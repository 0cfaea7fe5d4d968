package import LLMCore

/// The authenticated client of a request: its key, as it was when the request came.
package struct AccessGrant: Sendable, Hashable {
    package let key: VirtualKey

    package init(key: VirtualKey) { self.key = key }

    /// Refuses a key that may not manage the service.
    package func requireAdmin() throws(AccessRefusal) {
        guard key.role != .admin else { return }
        throw AccessRefusal(
            .adminNeeded, "the key \(key) may send requests, and not manage the service: its role is use")
    }

    /// Refuses a model that the key may not ask for, by name or through the service's choice.
    package func require(_ choice: ModelChoice, task: TaskType, alias: String?) throws(AccessRefusal) {
        guard !key.limits.allow(choice, task: task, alias: alias) else { return }
        let allowed = key.limits.models.map(\.description).joined(separator: ", ")
        throw AccessRefusal(.modelNotAllowed, "the key \(key) may not use this model; it may use \(allowed)")
    }
}

/// A copy of all virtual keys, found by the hash of their secret.
struct KeyDirectory: Sendable {
    /// By the first characters of the hash. How long the search takes depends on nothing but them, and they are of no use to a client:
    /// nobody can choose a secret by its hash.
    private let byPrefix: [String: [VirtualKey]]
    private static let prefixLength = 8

    init(_ keys: [VirtualKey]) {
        byPrefix = Dictionary(grouping: keys) { String($0.secretHash.prefix(KeyDirectory.prefixLength)) }
    }

    /// No key was ever issued.
    var isEmpty: Bool { byPrefix.isEmpty }

    /// Authenticates a secret.
    ///
    /// - Parameters:
    ///   - presented: The secret that the client gave; `nil` none.
    ///   - now: Wall clock, microseconds since 1970.
    /// - Returns: `nil` where no key was ever issued: everybody may do everything then.
    func authenticate(_ presented: String?, now: Int64) throws(AccessRefusal) -> AccessGrant? {
        guard !isEmpty else { return nil }
        guard let presented, !presented.isEmpty else {
            throw AccessRefusal(.keyMissing, "this server needs a key, and the request has none")
        }
        guard let key = find(VirtualKeySecret.hash(presented)) else {
            throw AccessRefusal(.keyUnknown, "the key of the request is none of this server's")
        }
        switch key.state(at: now) {
        case .active: return AccessGrant(key: key)
        case .revoked: throw AccessRefusal(.keyRevoked, "the key \(key) was revoked")
        case .expired:
            let end = key.expiresAt.map { ": \(NumberText.timestamp(microseconds: $0))" } ?? ""
            throw AccessRefusal(.keyExpired, "the key \(key) has expired\(end)")
        }
    }

    private func find(_ hash: String) -> VirtualKey? {
        let candidates = byPrefix[String(hash.prefix(KeyDirectory.prefixLength))] ?? []
        return candidates.first { VirtualKeySecret.areEqual($0.secretHash, hash) }
    }
}
