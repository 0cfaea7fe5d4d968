import LLMWire

/// Damage done to events that are already bytes.
enum EventBytes {
    /// The start of an event that is longer than our own parser bears.
    static func endless(asArray: Bool) -> [UInt8] {
        Array((asArray ? ",{\"text\":\"" : "data: {\"text\":\"").utf8)
            + Array(repeating: UInt8(ascii: "a"), count: SSEParser.eventLimit + 1 << 20)
    }

    /// Takes the last closing brace of what stands after `start`: framing stays, the JSON is broken.
    static func `break`(_ buffer: inout [UInt8], from start: Int) {
        guard let brace = buffer[start...].lastIndex(of: UInt8(ascii: "}")) else { return }
        buffer.remove(at: brace)
    }

    /// Each event that carries usage, twice.
    static func repeatingUsage(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let separator = text.contains("\r\n\r\n") ? "\r\n\r\n" : "\n\n"
        let events = text.split(separator: separator, omittingEmptySubsequences: true)
        let out = events.map { event in
            let carries = event.contains("\"usage\":{") || event.contains("\"usageMetadata\":")
            let whole = event + separator
            return String(carries ? whole + whole : whole)
        }
        return Array(out.joined().utf8)
    }
}
