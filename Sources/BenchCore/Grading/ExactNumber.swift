import LLMCore

/// A JSON number without rounding, however many digits it has: `0.` followed by its digits, times ten to an exponent.
struct ExactNumber {
    /// As written, for messages.
    let literal: String
    private let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    private let digits: [UInt8]
    private let exponent: Int

    /// Longest divisor of ``isMultiple(of:)``.
    static let mostDivisorDigits = 18
    /// Exponents beyond are all alike: no two numbers of a dataset differ there.
    private static let mostExponent = Int.max / 4

    init(_ number: JSONNumber) {
        literal = number.literal
        var rest = literal.utf8[...]
        let negative = rest.first == UInt8(ascii: "-")
        if negative { rest = rest.dropFirst() }
        let mark = rest.firstIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") } ?? rest.endIndex
        var digits: [UInt8] = []
        var point: Int?
        for byte in rest[..<mark] {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte - UInt8(ascii: "0")) }
        }
        let zeros = digits.prefix { $0 == 0 }.count
        var exponent = (point ?? digits.count) - zeros + ExactNumber.power(rest[mark...].dropFirst())
        digits.removeFirst(zeros)
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { exponent = 0 }
        (self.digits, self.exponent, isNegative) = (digits, exponent, negative && !digits.isEmpty)
    }

    private static func power(_ text: Substring.UTF8View) -> Int {
        guard let first = text.first else { return 0 }
        let power = Int(String(decoding: text, as: UTF8.self)) ?? (first == UInt8(ascii: "-") ? .min : .max)
        return min(max(power, -mostExponent), mostExponent)
    }

    /// True when the fraction is zero, as JSON Schema asks of an integer: `1.0` and `1e400` are whole.
    var isWhole: Bool { digits.count <= exponent || digits.isEmpty }

    var isDivisor: Bool { !digits.isEmpty && !isNegative && digits.count <= ExactNumber.mostDivisorDigits }

    /// True when the quotient is whole; `divisor` must be one (``isDivisor``).
    func isMultiple(of divisor: ExactNumber) -> Bool {
        guard !digits.isEmpty else { return true }
        let modulus = divisor.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        // Digits as whole numbers: how many more tens this one has than the divisor.
        let tens = (exponent - digits.count) - (divisor.exponent - divisor.digits.count)
        // Its last digit is not zero, so that it cannot be divided by ten.
        guard tens >= 0, modulus > 0 else { return false }
        var rest = digits.reduce(UInt64(0)) { ExactNumber.product($0, 10, plus: UInt64($1), modulus) }
        var (power, left) = (10 % modulus, tens)
        while left > 0 {
            if left & 1 == 1 { rest = ExactNumber.product(rest, power, modulus) }
            power = ExactNumber.product(power, power, modulus)
            left >>= 1
        }
        return rest == 0
    }

    private static func product(_ left: UInt64, _ right: UInt64, plus term: UInt64 = 0, _ modulus: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        let (low, carried) = product.low.addingReportingOverflow(term)
        return modulus.dividingFullWidth((product.high + (carried ? 1 : 0), low)).remainder
    }
}

extension ExactNumber: Comparable, Hashable, CustomStringConvertible {
    static func == (left: ExactNumber, right: ExactNumber) -> Bool {
        left.isNegative == right.isNegative && left.exponent == right.exponent && left.digits == right.digits
    }
    func hash(into hasher: inout Hasher) {
        hasher.combine(isNegative)
        hasher.combine(exponent)
        hasher.combine(digits)
    }
    static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? left.isSmaller(than: right, reversed: true) : left.isSmaller(than: right)
    }
    private func isSmaller(than other: ExactNumber, reversed: Bool = false) -> Bool {
        let (small, large) = reversed ? (other, self) : (self, other)
        if small.digits.isEmpty || large.digits.isEmpty { return small.digits.isEmpty && !large.digits.isEmpty }
        if small.exponent != large.exponent { return small.exponent < large.exponent }
        return small.digits.lexicographicallyPrecedes(large.digits)
    }
    var description: String { literal.count <= 60 ? literal : "\(literal.prefix(59))…" }
}
