import LLMCore

/// Draws of one case, from the seed and the case's name alone.
struct Draw {
    private var random: SeededGenerator

    /// - Parameter name: Hashed with the seed by FNV-1a: cases of neighbouring seeds have nothing in common.
    init(seed: UInt64, _ name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(seed)/\(name)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        random = SeededGenerator(seed: hash)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + random.index(below: range.upperBound - range.lowerBound + 1)
    }

    /// True once in `count` times.
    mutating func chance(_ count: Int) -> Bool { random.index(below: count) == 0 }

    /// - Parameter items: Not empty.
    mutating func pick<Item>(_ items: [Item]) -> Item { items[random.index(below: items.count)] }

    mutating func shuffled<Item>(_ items: [Item]) -> [Item] {
        var items = items
        for last in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(last, random.index(below: last + 1)) }
        return items
    }

    /// Different items in random order.
    mutating func sample<Item>(_ count: Int, of items: [Item]) -> [Item] { Array(shuffled(items).prefix(count)) }
}

/// A decimal number as whole units of its last place: no machine writes it otherwise.
struct Decimals: Sendable, Hashable {
    let units: Int
    let places: Int

    init(_ units: Int, places: Int = 0) {
        var (units, places) = (units, places)
        while places > 0, units % 10 == 0 { (units, places) = (units / 10, places - 1) }
        (self.units, self.places) = (units, places)
    }

    /// The quotient rounded half up to so many places; both numbers are positive or zero.
    init(_ dividend: Int, over divisor: Int, places: Int) {
        self.init(Int128(dividend), over: Int128(divisor), places: places)
    }

    /// Of numbers too large for a product with the scale.
    init(_ dividend: Int128, over divisor: Int128, places: Int) {
        let scale = Int128(Decimals.power(places))
        self.init(Int((dividend * scale * 2 + divisor) / (divisor * 2)), places: places)
    }

    static func power(_ places: Int) -> Int { (0..<places).reduce(1) { power, _ in power * 10 } }

    /// With a point.
    var literal: String {
        guard places > 0 else { return String(units) }
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(units < 0 ? "-" : "")\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    var json: JSONValue { .number(JSONNumber(uncheckedLiteral: literal)) }

    /// With a decimal comma in Spanish.
    func text(in language: FreshLanguage) -> String {
        language == .spanish ? literal.replacing(".", with: ",") : literal
    }

    /// Within the tolerance of the other, ends included.
    func isNear(_ other: Decimals, _ tolerance: Decimals?) -> Bool {
        let tolerance = tolerance ?? Decimals(0)
        let places = max(self.places, other.places, tolerance.places)
        let difference = scaled(to: places) - other.scaled(to: places)
        return Int(difference.magnitude) <= tolerance.scaled(to: places)
    }

    private func scaled(to places: Int) -> Int { units * Decimals.power(places - self.places) }
}

extension String {
    /// A code fence around the text.
    func fenced(_ language: String) -> String { "```\(language)\n\(self)\n```" }
}
