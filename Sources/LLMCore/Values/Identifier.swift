/// Makes identifiers that sort by time: 48 bits of milliseconds and 80 random bits in Crockford's base 32 (a ULID).
public enum Identifier {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// - Parameters:
    ///   - milliseconds: Wall clock since 1970.
    ///   - random: Where the 80 random bits come from.
    public static func make(milliseconds: UInt64, using random: inout some RandomNumberGenerator) -> String {
        // Forty bits of each of two draws: the system's generator is a call of the kernel.
        let text = written(milliseconds, 10) + written(random.next(), 8) + written(random.next(), 8)
        return String(decoding: text, as: UTF8.self)
    }

    /// The lowest bits of a number in that many digits.
    private static func written(_ bits: UInt64, _ count: UInt64) -> [UInt8] {
        (0..<count).reversed().map { digits[Int(bits >> ($0 * 5) & 31)] }
    }

    public static func make(time: TimeSource = .live) -> String {
        var random = SystemRandomNumberGenerator()
        return make(milliseconds: UInt64(max(0, time.wallMicroseconds() / 1_000)), using: &random)
    }
}

/// Names one call; unique across processes.
public struct CallID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
}

/// The origin of a call: the bench or live use.
public enum CallOrigin: String, Sendable, Hashable, Codable {
    case bench, live
}
