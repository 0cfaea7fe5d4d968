import Tracing

/// The place of a span in its trace, as W3C Trace Context passes it on.
struct TraceContext: Sendable, Hashable {
    var trace: TraceID
    var span: SpanID
    /// Bit 0: the caller records this trace. Bit 1: the trace's identity is random.
    var flags: UInt8
    /// `tracestate`, checked; empty without one.
    var state = ""
    /// It came with a request, and is no span of this process.
    var isRemote = false

    init(trace: TraceID, span: SpanID, flags: UInt8) {
        self.trace = trace
        self.span = span
        self.flags = flags
    }

    var isSampled: Bool { flags & 1 == 1 }
    private static let knownFlags: UInt8 = 0b11

    /// Reads a `traceparent` by the rules of W3C: `nil` of one that must be ignored, which begins a new trace.
    ///
    /// A version above ours is read as far as ours goes.
    init?(traceparent: String) {
        let bytes = traceparent[...].utf8
        let fields = bytes.split(separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count >= 4, let version = TraceContext.byte(fields[0]), version != 0xFF,
            fields.count == 4 || version > 0, let trace = TraceID(hex: fields[1]), let span = SpanID(hex: fields[2]),
            let flags = TraceContext.byte(fields[3])
        else { return nil }
        self.init(trace: trace, span: span, flags: flags & (version == 0 ? TraceContext.knownFlags : 1))
        isRemote = true
    }

    /// The header for the next server.
    var traceparent: String { "00-\(trace)-\(span)-0\(String(flags & TraceContext.knownFlags, radix: 16))" }

    private static func byte(_ digits: Substring.UTF8View) -> UInt8? {
        guard digits.count == 2, let high = digits.first?.lowercaseHexDigit, let low = digits.last?.lowercaseHexDigit
        else { return nil }
        return high << 4 | low
    }
}

extension TraceContext {
    /// Most members of a `tracestate`.
    private static let mostMembers = 32
    /// Longest `tracestate` that is passed on, in bytes: members are left out from its end.
    private static let longestState = 512

    /// A `tracestate` made fit to be passed on; empty of one that breaks the rules, as a part of it means nothing.
    static func checkedState(_ header: String) -> String {
        var members: [String] = []
        var keys: Set<Substring> = []
        for member in header.split(separator: ",") {
            let member = member.trimmingSpaces
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: "="), isKey(member[..<equals]),
                isValue(member[member.index(after: equals)...]), keys.insert(member[..<equals]).inserted
            else { return "" }
            members.append(String(member))
        }
        guard members.count <= mostMembers else { return "" }
        while members.reduce(members.count - 1, { $0 + $1.utf8.count }) > longestState { members.removeLast() }
        return members.joined(separator: ",")
    }

    /// `vendor` or `tenant@system`.
    private static func isKey(_ key: Substring) -> Bool {
        let parts = key.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts[0].count <= (parts.count == 2 ? 241 : 256) else { return false }
        if parts.count == 2, parts[1].count > 14 { return false }
        return parts.enumerated().allSatisfy { index, part in
            guard let first = part.first else { return false }
            let isLetter = (0x61...0x7A).contains(first)
            // The tenant alone may begin with a digit.
            guard isLetter || (0x30...0x39).contains(first) && index == 0 else { return false }
            return part.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "_-*/".utf8.contains(byte)
            }
        }
    }

    private static func isValue(_ value: Substring) -> Bool {
        (1...256).contains(value.utf8.count)
            && value.utf8.allSatisfy {
                (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
            }
    }
}

extension ServiceContext {
    private enum Key: ServiceContextKey {
        typealias Value = TraceContext
        static var nameOverride: String? { "traceparent" }
    }

    /// The span that what happens now belongs to.
    var trace: TraceContext? {
        get { self[Key.self] }
        set { self[Key.self] = newValue }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at either end: the optional white space of headers.
    var trimmingSpaces: SubSequence {
        var text = self[...].drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
