import LLMCore

/// Takes `cache_control` out of a chat request, for servers that refuse it; every other byte stays.
///
/// Only where clients put it: in the request, its system prompt, its messages, their parts, and its tools. A property of that name in a tool's schema is none.
struct CacheControlRemover {
    /// A place in the request's tree.
    private enum Level {
        case request, messages, message, content, part, tools, tool, function

        func member(_ key: String) -> Level? {
            switch (self, key) {
            case (.request, "messages"): .messages
            case (.request, "system"): .content
            case (.request, "tools"): .tools
            case (.message, "content"): .content
            case (.tool, "function"): .function
            default: nil
            }
        }

        var element: Level? {
            switch self {
            case .messages: .message
            case .content: .part
            case .tools: .tool
            default: nil
            }
        }
    }

    private static let pattern = BytePattern("cache_control")
    private let bytes: [UInt8]
    private var offset = 0
    private var removed: [Range<Int>] = []

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter bytes: A JSON object, known to be valid.
    static func cleaned(_ bytes: [UInt8]) -> [UInt8] {
        guard pattern.occurs(in: bytes) else { return bytes }
        var remover = CacheControlRemover(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { remover.offset = 3 }
        guard remover.read(.request), !remover.removed.isEmpty else { return bytes }
        var out: [UInt8] = []
        var place = 0
        for range in remover.removed {
            out += bytes[place..<range.lowerBound]
            place = range.upperBound
        }
        return out + bytes[place...]
    }

    /// Reads the value at `offset`; `false` when it is no JSON.
    private mutating func read(_ level: Level?) -> Bool {
        skipSpace()
        guard let level, offset < bytes.count else { return skip() }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return readObject(level)
        case UInt8(ascii: "["): return readArray(level)
        default: return skip()
        }
    }

    private mutating func readObject(_ level: Level) -> Bool {
        offset += 1
        // Members of a list are none of its elements'.
        let takes = level.element == nil
        var afterLast = offset
        // Nothing is kept before the member at hand.
        var isFirst = true
        skipSpace()
        if take("}") { return true }
        while true {
            skipSpace()
            let start = offset
            guard let (key, end) = JSONValue.parsePrefix(of: bytes, at: offset), let name = key.string else {
                return false
            }
            offset = end
            skipSpace()
            guard take(":"), read(takes ? level.member(name) : nil) else { return false }
            let isRemoved = takes && name == "cache_control"
            let afterValue = offset
            skipSpace()
            let goesOn = take(",")
            if isRemoved {
                // With the comma that parts it from the next, or else from the one before.
                if goesOn { skipSpace() }
                remove(goesOn ? start..<offset : (isFirst ? start : afterLast)..<afterValue)
            } else {
                isFirst = false
                afterLast = afterValue
            }
            guard goesOn else {
                skipSpace()
                return take("}")
            }
        }
    }

    /// The newest range may swallow those before it: several members of one name at an object's end.
    private mutating func remove(_ range: Range<Int>) {
        while let last = removed.last, last.lowerBound >= range.lowerBound { removed.removeLast() }
        removed.append(range)
    }

    private mutating func readArray(_ level: Level) -> Bool {
        offset += 1
        skipSpace()
        if take("]") { return true }
        repeat { guard read(level.element) else { return false } } while takeComma()
        skipSpace()
        return take("]")
    }

    private mutating func skip() -> Bool {
        guard let (_, end) = JSONValue.parsePrefix(of: bytes, at: offset) else { return false }
        offset = end
        return true
    }

    private mutating func takeComma() -> Bool {
        skipSpace()
        return take(",")
    }

    private mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }
}
