/// The output of a program: its beginning up to a limit, its end, and how much it was in all.
struct OutputCapture: Sendable {
    /// At most the limit.
    private(set) var head: [UInt8] = []
    private(set) var count = 0
    private var end: [UInt8] = []
    private let limit: Int

    private static let tailLimit = 16_384

    init(limit: Int) { self.limit = limit }

    /// True when a part was left out of ``head``.
    var isCut: Bool { count > head.count }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        if head.count < limit { head.append(contentsOf: bytes.prefix(limit - head.count)) }
        end.append(contentsOf: bytes.suffix(Self.tailLimit))
        if end.count > 2 * Self.tailLimit { end.removeFirst(end.count - Self.tailLimit) }
    }

    /// Takes a mark off the beginning.
    ///
    /// - Returns: `false` when it is not there.
    mutating func drop(prefix mark: [UInt8]) -> Bool {
        guard head.starts(with: mark) else { return false }
        // The end overlaps the beginning where little was printed.
        if count == end.count { end.removeFirst(mark.count) }
        head.removeFirst(mark.count)
        count -= mark.count
        return true
    }

    var text: String { String(decoding: head, as: UTF8.self) }

    /// The last lines that are not blank, as text.
    var lastLines: [Substring] {
        let text = String(decoding: end.suffix(Self.tailLimit), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    }
}
