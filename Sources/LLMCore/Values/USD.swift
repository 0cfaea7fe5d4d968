/// An amount of money in United States dollars, exact to one pico-dollar (1e-12 USD).
///
/// Providers bill in units as small as 1e-10 USD (xAI's tick), and prices per million tokens need 1e-6 of a cent; an integer
/// count of pico-dollars holds all of them without rounding, up to about 9.2 million dollars.
public struct USD: Sendable, Hashable, Comparable {
    /// The amount in pico-dollars (1e-12 USD).
    public var pico: Int64

    /// An amount of `pico` pico-dollars.
    public init(pico: Int64) { self.pico = pico }

    public static let zero = USD(pico: 0)
    /// Pico-dollars in one dollar.
    public static let picoPerDollar: Int64 = 1_000_000_000_000

    public static func < (left: USD, right: USD) -> Bool { left.pico < right.pico }
    public static func + (left: USD, right: USD) -> USD {
        USD(pico: saturate(left.pico.addingReportingOverflow(right.pico), left.pico))
    }
    public static func - (left: USD, right: USD) -> USD {
        USD(pico: saturate(left.pico.subtractingReportingOverflow(right.pico), left.pico))
    }
    public static func += (left: inout USD, right: USD) { left = left + right }
    public static func -= (left: inout USD, right: USD) { left = left - right }
    public static func * (left: USD, count: Int) -> USD {
        let result = left.pico.multipliedReportingOverflow(by: Int64(count))
        return USD(pico: result.overflow ? ((left.pico < 0) == (count < 0) ? .max : .min) : result.partialValue)
    }

    /// For ratios and charts only; money is never computed in floating point.
    public var dollars: Double { Double(pico) / Double(USD.picoPerDollar) }

    /// The amount nearest to an estimate; `nil` for what no amount holds.
    package init?(estimate dollars: Double) {
        let pico = (dollars * Double(USD.picoPerDollar)).rounded()
        guard pico.magnitude < 9e18 else { return nil }
        self.init(pico: Int64(pico))
    }

    // An amount beyond nine million dollars stays at the edge: a wrap to a negative sum would open a budget.
    private static func saturate(_ result: (partialValue: Int64, overflow: Bool), _ left: Int64) -> Int64 {
        result.overflow ? (left < 0 ? .min : .max) : result.partialValue
    }
}

extension USD {
    /// `nil` as soon as one of them is unknown; nothing at all is zero.
    static func sum(_ amounts: some Sequence<USD?>) -> USD? {
        amounts.reduce(USD.zero as USD?) { sum, amount in
            guard let sum, let amount else { return nil }
            return sum + amount
        }
    }
}

extension USD: LosslessStringConvertible {
    /// The shortest exact decimal, without exponent or currency sign: `0.0078125`, `-1.5`, `0`.
    public var description: String {
        let (whole, fraction) = pico.magnitude.quotientAndRemainder(dividingBy: UInt64(USD.picoPerDollar))
        let sign = pico < 0 ? "-" : ""
        guard fraction != 0 else { return "\(sign)\(whole)" }
        // By bytes: several costs are written for each call.
        let digits = String(unsafeUninitializedCapacity: 12) { buffer in
            var rest = fraction
            for place in (0..<12).reversed() {
                buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            return (buffer.lastIndex { $0 != UInt8(ascii: "0") } ?? 0) + 1
        }
        return "\(sign)\(whole).\(digits)"
    }

    /// Reads a plain decimal of at most twelve decimal places; an exponent, a sign of currency or more places give `nil`.
    public init?(_ text: String) {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative { rest.removeFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.allSatisfy(\.isASCIIDigit) else { return nil }
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        guard parts.count == 1 || !fraction.isEmpty, fraction.count <= 12, fraction.allSatisfy(\.isASCIIDigit) else {
            return nil
        }
        fraction += String(repeating: "0", count: 12 - fraction.count)
        guard let dollars = Int64(whole), let rest = Int64(fraction) else { return nil }
        let scaled = dollars.multipliedReportingOverflow(by: USD.picoPerDollar)
        let sum = scaled.partialValue.addingReportingOverflow(rest)
        guard !scaled.overflow, !sum.overflow else { return nil }
        pico = negative ? -sum.partialValue : sum.partialValue
    }
}

extension USD: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = USD(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a decimal amount of USD")
        }
        self = value
    }

    /// Encodes as a decimal string, because JSON numbers lose digits in most readers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Character {
    var isASCIIDigit: Bool { isASCII && isNumber }
}
