/// The port of virtual keys: durable, and shared by every process that uses the same database.
///
/// Every write is on disk when it returns, and is finished even when the calling task is cancelled meanwhile.
public protocol VirtualKeyStore: Sendable {
    /// Adds a key.
    ///
    /// - Throws: ``StoreError`` with `conflict` where a key of that name is not revoked.
    func issue(_ key: VirtualKey) async throws

    /// Every key that was ever issued, in the order of their identifiers.
    func virtualKeys() async throws -> [VirtualKey]

    /// Revokes a key.
    ///
    /// - Returns: `false` where there is none, or it was revoked before.
    func revokeVirtualKey(_ id: VirtualKeyID, at instant: Int64) async throws -> Bool

    /// A count that grows with every key that is issued or revoked, by whichever process: a cheap test of a cached copy.
    func virtualKeysVersion() async throws -> Int64

    /// Records the usage of a lease and sets its block aside: one step that no other process can interleave. See ``LeaseRenewal``.
    ///
    /// - Throws: ``StoreError`` with `conflict` where there is no such key.
    func renewLease(_ renewal: LeaseRenewal) async throws -> LeaseBalance
}
