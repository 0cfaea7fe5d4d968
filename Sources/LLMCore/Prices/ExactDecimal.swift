#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A decimal fraction without rounding: `digits` times ten to the power of minus `scale`.
///
/// Prices, multipliers and sums of them stay exact; only ``USD/init(rounding:)`` rounds, once, to a pico-dollar.
public struct ExactDecimal: Sendable, Hashable {
    public let digits: Int128
    /// Never negative, and the least that holds the value.
    public let scale: Int

    public init(_ whole: Int) { self.init(reducing: Int128(whole), scale: 0) }

    /// Reads a JSON number's literal or a plain decimal: `0.0375`, `3.75e-08`. `nil` for anything else, and for more digits
    /// than 38.
    public init?(_ text: String) {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative { rest.removeFirst() }
        var exponent = 0
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            guard let power = Int(rest[rest.index(after: mark)...]), abs(power) <= 64 else { return nil }
            exponent = power
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.last?.isEmpty == false else { return nil }
        let fraction = parts.count > 1 ? parts[1] : ""
        let all = String(whole + fraction)
        guard all.allSatisfy(\.isASCIIDigit), let magnitude = Int128(all) else { return nil }
        let scale = fraction.count - exponent
        guard scale < 0 else {
            self.init(reducing: negative ? -magnitude : magnitude, scale: scale)
            return
        }
        guard let scaled = ExactDecimal.scaled(magnitude, by: -scale) else { return nil }
        self.init(reducing: negative ? -scaled : scaled, scale: 0)
    }

    private init(reducing digits: Int128, scale: Int) {
        var digits = digits
        var scale = scale
        while scale > 0, digits % 10 == 0 {
            digits /= 10
            scale -= 1
        }
        self.digits = digits
        self.scale = scale
    }

    public static let zero = ExactDecimal(0)
    public static let one = ExactDecimal(1)
    /// Turns a price per million tokens into one per token.
    static let perMillion = ExactDecimal(reducing: 1, scale: 6)

    /// `nil` when the result needs more than 38 digits.
    public func times(_ other: ExactDecimal) -> ExactDecimal? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: other.digits)
        return overflow ? nil : ExactDecimal(reducing: product, scale: scale + other.scale)
    }

    /// `nil` when the result needs more than 38 digits.
    public func plus(_ other: ExactDecimal) -> ExactDecimal? {
        let common = max(scale, other.scale)
        guard let left = ExactDecimal.scaled(digits, by: common - scale),
            let right = ExactDecimal.scaled(other.digits, by: common - other.scale)
        else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : ExactDecimal(reducing: sum, scale: common)
    }

    /// The value times ten to the power of `places`, rounded half away from zero; `nil` when it does not fit.
    func rounded(shiftedBy places: Int) -> Int64? {
        guard scale > places else {
            return ExactDecimal.scaled(digits, by: places - scale).flatMap { Int64(exactly: $0) }
        }
        guard let divisor = ExactDecimal.scaled(1, by: scale - places) else { return 0 }
        let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
        let carry: Int128 = remainder.magnitude >= (divisor.magnitude + 1) / 2 ? digits.signum() : 0
        return Int64(exactly: quotient + carry)
    }

    private static func scaled(_ value: Int128, by places: Int) -> Int128? {
        var value = value
        for _ in 0..<places {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return value
    }
}

extension ExactDecimal: Comparable, CustomStringConvertible {
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let common = max(left.scale, right.scale)
        guard let first = scaled(left.digits, by: common - left.scale),
            let second = scaled(right.digits, by: common - right.scale)
        else {
            // Only numbers of more than 38 digits come here; the one with fewer decimal places is the larger.
            return left.digits.signum() * Int128(right.scale) < right.digits.signum() * Int128(left.scale)
        }
        return first < second
    }

    /// Plain decimal without exponent: `0.0375`.
    public var description: String {
        let sign = digits < 0 ? "-" : ""
        var text = String(digits.magnitude)
        guard scale > 0 else { return sign + text }
        if text.count <= scale { text = String(repeating: "0", count: scale - text.count + 1) + text }
        let point = text.index(text.endIndex, offsetBy: -scale)
        return sign + text[..<point] + "." + text[point...]
    }
}

extension ExactDecimal: Codable {
    /// Reads a decimal string, or a number without going through binary floating point.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = (try? container.decode(String.self)) ?? (try? container.decode(Decimal.self)).map { "\($0)" }
        guard let value = text.flatMap({ ExactDecimal($0) }) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a decimal number")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension USD {
    /// An exact amount of dollars to the nearest pico-dollar, half away from zero; `nil` beyond nine million dollars.
    public init?(rounding dollars: ExactDecimal) {
        guard let pico = dollars.rounded(shiftedBy: 12) else { return nil }
        self.init(pico: pico)
    }
}
