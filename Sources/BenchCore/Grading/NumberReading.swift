import LLMCore

/// A number found in an answer, with every value that its digits may mean.
struct NumberReading {
    /// One value: `1.234` may be a thousand or one and a bit; the usual one comes first. None for what only looks like a number: a
    /// time, a date, a version, a hexadecimal literal.
    var values: [Value]
    /// Its place among the scalars searched, the sign included.
    var start: Int
    var end: Int

    struct Value {
        /// `nil` for a fraction, whose digits may never end.
        var exact: ExactNumber?
        var double: Double

        init(literal: String) {
            exact = ExactNumber(JSONNumber(uncheckedLiteral: literal))
            double = Double(literal) ?? .nan
        }
        init(_ value: Double) { double = value }
    }

    /// Every number of a plain text, in order.
    static func all(in text: PlainAnswer) -> [NumberReading] {
        var scanner = NumberScanner(scalars: text.scalars)
        return scanner.scan()
    }
}

/// The scanner behind ``NumberReading/all(in:)``.
private struct NumberScanner {
    let scalars: [Unicode.Scalar]
    private var place = 0

    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private func at(_ index: Int) -> Unicode.Scalar { scalars.indices.contains(index) ? scalars[index] : "\n" }

    mutating func scan() -> [NumberReading] {
        var found: [NumberReading] = []
        while place < scalars.count {
            let isPoint = at(place) == "." && at(place + 1).isASCIIDigit && !at(place - 1).isWordPart
            if let share = at(place).vulgarFraction, !at(place - 1).isWordPart {
                let (start, sign) = sign(before: place)
                place += 1
                found.append(NumberReading(values: [.init(sign * share)], start: start, end: place))
                continue
            }
            guard at(place).isASCIIDigit || isPoint else {
                place += 1
                continue
            }
            // The digits of a name (x1, v2, B12), and the power of a unit or a variable (`m^2`, `s^{-1}`).
            guard isPoint || !at(place - 1).isWordPart && !isPowerOfName(place) else {
                while at(place).isWordPart { place += 1 }
                continue
            }
            found.append(number())
        }
        return found
    }

    private func isPowerOfName(_ digit: Int) -> Bool {
        var start = digit - 1
        if at(start) == "-" || at(start) == "+" { start -= 1 }
        if at(start) == "{" || at(start) == "(" { start -= 1 }
        return at(start) == "^" && at(start - 1).isWordPart && !at(start - 1).isASCIIDigit
    }

    private mutating func number() -> NumberReading {
        let (start, sign) = sign(before: place)
        let groups = readGroups()
        var literals = groups.literals
        if let next = unreadableEnd {
            place = next
            return NumberReading(values: [], start: start, end: next)
        }
        if groups.isWhole, let share = mixedFraction(), let whole = Double(literals.first ?? "") {
            return NumberReading(values: [.init(sign * (whole + share))], start: start, end: place)
        }
        if groups.isWhole, let fraction = fraction(whole: literals.first ?? "") {
            place = fraction.end
            return NumberReading(values: fraction.value.map { [.init(sign * $0)] } ?? [], start: start, end: place)
        }
        if at(place) == "K", !at(place + 1).isWordPart {
            // Thousands, or kelvins.
            place += 1
            literals = literals.flatMap { ["\($0)e3", $0] }
        } else if let exponent = exponent() {
            literals = literals.map { "\($0)e\(exponent)" }
        }
        if groups.isWhole, let power = power(base: literals.first ?? "") {
            return NumberReading(values: power.map { [.init(sign * $0)] } ?? [], start: start, end: place)
        }
        let values = literals.map { NumberReading.Value(literal: (sign < 0 ? "-" : "") + $0) }
        return NumberReading(values: values, start: start, end: place)
    }

    /// A minus that touches the number, or the currency sign before it, and follows no word or number; between `=` and the number it
    /// may stand alone.
    private func sign(before digit: Int) -> (start: Int, sign: Double) {
        var start = digit
        if at(start - 1).properties.generalCategory == .currencySymbol { start -= 1 }
        if at(start - 1) == " ", at(start - 2) == "-" || at(start - 2) == "–" {
            let before = scalars[..<max(0, start - 2)].last { $0 != " " }
            if before == "=" || before == "≈" { return (start - 2, -1) }
        }
        let mark = at(start - 1)
        guard start > 0, mark == "-" || mark == "–" || mark == "+" else { return (start, 1) }
        let before = at(start - 2)
        guard !before.isWordPart, before != ")", before != mark else { return (start, 1) }
        return (start - 1, mark == "+" ? 1 : -1)
    }

    private mutating func readGroups() -> NumberGroups {
        var groups = NumberGroups()
        if at(place) == "." { groups.groups.append((nil, "")) } else { groups.groups.append((nil, readDigits())) }
        while at(place + 1).isASCIIDigit, isSeparator(at(place), in: groups) {
            let separator = at(place)
            place += 1
            groups.groups.append((separator, readDigits()))
        }
        return groups
    }

    private func isSeparator(_ scalar: Unicode.Scalar, in groups: NumberGroups) -> Bool {
        switch scalar {
        case ".", ",": return true
        case "'", "’", "_", " ", "\u{A0}", "\u{202F}", "\u{2009}":
            // Only as thousands: three digits and no more, after at most three.
            let isThree = (1...3).allSatisfy { at(place + $0).isASCIIDigit } && !at(place + 4).isASCIIDigit
            let head = groups.groups[0].digits
            let isAlike = groups.isWhole || groups.groups.last?.separator == scalar
            return isThree && head.utf8.count <= 3 && !head.hasPrefix("0") && isAlike
        default: return false
        }
    }

    private mutating func readDigits() -> String {
        var digits = ""
        while at(place).isASCIIDigit {
            digits.unicodeScalars.append(at(place))
            place += 1
        }
        return digits
    }

    /// `½` of `1½` or `1 ½`: moves past it.
    private mutating func mixedFraction() -> Double? {
        let start = at(place) == " " || at(place) == "\u{2009}" ? place + 1 : place
        guard let share = at(start).vulgarFraction else { return nil }
        place = start + 1
        return share
    }

    /// The end of a time (`3:45`), a hexadecimal literal (`0x1F`) or a power (`40²`) that goes on here.
    private var unreadableEnd: Int? {
        let isTime = at(place) == ":" && at(place + 1).isASCIIDigit
        let isHex = (at(place) == "x" || at(place) == "X") && at(place - 1) == "0" && at(place + 1).isASCIIHex
        if at(place).isSuperscriptPower { return place + 1 }
        guard isTime || isHex else { return nil }
        var end = place
        while at(end).isWordPart || (at(end) == ":" && at(end + 1).isASCIIDigit) { end += 1 }
        return end
    }

    /// `3/4`, and `1 3/4` where `whole` is the one. The value is `nil` for a date, and for a division by zero.
    private func fraction(whole: String) -> (value: Double?, end: Int)? {
        func digits(_ start: Int) -> (text: String, end: Int) {
            var end = start
            while at(end).isASCIIDigit { end += 1 }
            return (String(String.UnicodeScalarView(scalars[min(start, end)..<end])), end)
        }
        var (over, slash) = (whole, place)
        var first = 0.0
        if at(place) == " ", at(place + 1).isASCIIDigit {
            let mixed = digits(place + 1)
            (over, slash, first) = (mixed.text, mixed.end, Double(whole) ?? .nan)
        }
        guard at(slash) == "/", at(slash + 1).isASCIIDigit else { return nil }
        let under = digits(slash + 1)
        guard at(under.end) != "/", let top = Double(over), let bottom = Double(under.text), bottom != 0 else {
            var end = under.end
            while at(end) == "/" || at(end).isASCIIDigit { end += 1 }
            return (nil, end)
        }
        return (first + top / bottom, under.end)
    }

    /// `e5`, `× 10^5`, `million`: moves past it.
    private mutating func exponent() -> Int? {
        if at(place) == "e" || at(place) == "E" {
            let isSigned = at(place + 1) == "-" || at(place + 1) == "+"
            let first = place + (isSigned ? 2 : 1)
            var end = first
            while at(end).isASCIIDigit { end += 1 }
            if end > first, !at(end).isWordPart {
                defer { place = end }
                return integer(from: first, to: end).map { at(place + 1) == "-" ? -$0 : $0 }
            }
        }
        return powerOfTen() ?? multiplier()
    }

    private mutating func powerOfTen() -> Int? {
        var end = skippingSpaces(place)
        guard ["×", "x", "*", "·"].contains(at(end)) else { return nil }
        end = skippingSpaces(end + 1)
        guard at(end) == "1", at(end + 1) == "0",
            let power = at(end + 2) == "^" ? exponentValue(at: end + 3) : raisedValue(at: end + 2)
        else { return nil }
        place = power.end
        return power.value
    }

    private mutating func multiplier() -> Int? {
        let start = skippingSpaces(place)
        var end = start
        while at(end).isWordPart, end - start <= 12 { end += 1 }
        let word = String(String.UnicodeScalarView(scalars[min(start, scalars.count)..<min(end, scalars.count)]))
        if start == place, let power = NumberScanner.suffixes[word] {
            place = end
            return power
        }
        guard let power = NumberScanner.multipliers[word.lowercased()] else { return nil }
        place = end
        guard word.lowercased() == "mil", at(end) == " " else { return power }
        // `mil millones`
        return multiplier().map { $0 + power } ?? power
    }

    private static let multipliers = [
        "thousand": 3, "mil": 3, "million": 6, "millions": 6, "millón": 6, "millones": 6, "billion": 9, "billions": 9,
    ]

    /// They touch the number: `40k`. `40m` is forty metres or minutes.
    private static let suffixes = ["k": 3, "M": 6, "mn": 6, "bn": 9]

    /// `2^10`; the value is `nil` where it is no whole power, or too large to be exact.
    private mutating func power(base: String) -> Double?? {
        guard at(place) == "^" else { return nil }
        guard let power = exponentValue(at: place + 1) else {
            place += 1
            return .some(nil)
        }
        place = power.end
        guard let base = Double(base), (0...64).contains(power.value) else { return .some(nil) }
        let value = (0..<power.value).reduce(1.0) { product, _ in product * base }
        return .some(value < 0x1p53 ? value : nil)
    }

    /// `5`, `-5` or `{-5}`.
    private func exponentValue(at start: Int) -> (value: Int, end: Int)? {
        let isBraced = at(start) == "{"
        let sign = start + (isBraced ? 1 : 0)
        let first = sign + (at(sign) == "-" ? 1 : 0)
        var end = first
        while at(end).isASCIIDigit { end += 1 }
        guard let value = integer(from: first, to: end) else { return nil }
        return (at(sign) == "-" ? -value : value, end + (isBraced ? 1 : 0))
    }

    /// `⁵` or `⁻⁵`.
    private func raisedValue(at start: Int) -> (value: Int, end: Int)? {
        let isNegative = at(start) == "⁻"
        var (end, value) = (start + (isNegative ? 1 : 0), 0)
        let first = end
        while end - first < 6, let digit = at(end).raisedDigit { (end, value) = (end + 1, value * 10 + digit) }
        return end > first && at(end).raisedDigit == nil ? (isNegative ? -value : value, end) : nil
    }

    private func integer(from start: Int, to end: Int) -> Int? {
        guard start < end, end - start <= 6, end <= scalars.count else { return nil }
        return Int(String(String.UnicodeScalarView(scalars[start..<end])))
    }

    private func skippingSpaces(_ start: Int) -> Int {
        var place = start
        while [" ", "\u{A0}", "\u{2009}", "\u{202F}"].contains(at(place)) { place += 1 }
        return place
    }
}

extension Unicode.Scalar {
    fileprivate var isASCIIHex: Bool { properties.isASCIIHexDigit }

    /// A half of `½`.
    fileprivate var vulgarFraction: Double? {
        let isVulgar = (0xBC...0xBE).contains(value) || (0x2150...0x215E).contains(value) || value == 0x2189
        return isVulgar ? properties.numericValue : nil
    }

    /// The digit that stands raised: `²`.
    fileprivate var raisedDigit: Int? {
        let isRaised = [0xB2, 0xB3, 0xB9, 0x2070].contains(value) || (0x2074...0x2079).contains(value)
        return isRaised ? properties.numericValue.map { Int($0) } : nil
    }

    /// A square, a cube and so on; a raised one may be a footnote.
    fileprivate var isSuperscriptPower: Bool { value == 0xB2 || value == 0xB3 || (0x2074...0x2079).contains(value) }
}
