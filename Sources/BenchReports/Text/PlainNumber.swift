import BenchCore
import LLMCore

/// Numbers for machines: rounded once, so that JSON and CSV say the same.
enum PlainNumber {
    /// Microseconds of milliseconds, millionths of shares and scores, pico-dollars.
    static func value(_ value: Double, _ unit: ReportMetric.Unit) -> JSONValue {
        guard value.isFinite else { return .null }
        switch unit {
        case .usd: return dollars(value)
        case .milliseconds: return rounded(value, 1_000)
        case .share, .score, .perSecond: return rounded(value, 1_000_000)
        }
    }

    static func milliseconds(_ value: Double?) -> JSONValue { value.map { rounded($0, 1_000) } ?? .null }

    static func ratio(_ value: Double?) -> JSONValue { value.map { rounded($0, 1_000_000) } ?? .null }

    static func integer(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? .null }

    static func money(_ value: USD?) -> JSONValue { value.map { JSONValue($0) } ?? .null }

    private static func rounded(_ value: Double, _ scale: Double) -> JSONValue {
        JSONValue((value * scale).rounded() / scale)
    }

    /// An estimate in dollars as a decimal string; only sums of real amounts are exact.
    private static func dollars(_ value: Double) -> JSONValue {
        let pico = (value * Double(USD.picoPerDollar)).rounded()
        guard pico.magnitude < 9e18 else { return .null }
        return JSONValue(USD(pico: Int64(pico)))
    }
}
