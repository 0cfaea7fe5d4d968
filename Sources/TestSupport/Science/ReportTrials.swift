import BenchCore
import LLMCore

/// The intervals of a report in worlds whose truth is known: rates over groups, the p95 of repeats, mean costs.
package enum ReportTrials {
    /// A figure of one run: its interval, and the truth.
    private static func tally(
        _ seeds: Range<UInt64>, truth: Double, _ interval: (inout SeededGenerator) -> Statistics.Interval?
    ) -> SelectionTally {
        var tally = SelectionTally()
        for seed in seeds {
            var random = SeededGenerator(seed: seed)
            guard let range = interval(&random) else { continue }
            tally.runs += 1
            if range.low - 1e-9 <= truth, truth <= range.high + 1e-9 { tally.certified += 1 } else { tally.wrong += 1 }
        }
        return tally
    }

    /// Passes of cases whose groups share `agreement` of their luck.
    package static func rate(
        _ seeds: Range<UInt64>, groups: Int, of size: Int, truth: Double, agreement: Double
    ) -> SelectionTally {
        let mark = Normal.quantile(truth)
        return tally(seeds, truth: truth) { random in
            var outcomes: [Bool] = []
            for _ in 0..<groups {
                let shared = random.normal()
                for _ in 0..<size {
                    let luck = agreement.squareRoot() * shared + (1 - agreement).squareRoot() * random.normal()
                    outcomes.append(luck < mark)
                }
            }
            return Statistics.clusteredRate(outcomes, clusters: outcomes.indices.map { $0 / size })?.interval
        }
    }

    /// Log-normal latencies of cases that are asked `repeats` times, of whose spread the case decides `agreement`.
    package static func p95(
        _ seeds: Range<UInt64>, cases: Int, repeats: Int, agreement: Double
    ) -> SelectionTally {
        tally(seeds, truth: Portable.exponential(Normal.quantile(0.95))) { random in
            var values: [Double] = []
            for _ in 0..<cases {
                let shared = random.normal()
                for _ in 0..<repeats {
                    let own = agreement.squareRoot() * shared + (1 - agreement).squareRoot() * random.normal()
                    values.append(Portable.exponential(own))
                }
            }
            return Statistics.clusteredQuantileInterval(
                values, clusters: values.indices.map { $0 / repeats }, quantile: 0.95)
        }
    }

    /// Log-normal costs of mean 1, whose logarithm has a standard deviation of `spread`.
    package static func meanCost(_ seeds: Range<UInt64>, cases: Int, spread: Double) -> SelectionTally {
        tally(seeds, truth: 1) { random in
            let costs = (0..<cases).map { _ in
                (Portable.exponential(spread * random.normal() - spread * spread / 2), 1.0)
            }
            return Statistics.skewedMean(costs, seed: random.next())?.interval
        }
    }
}
