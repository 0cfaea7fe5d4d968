import LLMCore

/// A forward-only reader of JSON bytes for the few shapes that make up a stream.
///
/// It is strict and small: whatever it does not recognise exactly makes its caller give up and take the general parser, so it
/// never needs to decide a doubtful case.
struct JSONCursor {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { offset >= bytes.count }

    @inline(__always)
    var peek: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    @inline(__always)
    mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte, offset < bytes.count else { return false }
        offset += 1
        return true
    }

    /// `byte`, and nothing but space after it.
    mutating func takeLast(_ byte: UInt8) -> Bool {
        guard take(byte) else { return false }
        skipSpace()
        return isAtEnd
    }

    /// A string without escapes, as the range between its quotes. UTF-8 is not checked.
    @inline(__always)
    mutating func plainString() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = offset
        let end = ByteSearch.endOfPlainText(in: bytes, from: start)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        offset = end + 1
        return start..<end
    }

    /// A plain ASCII string, skipped.
    mutating func skipPlainString() -> Bool {
        guard let range = plainString() else { return false }
        return UnsafeRawBufferPointer(rebasing: bytes[range]).isASCII
    }

    /// A string with or without escapes; escapes are undone into `scratch`.
    mutating func string(scratch: inout [UInt8]) -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = offset
        let end = ByteSearch.endOfPlainText(in: bytes, from: start)
        guard end < bytes.count else { return nil }
        if bytes[end] == UInt8(ascii: "\"") {
            offset = end + 1
            return String(strictUTF8: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        }
        guard bytes[end] == UInt8(ascii: "\\") else { return nil }
        offset = end
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        guard unescapeRest(into: &scratch) else { return nil }
        return scratch.withUnsafeBytes { String(strictUTF8: $0) }
    }

    mutating func takeNull() -> Bool {
        skipSpace()
        guard offset + 4 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) == Self.null
        else { return false }
        offset += 4
        return true
    }

    /// A whole number without sign or leading zeros, skipped.
    mutating func skipInteger() -> Bool {
        skipSpace()
        let start = offset
        while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
        guard offset > start, bytes[start] != 0x30 || offset == start + 1 else { return false }
        return !continuesNumber
    }

    /// A digit, a fraction or an exponent follows: the general parser's business.
    var continuesNumber: Bool {
        switch peek {
        case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: false
        }
    }

    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let name = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return ByteSearch.matches(bytes, at: range.lowerBound, name)
    }

    func matches(_ range: Range<Int>, field text: String) -> Bool {
        guard range.count == text.utf8.count else { return false }
        return zip(range, text.utf8).allSatisfy { bytes[$0] == $1 }
    }

    // MARK: Escapes

    private static let null: UInt32 = {
        var word: UInt32 = 0
        withUnsafeMutableBytes(of: &word) { $0.copyBytes(from: Array("null".utf8)) }
        return word
    }()

    private mutating func unescapeRest(into out: inout [UInt8]) -> Bool {
        while offset < bytes.count {
            let end = ByteSearch.endOfPlainText(in: bytes, from: offset)
            out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
            offset = end
            guard end < bytes.count else { return false }
            switch bytes[end] {
            case UInt8(ascii: "\""):
                offset += 1
                return true
            case UInt8(ascii: "\\"): guard unescapeOne(into: &out) else { return false }
            default: return false
            }
        }
        return false
    }

    private mutating func unescapeOne(into out: inout [UInt8]) -> Bool {
        guard offset + 1 < bytes.count else { return false }
        let letter = bytes[offset + 1]
        offset += 2
        switch letter {
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(letter)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "u"): return unescapeScalar(into: &out)
        default: return false
        }
        return true
    }

    private mutating func unescapeScalar(into out: inout [UInt8]) -> Bool {
        guard var code = hex4() else { return false }
        if (0xD800..<0xDC00).contains(code) {
            guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
            else { return false }
            offset += 2
            guard let low = hex4(), (0xDC00..<0xE000).contains(low) else { return false }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { return false }
        out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        return true
    }

    private mutating func hex4() -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[offset]
            switch byte {
            case 0x30...0x39: code = code << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: code = code << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: code = code << 4 | UInt32(byte - 0x57)
            default: return nil
            }
            offset += 1
        }
        return code
    }
}
