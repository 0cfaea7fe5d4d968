/// Splits one JSON array that arrives in pieces into its elements: how Gemini streams without `alt=sse`.
///
/// Elements are found by depth and strings alone; whether each is valid JSON is for its reader to find.
struct JSONArraySplitter: Sendable {
    private var buffer: [UInt8] = []
    private var scanned = 0
    private var elementStart: Int?
    private var depth = 0
    private var inString = false
    private var escaped = false
    /// The closing bracket was read.
    private(set) var closed = false
    /// An element grew beyond ``SSEParser/eventLimit``.
    private(set) var overflowed = false

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !overflowed else { return }
        let keep = elementStart ?? scanned
        buffer.removeFirst(keep)
        scanned -= keep
        if elementStart != nil { elementStart = 0 }
        overflowed = buffer.count > SSEParser.eventLimit
        buffer.append(contentsOf: bytes)
    }

    /// The bytes of the next complete element.
    mutating func next() -> [UInt8]? {
        while scanned < buffer.count, !closed {
            let index = scanned
            scanned += 1
            if let end = step(buffer[index], at: index) { return take(end) }
        }
        return nil
    }

    /// Reads one byte; gives the end of an element that it closes.
    private mutating func step(_ byte: UInt8, at index: Int) -> Int? {
        if inString {
            if escaped {
                escaped = false
            } else if byte == 0x5C {
                escaped = true
            } else if byte == 0x22 {
                inString = false
            }
            return nil
        }
        switch byte {
        case UInt8(ascii: "\""):
            inString = true
            if elementStart == nil { elementStart = index }
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            if depth == 1, elementStart == nil { elementStart = index }
            depth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            depth -= 1
            if depth == 1 { return index + 1 }
            if depth <= 0 {
                closed = true
                return elementStart == nil ? nil : index
            }
        case UInt8(ascii: ","): if depth == 1, elementStart != nil { return index }
        case 0x20, 0x09, 0x0A, 0x0D: break
        default: if depth == 1, elementStart == nil { elementStart = index }
        }
        return nil
    }

    private mutating func take(_ end: Int) -> [UInt8]? {
        guard let start = elementStart else { return nil }
        elementStart = nil
        return Array(buffer[start..<end])
    }
}
