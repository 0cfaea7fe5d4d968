#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ContentHash {
    /// The source expression of a script or a style sheet in a content security policy: `sha256-` and its digest in base64.
    public static func integrity(_ text: String) -> String {
        let digits = Array(sha256(text))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        return "sha256-" + Data(bytes).base64EncodedString()
    }
}
