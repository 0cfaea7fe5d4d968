import Foundation
import LLMCore

@testable import BenchCore

/// What other programs make of some data (`scripts/statistics/vectors.py`), a table for each function.
struct ReferenceVectors: Decodable {
    let seed: Int
    let tables: Tables

    struct Tables: Decodable {
        let distributions: Table<DistributionCase>
        let wilson: Table<WilsonCase>
        let clusteredMean: Table<ClusteredMeanCase>
        let clusteredRate: Table<ClusteredRateCase>
        let quantile: Table<QuantileCase>
        let clusteredQuantile: Table<ClusteredQuantileCase>
        let passes: Table<PassesCase>
        let mcnemar: Table<McNemarCase>
        let holm: Table<HolmCase>
        let bootstrap: Table<BootstrapCase>
        let signedRank: Table<SignedRankCase>
        let hodgesLehmann: Table<HodgesLehmannCase>
        let equivalence: Table<EquivalenceCase>
        let power: Table<PowerCase>
    }

    struct Table<Case: ReferenceCase>: Decodable {
        let reference: String
        /// The largest deviation allowed, relative to a figure above 0.001.
        let tolerance: Double
        /// Why there is any.
        let reason: String
        let cases: [Case]
    }

    /// The vectors in the file that `DIRGEN_STATISTICS_VECTORS` names, or those that are kept.
    static func load() throws -> ReferenceVectors {
        let kept = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("scripts/statistics/vectors.json")
        let named = ProcessInfo.processInfo.environment["DIRGEN_STATISTICS_VECTORS"] ?? ""
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let file = named.isEmpty ? kept : URL(fileURLWithPath: named)
        return try decoder.decode(Self.self, from: Data(contentsOf: file))
    }
}

/// Our figure beside the one it must be.
struct Comparison {
    let name: String
    let ours: Double?
    let expected: Double?
    /// Where our random draws and theirs must both lie; `nil` of a figure without chance.
    var range: ClosedRange<Double>?

    /// Zero of two figures alike, infinite where one is unknown or infinite and the other is not.
    var deviation: Double {
        if let range { return ours.map(range.contains) ?? false ? 0 : .infinity }
        guard ours != expected else { return 0 }
        guard let ours, let expected, ours.isFinite, expected.isFinite else { return .infinity }
        return abs(ours - expected) / max(abs(expected), 1e-3)
    }
}

/// A case of a table: its data, what they must come to, and what we make of them.
protocol ReferenceCase: Decodable {
    var comparisons: [Comparison] { get }
}

extension ReferenceCase {
    fileprivate func compare(_ name: String, _ ours: Double?, _ expected: Double?) -> Comparison {
        Comparison(name: name, ours: ours, expected: expected)
    }

    fileprivate func compare(
        _ interval: Statistics.Interval?, _ low: Double?, _ high: Double?
    ) -> [Comparison] {
        [compare("low", interval?.low, low), compare("high", interval?.high, high)]
    }
}

/// A value of a distribution; its arguments stand in scipy's order.
struct DistributionCase: ReferenceCase {
    let of: String
    let at: [Double]
    let value: Double

    var comparisons: [Comparison] { [compare("\(of) \(at)", ours, value)] }

    private var ours: Double? {
        switch of {
        case "normal_quantile": Normal.quantile(at[0])
        case "normal_cdf": Normal.cumulative(at[0])
        case "student_quantile": Statistics.studentQuantile(at[0], degreesOfFreedom: at[1])
        case "student_cdf": Statistics.studentCDF(at[0], degreesOfFreedom: at[1])
        case "binomial": Statistics.binomialProbability(Int(at[0]), of: Int(at[1]), at[2])
        case "incomplete_beta": Statistics.incompleteBeta(at[0], at[1], at[2])
        case "log_gamma": Statistics.logGamma(at[0])
        default: nil
        }
    }
}

struct WilsonCase: ReferenceCase {
    let successes, of, confidence, low, high: Double

    var comparisons: [Comparison] {
        compare(Statistics.wilson(successes: successes, of: of, confidence: confidence), low, high)
    }
}

struct ClusteredMeanCase: ReferenceCase {
    let values: [Double]
    let clusters: [Int]
    let confidence, mean, error, low, high: Double

    var comparisons: [Comparison] {
        let estimate = Statistics.clusteredMean(values, clusters: clusters, confidence: confidence)
        let ours = Statistics.clusteredStandardError(values, clusters: clusters)
        return [compare("mean", estimate?.value, mean), compare("error", ours, error)]
            + compare(estimate?.interval, low, high)
    }
}

struct ClusteredRateCase: ReferenceCase {
    let values: [Double]
    let clusters: [Int]
    let confidence, mean, low, high: Double

    var comparisons: [Comparison] {
        let estimate = Statistics.clusteredRate(values.map { $0 > 0 }, clusters: clusters, confidence: confidence)
        return [compare("mean", estimate?.value, mean)] + compare(estimate?.interval, low, high)
    }
}

struct QuantileCase: ReferenceCase {
    let values: [Double]
    let quantile, confidence, value: Double
    let low, high: Double?

    var comparisons: [Comparison] {
        let interval = Statistics.clusteredQuantileInterval(
            values, clusters: Array(values.indices), quantile: quantile, confidence: confidence)
        let least = Statistics.leastCount(forQuantile: quantile, confidence: confidence)
        return [
            compare("value", Statistics.nearestRank(values, quantile: quantile), value),
            compare("has an interval", values.count >= least ? 1 : 0, low == nil ? 0 : 1),
        ] + compare(interval, low, high)
    }
}

struct ClusteredQuantileCase: ReferenceCase {
    let values: [Double]
    let clusters: [Int]
    let quantile: Double
    let count: Int
    let low, high: Double?

    var comparisons: [Comparison] {
        let ours = Statistics.independentCount(
            values, clusters: clusters, sorted: values.sorted(), quantile: quantile)
        let interval = Statistics.clusteredQuantileInterval(values, clusters: clusters, quantile: quantile)
        return [compare("worth", Double(ours), Double(count))] + compare(interval, low, high)
    }
}

struct PassesCase: ReferenceCase {
    let passes, of, k: Int
    let any, all: Double

    var comparisons: [Comparison] {
        [
            compare("pass@k", Statistics.passAtK(passes: passes, of: of, k: k), any),
            compare("pass^k", Statistics.passHatK(passes: passes, of: of, k: k), all),
        ]
    }
}

struct McNemarCase: ReferenceCase {
    let onlyFirst, onlySecond: Int
    let p: Double

    var comparisons: [Comparison] {
        [compare("p", Statistics.mcNemar(onlyFirst: onlyFirst, onlySecond: onlySecond), p)]
    }
}

struct HolmCase: ReferenceCase {
    let p, adjusted: [Double]

    var comparisons: [Comparison] {
        zip(Statistics.holm(p), adjusted).map { compare("adjusted", $0, $1) }
    }
}

struct BootstrapCase: ReferenceCase {
    let isRatio: Bool
    let first, second: [Double]
    let clusters: [Int]
    let seed: UInt64
    let resamples: Int
    let confidence, value, low, high, p: Double
    let lowBetween, highBetween: [Double]

    var comparisons: [Comparison] {
        let sums = Statistics.sums(
            zip(first, second).map { isRatio ? ($0, $1) : ($0 - $1, 1) }, clusters: clusters)
        let estimate =
            isRatio
            ? Statistics.ratio(sums, seed: seed, confidence: confidence, resamples: resamples)
            : Statistics.pairedDifference(
                zip(first, second).map { ($0, $1) }, clusters: clusters, seed: seed, confidence: confidence,
                resamples: resamples)
        let draws = Statistics.resampled(count: sums.count, seed, resamples) { indices in
            indices.reduce(0) { $0 + sums[$1].numerator } / indices.reduce(0) { $0 + sums[$1].denominator }
        }
        return [compare("value", estimate?.value, value), compare("p", Statistics.pValue(ofDifferences: draws), p)]
            + compare(estimate?.interval, low, high)
            + [
                between("low by other draws", estimate?.interval?.low, lowBetween),
                between("high by other draws", estimate?.interval?.high, highBetween),
            ]
    }

    private func between(_ name: String, _ ours: Double?, _ ends: [Double]) -> Comparison {
        Comparison(name: name, ours: ours, expected: nil, range: ends[0]...ends[1])
    }
}

struct SignedRankCase: ReferenceCase {
    let first, second: [Double]
    let p: Double

    var comparisons: [Comparison] {
        let pairs = zip(first, second).map { (first: $0, second: $1) }
        return [compare("p", Statistics.signedRankTest(pairs, clusters: Array(pairs.indices)), p)]
    }
}

struct HodgesLehmannCase: ReferenceCase {
    let first, second: [Double]
    let clusters: [Int]
    let confidence, value: Double
    let low, high: Double?

    var comparisons: [Comparison] {
        let estimate = Statistics.hodgesLehmannRatio(
            zip(first, second).map { ($0, $1) }, clusters: clusters, confidence: confidence)
        return [compare("ratio", estimate?.value, value)] + compare(estimate?.interval, low, high)
    }
}

struct EquivalenceCase: ReferenceCase {
    let differences: [Double]
    let clusters: [Int]
    let margin: Double
    let bound: Double?
    let below, above: Double

    var comparisons: [Comparison] {
        let ours = Statistics.equivalence(
            ofDifferences: differences, clusters: clusters, margin: margin, bound: bound)
        return [
            compare("at most −margin", ours?.atMostMinusMargin, below),
            compare("at least the margin", ours?.atLeastMargin, above), compare("p", ours?.p, max(below, above)),
        ]
    }
}

struct PowerCase: ReferenceCase {
    let difference, variance, confidence, power: Double
    let cases: Int
    let detectable: Double

    var comparisons: [Comparison] {
        let needed = Statistics.casesNeeded(
            difference: difference, variance: variance, confidence: confidence, power: power)
        let seen = Statistics.detectableDifference(
            cases: cases, variance: variance, confidence: confidence, power: power)
        return [compare("cases", needed.map(Double.init), Double(cases)), compare("difference", seen, detectable)]
    }
}
