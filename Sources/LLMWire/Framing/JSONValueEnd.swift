/// The end of the first JSON value of a body, found by depth and strings alone.
enum JSONValueEnd {
    /// - Returns: The offset behind the object or array that begins at `start`; `nil` when none does, or it does not end.
    static func find(in bytes: [UInt8], from start: Int) -> Int? {
        guard start < bytes.count, [0x7B, 0x5B].contains(bytes[start]) else { return nil }
        var nesting = JSONNesting()
        for index in start..<bytes.count {
            nesting.take(bytes[index])
            if nesting.isOver { return index + 1 }
        }
        return nil
    }
}

/// The depth of a JSON text that is read byte by byte.
struct JSONNesting: Sendable {
    private var depth = 0
    private var inString = false
    private var isEscaped = false
    /// An object or array that began has ended.
    private(set) var isOver = false

    mutating func take(_ byte: UInt8) {
        guard !isEscaped else { return isEscaped = false }
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = inString
        case UInt8(ascii: "\""): inString.toggle()
        case UInt8(ascii: "{"), UInt8(ascii: "["): if !inString { depth += 1 }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard !inString else { return }
            depth -= 1
            if depth == 0 { isOver = true }
        default: break
        }
    }
}
