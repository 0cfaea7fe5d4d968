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
