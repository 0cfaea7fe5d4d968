/// Percent-encoding of what goes into a path, or a query's value.
package enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Keeps unreserved characters and slashes; all else is encoded, so that a name cannot add a query or a fragment.
    package static func path(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Undoes the escapes of a path's segment, or of a query's name or value.
    ///
    /// An invalid escape stays as it is, and bytes that are no UTF-8 are replaced.
    package static func decoded(_ text: some StringProtocol) -> String {
        let text = String(text)
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        return String(decoding: bytes(of: text).bytes, as: UTF8.self)
    }

    /// Undoes the escapes of bytes that need not be text. An invalid escape stays as it is.
    static func decodedBytes(_ text: some StringProtocol) -> [UInt8] { bytes(of: String(text)).bytes }

    /// Undoes the escapes of a value that must be well formed.
    ///
    /// - Returns: `nil` of an invalid escape, or of bytes that are no UTF-8.
    package static func validDecoded(_ text: some StringProtocol) -> String? {
        let (bytes, isValid) = bytes(of: String(text))
        return isValid ? String(validating: bytes, as: UTF8.self) : nil
    }

    private static func bytes(of text: String) -> (bytes: [UInt8], isValid: Bool) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var isValid = true
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap(digit)
            if digits.count == 2 {
                bytes.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                isValid = false
                bytes.append(byte)
            }
        }
        return (bytes, isValid)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
