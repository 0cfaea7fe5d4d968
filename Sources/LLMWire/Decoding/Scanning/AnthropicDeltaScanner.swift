import LLMCore

/// Reads `content_block_delta` events with text or thinking in one pass; gives up on anything else.
struct AnthropicDeltaScanner: Sendable {
    private enum Kind { case text, thinking }
    private var scratch: [UInt8] = []

    /// Reads an event and appends its piece; returns `false` when the event was not understood.
    mutating func read(_ data: UnsafeRawBufferPointer, state: inout AnswerState, events: inout [ChatEvent]) -> Bool {
        var cursor = JSONCursor(data)
        var sawType = false
        var sawIndex = false
        var found: (kind: Kind, text: String)?
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        repeat {
            guard let key = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else { return false }
            if cursor.matches(key, "type") {
                guard !sawType, let word = cursor.plainString(), cursor.matches(word, "content_block_delta") else {
                    return false
                }
                sawType = true
            } else if cursor.matches(key, "index") {
                guard !sawIndex, cursor.skipInteger() else { return false }
                sawIndex = true
            } else {
                guard found == nil, cursor.matches(key, "delta"), let delta = readDelta(&cursor) else { return false }
                found = delta
            }
        } while cursor.take(UInt8(ascii: ","))
        guard sawType, let found, cursor.takeLast(UInt8(ascii: "}")) else { return false }
        switch found.kind {
        case .text: state.text(found.text, into: &events)
        case .thinking: state.thinking(found.text, into: &events)
        }
        return true
    }

    private mutating func readDelta(_ cursor: inout JSONCursor) -> (kind: Kind, text: String)? {
        var type: Kind?
        var piece: (kind: Kind, text: String)?
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let key = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else { return nil }
            if cursor.matches(key, "type") {
                guard type == nil, let word = cursor.plainString() else { return nil }
                if cursor.matches(word, "text_delta") { type = .text }
                if cursor.matches(word, "thinking_delta") { type = .thinking }
                guard type != nil else { return nil }
            } else {
                guard piece == nil, let kind = kind(of: key, cursor), let text = cursor.string(scratch: &scratch) else {
                    return nil
                }
                piece = (kind, text)
            }
        } while cursor.take(UInt8(ascii: ","))
        guard let piece, piece.kind == type, cursor.take(UInt8(ascii: "}")) else { return nil }
        return piece
    }

    private func kind(of key: Range<Int>, _ cursor: JSONCursor) -> Kind? {
        if cursor.matches(key, "text") { return .text }
        return cursor.matches(key, "thinking") ? .thinking : nil
    }
}
