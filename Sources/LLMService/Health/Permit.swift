public import LLMCore

/// Leave to send one attempt, with what its result will be held against.
public struct Permit: Sendable, Hashable {
    /// Generations of the breakers it passed: results of an earlier generation change nothing.
    struct Generations: Sendable, Hashable {
        var provider: Int
        var model: Int
        var key: Int

        /// In the order provider, model, key.
        init(_ all: [Int]) {
            provider = all.first ?? 0
            model = all.dropFirst().first ?? 0
            key = all.dropFirst(2).first ?? 0
        }
    }
    public let request: AdmissionRequest
    /// The key to send it with; `nil` when the provider needs none.
    public let key: KeyFingerprint?
    /// It is the one probe that a breaker, or the lock, waits for.
    public let isProbe: Bool
    public let admittedAt: Int64
    /// Whose limits it takes from: the key's own, or those of its quota group.
    let limitOwner: KeyFingerprint?
    let generations: Generations
    /// Its place in the key's round.
    let turn: Int

    public var attempt: AttemptID { request.attempt }
}
