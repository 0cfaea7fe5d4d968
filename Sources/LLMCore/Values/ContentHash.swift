import COpenSSL

/// A SHA-256 digest in lower-case hexadecimal, from OpenSSL's libcrypto.
public enum ContentHash {
    public static func sha256(_ bytes: some Sequence<UInt8>) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            _ = SHA256(buffer.baseAddress, buffer.count, &digest)
        }
        if isContiguous == nil {
            let copy = Array(bytes)
            _ = SHA256(copy, copy.count, &digest)
        }
        return hexadecimal(digest)
    }

    public static func sha256(_ text: String) -> String { sha256(text.utf8) }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
