/// Splits a byte stream into server-sent events, wherever the network cut it.
///
/// Follows the WHATWG algorithm: lines end in LF, CRLF or CR; comments, `id` and `retry` are skipped, and lines of other fields kept for
/// ``takeForeignLines()``, as some servers say there what went wrong; several `data` lines join
/// with LF; a byte order mark at the start is dropped. It differs in two points: an event that the end of the stream leaves
/// without its blank line is handed out by ``finish()``, because some servers close right after the last `data` line; and JSON
/// behind whole JSON begins an event of its own, because some leave the blank lines out.
///
/// ```swift
/// parser.append(bytes)
/// while let event = parser.next() { parser.withData(of: event) { data in … } }
/// ```
/// Events point into the parser's buffer: they are valid until the next `append`.
package struct SSEParser: Sendable {
    /// One event. Its bytes stay in the parser.
    package struct Event: Sendable, Hashable {
        /// An `event:` field names the event; see ``SSEParser/eventName``.
        package let isNamed: Bool
        let data: Range<Int>
    }

    /// The longest event that is accepted, in bytes; beyond it the stream is not trusted any more.
    package static let eventLimit = 16 << 20

    /// True once an event was longer than ``eventLimit``: nothing more is read.
    package private(set) var overflowed = false

    private var buffer: [UInt8] = []
    /// Start of the line being read.
    private var lineStart = 0
    /// The offset at which the search for the line's end continues.
    private var scanned = 0
    private var atStreamStart = true
    /// The last line ended in CR: an LF that follows belongs to it.
    private var skipsLineFeed = false
    /// The data of the event being read; further `data` lines are moved up behind it within the buffer.
    private var data: Range<Int>?
    private var name: [UInt8] = []
    /// The name that the event being read had before a line behind its data named it anew: that line may be the next event's.
    private var earlierName: [UInt8]?
    private var handedOutName: [UInt8] = []
    private var foreignLines: [[UInt8]] = []
    private var foreignBytes = 0
    /// Of what the format does not know, as many bytes are kept in all, wherever the network cut them.
    private static let foreignLimit = 256 << 10

    package init() {}

    /// Takes more bytes. Events handed out before are no longer valid.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !overflowed else { return }
        dropConsumed()
        // What is left is one unfinished event, provided that `next` was called until it gave nothing.
        guard buffer.count <= Self.eventLimit else { return overflow() }
        buffer.append(contentsOf: bytes)
    }

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        let copy = Array(bytes)
        copy.withUnsafeBytes { append($0) }
    }

    /// The next complete event, `nil` when more bytes are needed.
    package mutating func next() -> Event? {
        if atStreamStart, !dropByteOrderMark() { return nil }
        while let line = nextLine() {
            if let event = take(line) { return event }
        }
        return nil
    }

    /// At the end of the stream: what is left, an event without its blank line included. Call until it gives `nil`.
    package mutating func finish() -> Event? {
        atStreamStart = false
        if let event = next() { return event }
        let rest = lineStart..<buffer.count
        lineStart = buffer.count
        scanned = buffer.count
        if !rest.isEmpty, let event = take(rest) { return event }
        return dispatch()
    }

    /// The bytes of an event's data, without a copy.
    package func withData<Result>(of event: Event, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[event.data])) }
    }

    /// The name of the event handed out last; empty when it had none.
    package var eventName: String { String(decoding: handedOutName, as: UTF8.self) }

    // MARK: Lines

    private mutating func nextLine() -> Range<Int>? {
        if skipsLineFeed {
            guard lineStart < buffer.count else { return nil }
            skipsLineFeed = false
            if buffer[lineStart] == 0x0A { lineStart += 1 }
            scanned = max(scanned, lineStart)
        }
        let end = buffer.withUnsafeBytes { ByteSearch.firstLineBreak(in: $0, from: scanned) }
        guard end < buffer.count else {
            scanned = end
            return nil
        }
        let line = lineStart..<end
        skipsLineFeed = buffer[end] == 0x0D
        lineStart = end + 1
        scanned = lineStart
        return line
    }

    private mutating func take(_ line: Range<Int>) -> Event? {
        if line.isEmpty { return dispatch() }
        switch buffer[line.lowerBound] {
        case UInt8(ascii: "d"):
            guard let value = value(of: Self.dataField, in: line) else { keepForeign(line); break }
            if beginsEvent(value) { return dispatch(before: value) }
            appendData(value)
        case UInt8(ascii: "e"):
            guard let value = value(of: Self.eventField, in: line) else { keepForeign(line); break }
            if data != nil, earlierName == nil { earlierName = name }
            name.removeAll(keepingCapacity: true)
            name.append(contentsOf: buffer[value])
        case UInt8(ascii: ":"): if isTelling(line) { keepForeign(line) }
        default:
            let isKnown = value(of: Self.idField, in: line) != nil || value(of: Self.retryField, in: line) != nil
            if !isKnown { keepForeign(line) }
        }
        return nil
    }

    private static let dataField: StaticString = "data"
    private static let eventField: StaticString = "event"
    private static let idField: StaticString = "id"
    private static let retryField: StaticString = "retry"

    /// Lines of fields that the format does not know, seen since the last call, in order.
    package mutating func takeForeignLines() -> [[UInt8]] {
        guard !foreignLines.isEmpty else { return [] }
        defer { foreignLines = [] }
        return foreignLines
    }

    /// A comment that may hold more than a sign of life: an object, or the word for an error.
    private func isTelling(_ line: Range<Int>) -> Bool {
        let text = buffer[line].dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
        if text.first == UInt8(ascii: "{") { return true }
        return text.prefix(5).map { $0 | 0x20 } == Array("error".utf8)
    }

    private mutating func keepForeign(_ line: Range<Int>) {
        guard foreignBytes < Self.foreignLimit else { return }
        let kept = buffer[line].prefix(Self.foreignLimit - foreignBytes)
        foreignLines.append(Array(kept))
        foreignBytes += kept.count + 1
    }

    /// The value of the line when its field is `field`; a line without a colon is a field with an empty value.
    private func value(of field: StaticString, in line: Range<Int>) -> Range<Int>? {
        let length = field.utf8CodeUnitCount
        guard line.count >= length else { return nil }
        for offset in 0..<length where buffer[line.lowerBound + offset] != field.utf8Start[offset] { return nil }
        var start = line.lowerBound + length
        guard start < line.upperBound else { return start..<start }
        guard buffer[start] == UInt8(ascii: ":") else { return nil }
        start += 1
        if start < line.upperBound, buffer[start] == 0x20 { start += 1 }
        return start..<line.upperBound
    }

    private mutating func appendData(_ value: Range<Int>) {
        guard let sofar = data else {
            data = value
            return
        }
        // The joined text is shorter than what it came from, so it can grow in place.
        buffer[sofar.upperBound] = 0x0A
        var end = sofar.upperBound + 1
        for index in value {
            buffer[end] = buffer[index]
            end += 1
        }
        data = sofar.lowerBound..<end
    }

    /// The line can be no more of the data so far: in one JSON text nothing that is closed is followed by what is opened.
    private func beginsEvent(_ value: Range<Int>) -> Bool {
        guard let sofar = data, let first = buffer[value].first(where: Self.isNoBlank),
            [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first), let last = buffer[sofar].last(where: Self.isNoBlank)
        else { return false }
        return [UInt8(ascii: "}"), UInt8(ascii: "]")].contains(last)
    }

    private static func isNoBlank(_ byte: UInt8) -> Bool { byte != 0x20 && byte != 0x09 && byte != 0x0A }

    /// Hands out the event so far, and begins the next with its first data.
    private mutating func dispatch(before value: Range<Int>) -> Event? {
        let next = earlierName.map { _ in name } ?? []
        if let earlier = earlierName { name = earlier }
        let event = dispatch()
        name = next
        data = value
        return event
    }

    private mutating func dispatch() -> Event? {
        earlierName = nil
        if !name.isEmpty || !handedOutName.isEmpty {
            swap(&name, &handedOutName)
            name.removeAll(keepingCapacity: true)
        }
        guard let range = data else { return nil }
        data = nil
        return Event(isNamed: !handedOutName.isEmpty, data: range)
    }

    // MARK: Buffer

    private mutating func dropByteOrderMark() -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let head = buffer.prefix(3)
        if head.count < 3, mark.starts(with: head) { return false }
        if head.elementsEqual(mark) {
            lineStart = 3
            scanned = 3
        }
        atStreamStart = false
        return true
    }

    private mutating func dropConsumed() {
        let keep = data?.lowerBound ?? lineStart
        guard keep > 0 else { return }
        buffer.removeFirst(keep)
        lineStart -= keep
        scanned -= keep
        data = data.map { $0.lowerBound - keep..<$0.upperBound - keep }
    }

    private mutating func overflow() {
        overflowed = true
        buffer = []
        lineStart = 0
        scanned = 0
        data = nil
    }
}
