import LLMCore

/// Chooses among the keys of one provider: every healthy key gets the same load.
enum KeyRing {
    struct Choice: Sendable, Hashable {
        var key: KeyFingerprint
        /// The key's place in the round after this call.
        var turn: Int
    }

    /// A key that is ready, as far as the choice goes.
    struct Entry: Sendable, Hashable {
        var key: KeyFingerprint
        var turn = 0
        var lastUsedAt = Int64.min
    }

    /// The key with the fewest turns, then the one unused for longest, then the first: the same for the same states.
    ///
    /// - Parameter ready: Healthy keys in the order they were configured.
    static func pick(_ ready: [Entry], preferred: KeyFingerprint?) -> Choice? {
        guard var best = ready.first else { return nil }
        var second = Int.max
        for entry in ready.dropFirst() {
            let isBetter =
                entry.key == preferred
                || best.key != preferred && (entry.turn, entry.lastUsedAt) < (best.turn, best.lastUsedAt)
            second = min(second, isBetter ? best.turn : entry.turn)
            if isBetter { best = entry }
        }
        // A key that comes back from a rest takes its turn once, instead of all turns it missed.
        let floor = second == .max ? best.turn : max(best.turn, second - 1)
        return Choice(key: best.key, turn: floor + 1)
    }
}
