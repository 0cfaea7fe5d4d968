#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Scores or weights of a table's cases, added up by cluster: enough to tell the chance of a claim about quality exactly, where draws only
/// estimate it.
///
/// As JSON they are base64 of 32-bit floating-point numbers, least byte first.
public struct ClusterSums: Sendable, Hashable {
    /// Of each cluster, in the order of the table's ``SelectionTable/clusterWeights``.
    public var values: [Double]

    /// - Parameter values: Rounded to 32 bits, as they are kept.
    public init(_ values: [Double]) { self.values = values.map { Double(Float($0)) } }
}

extension ClusterSums: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let numbers = PackedNumbers.read(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64 of 32-bit numbers")
        }
        values = numbers
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(PackedNumbers.text(values))
    }
}

/// Numbers as base64 of 32-bit floating-point numbers, least byte first.
enum PackedNumbers {
    /// - Returns: `nil` where the text is no such list.
    static func read(_ text: String) -> [Double]? {
        guard let bytes = Data(base64Encoded: text), bytes.count.isMultiple(of: 4) else { return nil }
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map { place in
                let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                return Double(Float(bitPattern: bits))
            }
        }
    }

    static func text(_ numbers: [Double]) -> String {
        var data = Data(capacity: numbers.count * 4)
        for number in numbers {
            withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data.base64EncodedString()
    }
}
