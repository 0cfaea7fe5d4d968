#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
public import LLMCore

/// A value that the command line prints with `--format json`, the library returns and a server serves.
///
/// Its members come in the order they are declared, under stable names: `*_ms` numbers, `*_usd` decimal strings, `*_at` microseconds since
/// 1970. A member that is unknown is `null`, never left out.
public protocol Document: Codable, Sendable, Hashable {}

extension Document {
    /// The document as JSON.
    public func json() throws -> JSONValue { try DocumentEncoder.json(of: self) }

    /// Reads a document back; members that it does not know are left alone.
    public init(json: JSONValue) throws { self = try DocumentDecoder.value(from: json) }

    /// Reads a document from its bytes.
    public init(bytes: some Sequence<UInt8>) throws { try self.init(json: JSONValue.parse(bytes)) }
}

extension Array: Document where Element: Document {}
