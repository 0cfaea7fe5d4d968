/// The end of the first JSON value of a body, found by depth and strings alone.
enum JSONValueEnd {
    /// - Returns: The offset behind the object or array that begins at `start`; `nil` when none does, or it does not end.
    static func find(in bytes: [UInt8], from start: Int) -> Int? {
        guard start < bytes.count, [0x7B, 0x5B].contains(bytes[start]) else { return nil }
        var depth = 0
        var inString = false
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): if inString { index += 1 }
            case UInt8(ascii: "\""): inString.toggle()
            case UInt8(ascii: "{"), UInt8(ascii: "["): if !inString { depth += 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if !inString { depth -= 1 }
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return nil
    }
}
