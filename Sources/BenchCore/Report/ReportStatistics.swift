import LLMCore

/// The statistics of `metrics.md` as figures: thin over ``Statistics``.
enum ReportStatistics {
    static func share(_ count: Int, of n: Int) -> Figure {
        guard n > 0 else { return .none }
        return Figure(Double(count) / Double(n), n: n, gap: .notApplicable)
    }

    static func percentile(_ values: [Double], _ q: Double) -> Figure {
        guard !values.isEmpty else { return .none }
        let sorted = values.sorted()
        return Figure(
            sorted[max(0, Int((q * Double(sorted.count)).rounded(.up)) - 1)], n: values.count, gap: .notApplicable)
    }

    static func mean(_ values: [Double], seed: UInt64) -> Figure {
        guard !values.isEmpty else { return .none }
        return Figure(values.reduce(0, +) / Double(values.count), n: values.count, gap: .notApplicable)
    }

    static func ratio(_ pairs: [(Double, Double)], n: Int, seed: UInt64) -> Figure {
        let below = pairs.reduce(0) { $0 + $1.1 }
        let above = pairs.reduce(0) { $0 + $1.0 }
        return Figure(below == 0 ? .infinity : above / below, n: n, gap: .notApplicable)
    }

    static func tableP95(_ row: SelectionRow) -> Figure {
        Figure(row.respP95 ?? .infinity, n: row.n, gap: .notApplicable)
    }
}
