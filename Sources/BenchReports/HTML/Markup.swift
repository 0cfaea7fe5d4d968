/// HTML as bytes. Foreign text goes through ``text(_:)`` alone, which leaves nothing of it that could be markup.
struct Markup {
    private(set) var bytes: [UInt8] = []

    /// Markup of our own.
    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Anything else: safe as text and inside a quoted attribute.
    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
            default: bytes.append(byte)
            }
        }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
        var markup = Markup()
        markup.text(text)
        return String(decoding: markup.bytes, as: UTF8.self)
    }
}
