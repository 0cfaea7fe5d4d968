import LLMCore

/// Joins characters that a stream cut: a surrogate pair, or the bytes of one character, in neighbouring pieces of one channel.
struct PieceJoiner: Sendable {
    enum Channel: Hashable, Sendable {
        case text, thinking, refusal
        /// Arguments of a tool call, by its place.
        case arguments(Int)
    }

    /// The part of a character that was taken off the end of the last piece.
    private var waiting: [Channel: SurrogateEdges.Part] = [:]
    /// The parts of characters at the ends of strings in the event that is being read.
    var edges: SurrogateEdges?

    /// The piece with the part that waited for it, without the part that waits for the next.
    mutating func join(_ piece: String, on channel: Channel) -> String {
        guard edges != nil || !waiting.isEmpty, !piece.isEmpty else { return piece }
        var out = piece
        if let first = waiting.removeValue(forKey: channel) {
            switch edges?.low[piece].flatMap({ SurrogateEdges.join(first, $0) }) {
            case .character(let character)?:
                out.unicodeScalars.removeFirst()
                out = character + out
            // A character of four bytes in three pieces: this one is its middle.
            case .part(let part)? where out.unicodeScalars.count == 1:
                waiting[channel] = part
                return ""
            case .part?, nil: out = "\u{FFFD}" + out
            }
        }
        if let high = edges?.high[piece] {
            out.unicodeScalars.removeLast()
            waiting[channel] = high
        }
        return out
    }

    /// Parts whose other part never came.
    mutating func takeLone() -> [Channel] {
        defer { waiting = [:] }
        return waiting.keys.sorted { $0.rank < $1.rank }
    }
}

extension PieceJoiner.Channel {
    fileprivate var rank: Int {
        switch self {
        case .thinking: -3
        case .text: -2
        case .refusal: -1
        case .arguments(let place): place
        }
    }
}

/// Makes the JSON text of a tool call's arguments readable while it streams: an escape of a lone surrogate becomes one of U+FFFD.
///
/// An escape that a piece cuts, or a first half whose second may follow, waits for the next piece.
struct EscapeMender: Sendable {
    private var waiting: [UInt8] = []

    mutating func mend(_ piece: String) -> String {
        guard !waiting.isEmpty || piece.utf8.contains(UInt8(ascii: "\\")) else { return piece }
        let bytes = waiting + Array(piece.utf8)
        waiting = []
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                out.append(bytes[index])
                index += 1
                continue
            }
            guard let end = Self.escapeEnd(in: bytes, at: index) else {
                waiting = Array(bytes[index...])
                break
            }
            let escape = bytes[index..<end]
            out += Self.isLoneSurrogate(escape) ? Array("\\ufffd".utf8)[...] : escape
            index = end
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The halves that still wait when no more pieces come.
    mutating func takeRest() -> String {
        defer { waiting = [] }
        guard let code = Self.code(in: waiting, at: 0), (0xD800..<0xE000).contains(code) else {
            return String(decoding: waiting, as: UTF8.self)
        }
        return "\\ufffd" + String(decoding: waiting.dropFirst(6), as: UTF8.self)
    }

    /// The end of the escape, or of the pair of escapes; `nil` when it is not there yet.
    private static func escapeEnd(in bytes: [UInt8], at start: Int) -> Int? {
        guard start + 1 < bytes.count else { return nil }
        guard bytes[start + 1] == UInt8(ascii: "u") else { return start + 2 }
        guard let code = code(in: bytes, at: start) else {
            // Cut, or no escape at all: the reader of the arguments says which.
            return start + 6 > bytes.count ? nil : start + 2
        }
        guard (0xD800..<0xDC00).contains(code) else { return start + 6 }
        let next = bytes[(start + 6)...]
        if next.isEmpty { return nil }
        guard next.starts(with: Array("\\u".utf8).prefix(next.count)) else { return start + 6 }
        guard let low = Self.code(in: bytes, at: start + 6) else { return next.count < 6 ? nil : start + 6 }
        return (0xDC00..<0xE000).contains(low) ? start + 12 : start + 6
    }

    private static func isLoneSurrogate(_ escape: ArraySlice<UInt8>) -> Bool {
        escape.count == 6 && code(in: Array(escape), at: 0).map { (0xD800..<0xE000).contains($0) } ?? false
    }

    private static func code(in bytes: [UInt8], at start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt32(String(decoding: bytes[(start + 2)..<(start + 6)], as: UTF8.self), radix: 16)
    }
}
