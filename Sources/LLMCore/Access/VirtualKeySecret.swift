import COpenSSL

/// The secrets of virtual keys: `dgk_` and 40 characters of base 62, 238 random bits.
///
/// So many bits cannot be guessed, so a plain SHA-256 keeps them, and no salt or slow hash is needed.
package enum VirtualKeySecret {
    package static let prefix = "dgk_"
    package static let length = 40
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    package static func make(using random: inout some RandomNumberGenerator) -> APIKey {
        let drawn = (0..<length).map { _ in digits[Int.random(in: 0..<digits.count, using: &random)] }
        return APIKey(prefix + String(decoding: drawn, as: UTF8.self))
    }

    /// A new secret of the system's random source.
    package static func make() -> APIKey {
        var random = SystemRandomNumberGenerator()
        return make(using: &random)
    }

    /// The hash that is stored in place of a secret.
    package static func hash(_ secret: String) -> String { ContentHash.sha256("dirgen-virtual-key/1:" + secret) }

    /// Compares two hashes in a time that does not depend on where they differ.
    package static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        return left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }
}
