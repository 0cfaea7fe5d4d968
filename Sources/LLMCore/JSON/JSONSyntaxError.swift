/// A syntax error in JSON, with its place.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Byte offset into the input.
    public var offset: Int
    /// One-based; columns count Unicode scalars.
    public var line: Int
    public var column: Int
    public var message: String
    /// The fault follows from what the text says (a string, a depth), not from how it was cut or framed: the same content brings it back.
    public var isOfContent = false
    public var description: String { "\(line):\(column): \(message)" }
}

/// The places of values in a JSON text, by path; made by ``JSONValue/parseLocated(_:)``.
public struct JSONLocations: Sendable {
    public enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }
    var offsets: [[Step]: Int] = [:]
    private let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Line and column, one-based, of the value at `path`; of the nearest value above it when there is none.
    public func position(of path: [Step]) -> (line: Int, column: Int) {
        var path = path
        while offsets[path] == nil, !path.isEmpty { path.removeLast() }
        return bytes.position(at: offsets[path] ?? 0)
    }
}

extension [UInt8] {
    /// One-based line and column (in Unicode scalars) of a byte offset.
    func position(at offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in self[..<Swift.min(offset, count)] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
