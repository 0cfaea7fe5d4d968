import LLMCore

/// Chooses among the keys of one provider: every healthy key gets the same load.
enum KeyRing {
    struct Choice: Sendable, Hashable {
        var key: KeyFingerprint
        /// The key's place in the round after this call.
        var turn: Int
    }

    /// The key with the fewest turns, then the one unused for longest, then the first in `ready`: the same for the same states.
    ///
    /// - Parameter ready: Healthy keys in the order they were configured.
    static func pick(
        _ ready: [KeyFingerprint], preferred: KeyFingerprint?, state: (KeyFingerprint) -> KeyState?
    ) -> Choice? {
        var best: (key: KeyFingerprint, turn: Int, usedAt: Int64)?
        var second = Int.max
        for key in ready {
            let known = state(key)
            let entry = (key: key, turn: known?.turn ?? 0, usedAt: known?.lastUsedAt ?? .min)
            guard let current = best else {
                best = entry
                continue
            }
            if key == preferred
                || (current.key != preferred && (entry.turn, entry.usedAt) < (current.turn, current.usedAt))
            {
                second = min(second, current.turn)
                best = entry
            } else {
                second = min(second, entry.turn)
            }
        }
        guard let best else { return nil }
        // A key that comes back from a rest takes its turn once, instead of all turns it missed.
        let floor = second == .max ? best.turn : max(best.turn, second - 1)
        return Choice(key: best.key, turn: floor + 1)
    }
}
