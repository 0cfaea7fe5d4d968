import LLMCore

/// A text of a model or a user, fit for a report: no control characters, no characters that reorder others, and cut when long.
public struct ReportText: Sendable, Hashable {
    public let text: String
    /// UTF-8 bytes of the original.
    public let bytes: Int
    /// True when `text` is only the beginning.
    public let isCut: Bool

    /// An answer longer than this is cut unless the whole is asked for.
    public static let limit = 1_024

    /// - Parameter limit: Most UTF-8 bytes to keep; `nil` keeps all.
    public init(_ original: String, limit: Int? = ReportText.limit) {
        bytes = original.utf8.count
        let clean = ReportText.clean(original)
        guard let limit, clean.utf8.count > limit else {
            text = clean
            isCut = false
            return
        }
        var end = clean.utf8.index(clean.startIndex, offsetBy: limit)
        // Never half a scalar: step back over continuation bytes.
        while clean.utf8[end] & 0xC0 == 0x80 { end = clean.utf8.index(before: end) }
        text = String(clean[..<end])
        isCut = true
    }

    /// `original` without control sequences, control characters, bidirectional overrides and noncharacters.
    public static func clean(_ original: String) -> String {
        guard original.utf8.contains(where: mayStartUnsafe), original.unicodeScalars.contains(where: isUnsafe) else {
            return original
        }
        let kept = TerminalText.safe(original).unicodeScalars.filter { !isUnsafe($0) }
        return String(String.UnicodeScalarView(kept))
    }

    /// A first look at bytes: most text has none of these, and is done.
    private static func mayStartUnsafe(_ byte: UInt8) -> Bool {
        byte < 0x20 ? byte != 0x0A && byte != 0x09 : byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte >= 0xE2
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0: true
        // Bidirectional marks, embeddings, overrides and isolates: text must not show other than it reads.
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        // Line and paragraph separators, byte-order mark, interlinear annotation, noncharacters.
        case 0x2028, 0x2029, 0xFEFF, 0xFFF9...0xFFFB, 0xFDD0...0xFDEF: true
        case let value: value & 0xFFFE == 0xFFFE
        }
    }
}
