import CZlib

/// A decoder of DEFLATE (RFC 1951) by zlib, which takes its input in pieces and gives out what it can.
///
/// A copy goes on with the same state: one owner uses it.
struct Inflater: Sendable {
    enum Fault: Error {
        /// The bytes are not what they should be.
        case broken
        /// They stand for more than is allowed.
        case tooLong
    }

    private let stream = RawStream()
    private(set) var isFinished = false
    /// Input behind the end.
    private(set) var rest: [UInt8] = []

    private static let pieceSize = 64 << 10

    /// Takes more input.
    ///
    /// - Parameter limit: As much output is given at most; more is a fault.
    mutating func feed(_ bytes: some Collection<UInt8>, limit: Int) throws(Fault) -> [UInt8] {
        var input = Array(bytes)
        var output: [UInt8] = []
        while !isFinished {
            let piece = stream.inflate(&input, atMost: min(Self.pieceSize, limit - output.count + 1))
            output += piece.bytes
            guard output.count <= limit else { throw .tooLong }
            switch piece.status {
            case Z_STREAM_END: isFinished = true
            case Z_OK where !input.isEmpty || piece.isFull: continue
            // No progress without more input.
            case Z_OK, Z_BUF_ERROR: return output
            default: throw .broken
            }
        }
        rest += input
        return output
    }
}

/// A zlib stream without the head and the check of gzip or zlib.
///
/// Unchecked, as one ``Inflater`` owns it and its methods mutate that, so that no two tasks use it at once.
private final class RawStream: @unchecked Sendable {
    struct Piece {
        var bytes: [UInt8]
        /// Z_OK, Z_STREAM_END, Z_BUF_ERROR, or a failure.
        var status: Int32
        /// There may be more output without more input.
        var isFull: Bool
    }

    private let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() {
        state.initialize(to: z_stream())
        // Where this fails for want of memory, so does every use of the stream.
        _ = inflateInit2_(state, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(state)
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Inflates the start of `input`, and removes what it used.
    func inflate(_ input: inout [UInt8], atMost size: Int) -> Piece {
        var status = Z_OK
        var used = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { output, count in
            used = input.withUnsafeMutableBufferPointer { source in
                state.pointee.next_in = source.baseAddress
                state.pointee.avail_in = uInt(source.count)
                state.pointee.next_out = output.baseAddress
                state.pointee.avail_out = uInt(size)
                status = CZlib.inflate(state, Z_NO_FLUSH)
                return source.count - Int(state.pointee.avail_in)
            }
            count = size - Int(state.pointee.avail_out)
        }
        input.removeFirst(used)
        return Piece(bytes: bytes, status: status, isFull: bytes.count == size)
    }
}

/// CRC-32, as gzip has it.
struct Checksum: Sendable {
    private var register: uLong = 0
    var value: UInt32 { UInt32(truncatingIfNeeded: register) }

    mutating func add(_ bytes: [UInt8]) {
        // Of nothing at all, zlib gives the initial value.
        guard !bytes.isEmpty else { return }
        register = crc32(register, bytes, uInt(bytes.count))
    }
}
