import BenchCore
package import LLMCore

/// Counts over many runs of a ``SelectionWorld``.
package struct SelectionTally: Sendable, Hashable {
    package var runs = 0
    package var certified = 0
    /// Certified, and not so.
    package var wrong = 0

    package init() {}

    package static func + (left: SelectionTally, right: SelectionTally) -> SelectionTally {
        var sum = left
        sum.runs += right.runs
        sum.certified += right.certified
        sum.wrong += right.wrong
        return sum
    }
    package var certifiedShare: Double { Double(certified) / Double(max(runs, 1)) }
    package var wrongShare: Double { Double(wrong) / Double(max(runs, 1)) }
}

extension SelectionWorld {
    /// The runs that certify an arm, and those of them whose arm does not keep what is certified.
    package func tally(
        seeds: Range<UInt64>, constraints: SelectionConstraints = .init(), holds: (SelectionRow) -> Bool
    ) -> SelectionTally {
        var tally = SelectionTally()
        for seed in seeds {
            let choice = table(seed: seed, constraints: constraints).choose()
            tally.runs += 1
            guard choice.verdict == .certified, let row = choice.row else { continue }
            tally.certified += 1
            if !holds(row) { tally.wrong += 1 }
        }
        return tally
    }

    /// Wrong certificates of quality.
    package func tally(seeds: Range<UInt64>) -> SelectionTally { tally(seeds: seeds) { isGood($0) } }

    /// The runs whose verdict (which arm, certified or not) is another when only the draws' seed is.
    package func flips(seeds: Range<UInt64>) -> SelectionTally {
        var tally = SelectionTally()
        for seed in seeds {
            let verdicts = tables(seed: seed, drawSeeds: [seed, ~seed]).map { table in
                let choice = table.choose()
                return "\(choice.verdict) \(choice.row?.arm.id.rawValue ?? "")"
            }
            tally.runs += 1
            tally.certified += 1
            if verdicts[0] != verdicts[1] { tally.wrong += 1 }
        }
        return tally
    }

    /// Of runs that certify nothing and say how many further cases would, the share that is certified with as many more.
    package func certifiedWhenGrown(seeds: Range<UInt64>, most: Int = 4_000) -> SelectionTally {
        var tally = SelectionTally()
        for seed in seeds {
            let choice = table(seed: seed).choose()
            guard choice.verdict == .uncertified, let needed = choice.casesNeeded, needed + cases <= most else {
                continue
            }
            var grown = self
            grown.cases += needed
            tally.runs += 1
            if grown.table(seed: seed &+ 1_000_003).choose().verdict == .certified { tally.certified += 1 }
        }
        return tally
    }

    /// The runs in which an interval of a certified row, or of any, holds the truth.
    package func coverage(
        seeds: Range<UInt64>, certifiedOnly: Bool = false,
        of interval: (SelectionRow) -> (low: Double, high: Double)?, truth: (Model) -> Double
    ) -> SelectionTally {
        var tally = SelectionTally()
        for seed in seeds {
            let table = table(seed: seed)
            let choice = certifiedOnly ? table.choose() : nil
            if certifiedOnly, choice?.verdict != .certified { continue }
            let row = certifiedOnly ? choice?.row : table.rows.first
            guard let row, let model = model(of: row), let range = interval(row) else { continue }
            tally.runs += 1
            let value = truth(model)
            if range.low - 1e-9 <= value, value <= range.high + 1e-9 { tally.certified += 1 } else { tally.wrong += 1 }
        }
        return tally
    }
}
