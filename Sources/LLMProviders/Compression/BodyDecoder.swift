/// One encoding of a body, undone while the body arrives.
///
/// The bytes are believed rather than their label: what is labelled and plain passes through, and what begins as gzip is gzip.
struct BodyDecoder: Sendable {
    enum Label: Sendable {
        case gzip, deflate
        /// No encoding is named.
        case plain
    }

    private enum State {
        case undecided, passing, gzipHead
        case inflating(isGzip: Bool)
        case gzipTrailer, zlibTrailer, betweenMembers
        /// Whatever follows is no part of the body.
        case over
    }

    private let label: Label
    private let limit: Int
    private var state = State.undecided
    /// Bytes that wait for more.
    private var waiting: [UInt8] = []
    private var inflater = Inflater()
    private var checksum = Checksum()
    private var written = 0

    /// - Parameter limit: The most bytes that are given out altogether.
    init(label: Label, limit: Int) {
        self.label = label
        self.limit = limit
    }

    /// `true` when the body is passed on as it came.
    var isPassing: Bool { if case .passing = state { true } else { false } }

    mutating func feed(_ bytes: [UInt8]) throws(Inflater.Fault) -> [UInt8] {
        if isPassing { return bytes }
        waiting += bytes
        var out: [UInt8] = []
        while try step(into: &out) {}
        return out
    }

    /// At the end of the body.
    ///
    /// - Returns: What waited, and whether the encoded bytes lack their end.
    mutating func finish() -> (rest: [UInt8], isCut: Bool) {
        switch state {
        case .undecided: return (waiting, false)
        case .passing, .over, .betweenMembers: return ([], false)
        // A check that was not sent takes nothing from the body.
        case .gzipTrailer, .zlibTrailer: return ([], false)
        case .gzipHead, .inflating: return ([], true)
        }
    }

    // MARK: States

    /// - Returns: `false` when more bytes are needed.
    private mutating func step(into out: inout [UInt8]) throws(Inflater.Fault) -> Bool {
        switch state {
        case .undecided:
            // A raw stream may begin with bytes that look like text.
            let isTextSoFar = waiting.prefix(16).allSatisfy(Self.isText)
            guard waiting.count >= (label == .deflate && isTextSoFar ? 16 : 2) else { return false }
            decide()
        case .passing:
            out += waiting
            waiting = []
            return false
        case .gzipHead:
            guard let count = try GzipHead.length(waiting) else { return false }
            waiting.removeFirst(count)
            begin(isGzip: true)
        case .inflating(let isGzip):
            let piece = try inflater.feed(waiting, limit: limit - written)
            written += piece.count
            if isGzip { checksum.add(piece) }
            out += piece
            guard inflater.isFinished else {
                waiting = []
                return false
            }
            waiting = inflater.rest
            state = isGzip ? .gzipTrailer : .zlibTrailer
        case .gzipTrailer:
            guard waiting.count >= 8 else { return false }
            let sum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(waiting[$1]) << UInt32(8 * $1) }
            guard sum == checksum.value else { throw .broken }
            waiting.removeFirst(8)
            state = .betweenMembers
        case .betweenMembers:
            guard waiting.count >= 2 else { return false }
            state = waiting.starts(with: GzipHead.magic) ? .gzipHead : .over
        case .zlibTrailer, .over:
            waiting = []
            return false
        }
        return true
    }

    private mutating func decide() {
        if waiting.starts(with: GzipHead.magic) {
            state = .gzipHead
        } else if label == .plain || waiting.prefix(16).allSatisfy(Self.isText) {
            state = .passing
        } else if waiting[0] & 0x0F == 8, (Int(waiting[0]) << 8 | Int(waiting[1])) % 31 == 0 {
            waiting.removeFirst(2)
            begin(isGzip: false)
        } else if label == .deflate {
            begin(isGzip: false)
        } else {
            state = .passing
        }
    }

    private static func isText(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private mutating func begin(isGzip: Bool) {
        inflater = Inflater()
        checksum = Checksum()
        state = .inflating(isGzip: isGzip)
    }
}

/// The head of a gzip member (RFC 1952).
enum GzipHead {
    static let magic: [UInt8] = [0x1F, 0x8B]

    /// - Returns: `nil` when it has not arrived whole.
    static func length(_ bytes: [UInt8]) throws(Inflater.Fault) -> Int? {
        guard bytes.count >= 10 else { return nil }
        guard bytes[2] == 8 else { throw .broken }
        let flags = bytes[3]
        var end = 10
        if flags & 4 != 0 {
            guard bytes.count >= end + 2 else { return nil }
            end += 2 + Int(bytes[end]) + Int(bytes[end + 1]) << 8
        }
        // A name and a comment, each with a zero at its end.
        for flag in [8, 16] as [UInt8] where flags & flag != 0 {
            guard end <= bytes.count, let zero = bytes[end...].firstIndex(of: 0) else { return nil }
            end = zero + 1
        }
        if flags & 2 != 0 { end += 2 }
        return bytes.count >= end ? end : nil
    }
}
