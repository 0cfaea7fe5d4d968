/// Broken characters at the ends of strings of one JSON text: parts whose other part stands in a neighbouring piece of a stream, as a
/// surrogate of a pair or as bytes of its UTF-8.
public struct SurrogateEdges: Sendable, Hashable {
    /// One part of a character.
    public enum Part: Sendable, Hashable {
        /// One escaped surrogate of a pair.
        case surrogate(UInt32)
        /// One to three bytes of UTF-8.
        case bytes([UInt8])
    }

    /// The result of putting two neighbouring parts together.
    public enum Joined: Sendable, Hashable {
        case character(String)
        /// More bytes are to come.
        case part(Part)
    }

    /// The first part of a character, by the string that ends in it; the string itself has one U+FFFD there.
    public private(set) var high: [String: Part] = [:]
    /// A later part of a character, by the string that begins with it; the string itself has one U+FFFD there.
    public private(set) var low: [String: Part] = [:]

    init() {}

    mutating func add(_ edges: (high: Part?, low: Part?), of text: String) {
        if let part = edges.high { high[text] = part }
        if let part = edges.low { low[text] = part }
    }

    /// The character of which a stream sent the parts one after the other; `nil` when they do not belong together.
    public static func join(_ first: Part, _ second: Part) -> Joined? {
        switch (first, second) {
        case (.surrogate(let high), .surrogate(let low)):
            let code = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
            return .character(Unicode.Scalar(code).map { String(Character($0)) } ?? "\u{FFFD}")
        case (.bytes(let head), .bytes(let tail)):
            let bytes = head + tail
            if let text = String(validating: bytes, as: UTF8.self) { return .character(text) }
            return BrokenCharacters.isBeginning(bytes[...]) ? .part(.bytes(bytes)) : nil
        default: return nil
        }
    }
}

/// A string of bytes that are not all UTF-8, with the incomplete characters at its ends set apart.
struct BrokenCharacters {
    let head: ArraySlice<UInt8>
    let tail: ArraySlice<UInt8>
    /// The string; every broken character of its ends is one U+FFFD.
    let text: String

    init(_ bytes: ArraySlice<UInt8>) {
        let continuation = bytes.prefix(while: Self.isContinuation)
        // No character has more than three bytes behind its first.
        let head = continuation.count <= 3 ? continuation : []
        var tail: ArraySlice<UInt8> = []
        let rest = bytes.dropFirst(head.count)
        if let lead = rest.suffix(3).lastIndex(where: { !Self.isContinuation($0) }), Self.isBeginning(rest[lead...]) {
            tail = rest[lead...]
        }
        self.head = head
        self.tail = tail
        let core = String(decoding: rest.dropLast(tail.count), as: UTF8.self)
        text = (head.isEmpty ? "" : "\u{FFFD}") + core + (tail.isEmpty ? "" : "\u{FFFD}")
    }

    var edges: (high: SurrogateEdges.Part?, low: SurrogateEdges.Part?)? {
        if head.isEmpty, tail.isEmpty { return nil }
        return (tail.isEmpty ? nil : .bytes(Array(tail)), head.isEmpty ? nil : .bytes(Array(head)))
    }

    /// Returns `true` for the first bytes of a character that lack the rest.
    static func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let lead = bytes.first else { return false }
        let length =
            switch lead {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        return bytes.count < length && bytes.dropFirst().allSatisfy(isContinuation)
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}

/// Lone surrogates of one string while it is read, by their place in its UTF-8.
struct LoneSurrogates {
    private var first: (code: UInt32, offset: Int)?
    private var last: (code: UInt32, offset: Int)?

    mutating func record(_ code: UInt32, at offset: Int) {
        first = first ?? (code, offset)
        last = (code, offset)
    }

    /// The halves at the string's own ends; `nil` when there are none.
    ///
    /// - Parameter end: The length of the string, in which a half takes the three bytes of U+FFFD.
    func edges(end: Int) -> (high: SurrogateEdges.Part?, low: SurrogateEdges.Part?)? {
        guard let first, let last else { return nil }
        let high = last.code < 0xDC00 && last.offset + 3 == end ? last.code : nil
        let low = first.code >= 0xDC00 && first.offset == 0 ? first.code : nil
        return high == nil && low == nil ? nil : (high.map { .surrogate($0) }, low.map { .surrogate($0) })
    }
}
