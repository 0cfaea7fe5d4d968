/// Lone surrogates at the ends of strings of one JSON text: halves whose other half stands in a neighbouring piece of a stream.
public struct SurrogateEdges: Sendable, Hashable {
    /// The first half of a pair, by the string that ends in it; the string itself has U+FFFD there.
    public private(set) var high: [String: UInt32] = [:]
    /// The second half of a pair, by the string that begins with it.
    public private(set) var low: [String: UInt32] = [:]

    init() {}

    mutating func add(_ edges: (high: UInt32?, low: UInt32?), of text: String) {
        if let half = edges.high { high[text] = half }
        if let half = edges.low { low[text] = half }
    }

    /// The character of which a stream sent the halves one after the other.
    public static func join(_ high: UInt32, _ low: UInt32) -> String {
        let code = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
        return Unicode.Scalar(code).map { String(Character($0)) } ?? "\u{FFFD}"
    }
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
    func edges(end: Int) -> (high: UInt32?, low: UInt32?)? {
        guard let first, let last else { return nil }
        let high = last.code < 0xDC00 && last.offset + 3 == end ? last.code : nil
        let low = first.code >= 0xDC00 && first.offset == 0 ? first.code : nil
        return high == nil && low == nil ? nil : (high, low)
    }
}
