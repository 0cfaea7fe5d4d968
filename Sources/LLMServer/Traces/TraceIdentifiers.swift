/// The identity of a trace: 16 bytes, of which not all are zero.
struct TraceID: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    init?(hex: Substring.UTF8View) {
        guard hex.count == 32, let high = UInt64(lowercaseHex: hex.prefix(16)),
            let low = UInt64(lowercaseHex: hex.suffix(16))
        else { return nil }
        self.init(high: high, low: low)
    }

    /// 32 lower-case hexadecimal digits.
    var description: String { high.hex + low.hex }
}

/// The identity of a span within its trace: 8 bytes, of which not all are zero.
struct SpanID: Sendable, Hashable, CustomStringConvertible {
    let raw: UInt64

    init?(_ raw: UInt64) {
        guard raw != 0 else { return nil }
        self.raw = raw
    }

    init?(hex: Substring.UTF8View) {
        guard hex.count == 16, let raw = UInt64(lowercaseHex: hex) else { return nil }
        self.init(raw)
    }

    /// 16 lower-case hexadecimal digits.
    var description: String { raw.hex }
}

extension UInt64 {
    /// All 16 digits.
    fileprivate var hex: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// W3C allows no capitals.
    fileprivate init?(lowercaseHex digits: Substring.UTF8View) {
        var value: UInt64 = 0
        for byte in digits {
            guard let digit = byte.lowercaseHexDigit else { return nil }
            value = value << 4 | UInt64(digit)
        }
        self = value
    }
}

extension UInt8 {
    /// The value of `0` to `9` and `a` to `f`.
    var lowercaseHexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
