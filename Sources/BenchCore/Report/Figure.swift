/// A number with how sure it is: the value, its 95 % interval where one exists, and how many observations stand behind it.
public struct Figure: Sendable, Hashable {
    /// The reason for a missing value or interval.
    public enum Gap: Sendable, Hashable {
        /// No observation.
        case noData
        /// Fewer observations than an interval of this kind needs.
        case tooFew(needed: Int)
        /// Some calls have no known price.
        case unpriced
        /// The value is exact (a count, a price of zero), or no interval is defined for it.
        case notApplicable
    }
    /// `nil` is unknown. Infinite where failures reach the percentile, or nothing passed.
    public let value: Double?
    public let low: Double?
    /// May be infinite.
    public let high: Double?
    public let n: Int
    public let gap: Gap?

    /// A value with its interval.
    public init(_ value: Double, low: Double, high: Double, n: Int) {
        self.value = value
        self.low = low
        self.high = high
        self.n = n
        gap = nil
    }

    /// A value without an interval, or no value at all.
    public init(_ value: Double?, n: Int, gap: Gap) {
        self.value = value
        low = nil
        high = nil
        self.n = n
        self.gap = gap
    }

    public static let none = Figure(nil, n: 0, gap: .noData)
}

/// One column's figure of one arm over resampled cases: given how often each case was drawn, in time linear in their number.
struct ResampledFigure {
    private enum Kind {
        case ratio([(above: Double, below: Double)])
        /// Ascending, each with its case.
        case quantile([(value: Double, place: Int)], Double)
    }
    private let kind: Kind

    init(_ metric: ReportMetric, _ cases: [ArmSample.CaseSample]) {
        switch metric {
        case .passRate: kind = .ratio(cases.map { (Double($0.passed), Double($0.gradable)) })
        case .passRateStrict: kind = .ratio(cases.map { (Double($0.passed), Double($0.attempted)) })
        case .failureRate: kind = .ratio(cases.map { (Double($0.failed), Double($0.attempted)) })
        case .quality: kind = .ratio(cases.map { ($0.score, Double($0.scored)) })
        case .costPerThousand: kind = .ratio(cases.map { ($0.cost, Double($0.priced)) })
        case .costPerPass: kind = .ratio(cases.map { ($0.cost, Double($0.pricedPasses)) })
        case .timePerPass: kind = .ratio(cases.map { ($0.waited, Double($0.passed)) })
        case .respP50: kind = ResampledFigure.quantile(cases, 0.5, \.resp)
        case .respP95: kind = ResampledFigure.quantile(cases, 0.95, \.resp)
        case .respOkP50: kind = ResampledFigure.quantile(cases, 0.5) { $0.resp.filter(\.isFinite) }
        case .respOkP95: kind = ResampledFigure.quantile(cases, 0.95) { $0.resp.filter(\.isFinite) }
        case .ttftP50: kind = ResampledFigure.quantile(cases, 0.5, \.ttft)
        case .ttfaP50: kind = ResampledFigure.quantile(cases, 0.5, \.ttfa)
        case .decodeP50: kind = ResampledFigure.quantile(cases, 0.5, \.decode)
        case .decodeSpeed: kind = ResampledFigure.quantile(cases, 0.5, \.decodeSpeed)
        case .endToEndSpeed: kind = ResampledFigure.quantile(cases, 0.5, \.endToEndSpeed)
        case .characterSpeed: kind = ResampledFigure.quantile(cases, 0.5, \.characterSpeed)
        }
    }

    private static func quantile(
        _ cases: [ArmSample.CaseSample], _ q: Double, _ values: (ArmSample.CaseSample) -> [Double]
    ) -> Kind {
        let all = cases.enumerated().flatMap { place, sample in values(sample).map { (value: $0, place: place) } }
        return .quantile(all.sorted { ($0.value, $0.place) < ($1.value, $1.place) }, q)
    }

    /// Infinite for a ratio over nothing; not a number when no observation was drawn.
    func value(_ counts: [Int]) -> Double {
        switch kind {
        case .ratio(let pairs):
            var (above, below) = (0.0, 0.0)
            for place in pairs.indices {
                above += Double(counts[place]) * pairs[place].above
                below += Double(counts[place]) * pairs[place].below
            }
            return below == 0 ? .infinity : above / below
        case .quantile(let sorted, let q):
            let total = sorted.reduce(0) { $0 + counts[$1.place] }
            var rest = max(1, Int((q * Double(total) - 1e-9).rounded(.up)))
            for entry in sorted {
                rest -= counts[entry.place]
                if rest <= 0 { return entry.value }
            }
            return .nan
        }
    }
}

/// The figures every arm has, under the names they bear in JSON and CSV; units are in the names.
public enum ReportMetric: String, Sendable, Hashable, CaseIterable {
    case passRate = "pass_rate"
    case passRateStrict = "pass_rate_strict"
    case quality = "quality"
    case respP50 = "resp_p50_ms"
    case respP95 = "resp_p95_ms"
    case respOkP50 = "resp_ok_p50_ms"
    case respOkP95 = "resp_ok_p95_ms"
    case ttftP50 = "ttft_p50_ms"
    case ttfaP50 = "ttfa_p50_ms"
    case decodeP50 = "decode_p50_ms"
    case decodeSpeed = "decode_tps"
    case endToEndSpeed = "e2e_tps"
    case characterSpeed = "chars_per_s"
    case costPerThousand = "cost_per_1k_cases_usd"
    case costPerPass = "cost_per_pass_usd"
    case timePerPass = "time_per_pass_ms"
    case failureRate = "failure_rate"

    public enum Unit: Sendable, Hashable {
        case share, score, milliseconds, perSecond, usd
    }

    public var unit: Unit {
        switch self {
        case .passRate, .passRateStrict, .failureRate: .share
        case .quality: .score
        case .respP50, .respP95, .respOkP50, .respOkP95, .ttftP50, .ttfaP50, .decodeP50, .timePerPass: .milliseconds
        case .decodeSpeed, .endToEndSpeed, .characterSpeed: .perSecond
        case .costPerThousand, .costPerPass: .usd
        }
    }

    /// A speed in tokens.
    public var isOfTokens: Bool { self == .decodeSpeed || self == .endToEndSpeed }

    /// A time or a speed: changed by a time scale.
    public var isTimed: Bool { unit == .milliseconds || unit == .perSecond }

    public var isHigherBetter: Bool {
        switch unit {
        case .milliseconds, .usd: false
        case .share: self != .failureRate
        case .score, .perSecond: true
        }
    }

    /// Columns of the selection table, in order.
    public static let columns: [ReportMetric] = [
        .passRate, .quality, .respP50, .respP95, .ttfaP50, .decodeSpeed, .costPerThousand, .costPerPass, .failureRate,
    ]

    public var term: ReportTerm {
        switch self {
        case .passRate: .passRate
        case .passRateStrict: .passRateStrict
        case .quality: .quality
        case .respP50: .respP50
        case .respP95: .respP95
        case .respOkP50: .respOkP50
        case .respOkP95: .respOkP95
        case .ttftP50: .ttft
        case .ttfaP50: .ttfa
        case .decodeP50: .decode
        case .decodeSpeed: .decodeSpeed
        case .endToEndSpeed: .endToEndSpeed
        case .characterSpeed: .characterSpeed
        case .costPerThousand: .costPerThousand
        case .costPerPass: .costPerPass
        case .timePerPass: .timePerPass
        case .failureRate: .failureRate
        }
    }
}
