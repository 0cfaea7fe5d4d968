extension Grade {
    /// Sums verdicts up.
    init(verdicts: [Verdict], threshold: Double, graderError: Bool) {
        let scored = verdicts.filter { $0.score != nil && $0.weight > 0 }
        let weight = scored.reduce(0) { $0 + $1.weight }
        let sum = scored.reduce(0) { $0 + $1.weight * ($1.score ?? 0) }
        guard weight > 0, !graderError else {
            self.init(verdicts: verdicts, score: nil, passed: nil, graderError: graderError)
            return
        }
        let score = sum / weight
        let open = verdicts.filter { $0.score == nil }.reduce(0) { $0 + $1.weight }
        self.init(
            verdicts: verdicts, score: score,
            passed: Grade.passed(sum: sum, weight: weight, open: open, threshold: threshold))
    }

    /// Known as soon as the open weight cannot change it.
    private static func passed(sum: Double, weight: Double, open: Double, threshold: Double) -> Bool? {
        // Weights like 0.1 do not add up exactly.
        let bar = threshold - 1e-9
        let worst = sum / (weight + open) >= bar
        let best = (sum + open) / (weight + open) >= bar
        return worst == best ? worst : nil
    }
}
