/// A provider's secret. It prints redacted, is not `Codable`, and leaves the process only in a request header.
public struct APIKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String
    /// Twelve hexadecimal digits of a SHA-256 over the key: distinguishes keys in databases and reports without giving them away.
    public let fingerprint: KeyFingerprint

    public init(_ secret: String) {
        self.secret = secret
        // Made once: every admission of every call compares keys by it.
        fingerprint = KeyFingerprint(rawValue: String(ContentHash.sha256("dirgen-key/1:" + secret).prefix(12)))
    }

    /// The secret itself, for the one place that writes it into a header.
    public func reveal() -> String { secret }

    public var description: String { "APIKey(\(fingerprint))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint.rawValue]) }
}

/// Names a key without holding it.
public struct KeyFingerprint: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
}
