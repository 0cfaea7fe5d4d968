/// A decoder of DEFLATE (RFC 1951) that takes its input in pieces and gives out what it can.
struct Inflater: Sendable {
    enum Fault: Error {
        /// The bytes are not what they should be.
        case broken
        /// They stand for more than is allowed.
        case tooLong
    }

    private enum Stop: Error {
        case needsInput
        case fault(Fault)
    }

    private enum Stage {
        case head
        case stored(Int)
        case codes(HuffmanCode, HuffmanCode)
        case finished
    }

    /// A position in the input, to which a read that wanted more returns.
    private struct Cursor {
        var byte = 0
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
    }

    private var input: [UInt8] = []
    private var cursor = Cursor()
    private var stage = Stage.head
    private var isLastBlock = false
    /// The output, of which the last 32 KiB stay for repetitions.
    private var output: [UInt8] = []
    private static let windowSize = 32 << 10

    var isFinished: Bool { if case .finished = stage { true } else { false } }

    /// Input behind the end.
    var rest: ArraySlice<UInt8> { input[cursor.byte...] }

    /// Takes more input.
    ///
    /// - Parameter limit: As much output is given at most; more is a fault.
    mutating func feed(_ bytes: some Collection<UInt8>, limit: Int) throws(Fault) -> [UInt8] {
        input.removeFirst(cursor.byte)
        cursor.byte = 0
        input.append(contentsOf: bytes)
        if output.count > 4 * Self.windowSize { output.removeFirst(output.count - Self.windowSize) }
        let start = output.count
        while !isFinished {
            let saved = cursor
            do throws(Stop) {
                try step(upTo: start + limit)
            } catch {
                guard case .fault(let fault) = error else {
                    cursor = saved
                    break
                }
                throw fault
            }
        }
        return Array(output[start...])
    }

    // MARK: Blocks

    private mutating func step(upTo limit: Int) throws(Stop) {
        switch stage {
        case .head: try readHead()
        case .stored(let count):
            guard cursor.byte < input.count else { throw .needsInput }
            let part = input[cursor.byte...].prefix(count)
            guard output.count + part.count <= limit else { throw .fault(.tooLong) }
            output += part
            cursor.byte += part.count
            stage = part.count < count ? .stored(count - part.count) : afterBlock
        case .codes(let literals, let distances): try readSymbol(literals, distances, upTo: limit)
        case .finished: break
        }
    }

    private var afterBlock: Stage { isLastBlock ? .finished : .head }

    private mutating func readHead() throws(Stop) {
        let isLast = try bits(1) == 1
        switch try bits(2) {
        case 0:
            cursor.bits = 0
            cursor.bitCount = 0
            let count = try bits(16)
            guard try bits(16) == count ^ 0xFFFF else { throw .fault(.broken) }
            isLastBlock = isLast
            stage = count == 0 ? afterBlock : .stored(Int(count))
        case 1:
            isLastBlock = isLast
            stage = .codes(.fixedLiterals, .fixedDistances)
        case 2:
            let (literals, distances) = try readCodes()
            isLastBlock = isLast
            stage = .codes(literals, distances)
        default: throw .fault(.broken)
        }
    }

    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private mutating func readCodes() throws(Stop) -> (HuffmanCode, HuffmanCode) {
        let literalCount = Int(try bits(5)) + 257
        let distanceCount = Int(try bits(5)) + 1
        let lengthCount = Int(try bits(4)) + 4
        var lengths = [UInt8](repeating: 0, count: 19)
        for place in Self.lengthOrder.prefix(lengthCount) { lengths[place] = UInt8(try bits(3)) }
        guard let code = HuffmanCode(lengths: lengths) else { throw .fault(.broken) }
        lengths = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try symbol(code)
            switch symbol {
            case ..<16: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last else { throw .fault(.broken) }
                lengths += Array(repeating: last, count: 3 + Int(try bits(2)))
            case 17: lengths += Array(repeating: 0, count: 3 + Int(try bits(3)))
            default: lengths += Array(repeating: 0, count: 11 + Int(try bits(7)))
            }
        }
        guard lengths.count == literalCount + distanceCount, lengths[256] > 0,
            let literals = HuffmanCode(lengths: lengths[..<literalCount]),
            let distances = HuffmanCode(lengths: lengths[literalCount...])
        else { throw .fault(.broken) }
        return (literals, distances)
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits: [UInt32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]

    /// One byte, one repetition, or the end of the block.
    private mutating func readSymbol(
        _ literals: HuffmanCode, _ distances: HuffmanCode, upTo limit: Int
    ) throws(Stop) {
        let symbol = try symbol(literals)
        if symbol == 256 {
            stage = afterBlock
            return
        }
        guard symbol > 256 else {
            guard output.count < limit else { throw .fault(.tooLong) }
            output.append(UInt8(symbol))
            return
        }
        guard symbol < 286 else { throw .fault(.broken) }
        let length = Self.lengthBases[symbol - 257] + Int(try bits(Self.lengthBits[symbol - 257]))
        let code = try self.symbol(distances)
        guard code < 30 else { throw .fault(.broken) }
        let distance = Self.distanceBases[code] + Int(try bits(code < 4 ? 0 : UInt32(code / 2 - 1)))
        guard distance <= output.count else { throw .fault(.broken) }
        guard output.count + length <= limit else { throw .fault(.tooLong) }
        // It may overlap with what it makes.
        let from = output.count - distance
        for offset in 0..<length { output.append(output[from + offset]) }
    }

    // MARK: Bits

    private mutating func bits(_ count: UInt32) throws(Stop) -> UInt32 {
        while cursor.bitCount < count {
            guard cursor.byte < input.count else { throw .needsInput }
            cursor.bits |= UInt32(input[cursor.byte]) << cursor.bitCount
            cursor.byte += 1
            cursor.bitCount += 8
        }
        let value = cursor.bits & (1 << count - 1)
        cursor.bits >>= count
        cursor.bitCount -= count
        return value
    }

    private mutating func symbol(_ code: HuffmanCode) throws(Stop) -> Int {
        var word = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            word |= Int(try bits(1))
            let count = code.counts[length]
            if word - count < first { return code.symbols[index + word - first] }
            index += count
            first = (first + count) << 1
            word <<= 1
        }
        throw .fault(.broken)
    }
}

/// A canonical Huffman code: how many words each length has, and the symbols in the words' order.
struct HuffmanCode: Sendable {
    let counts: [Int]
    let symbols: [Int]

    /// - Returns: `nil` when the lengths give more words than there can be.
    init?(lengths: some Collection<UInt8>) {
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        var left = 1
        for length in 1...15 {
            left = left << 1 - counts[length]
            guard left >= 0 else { return nil }
        }
        self.counts = counts
        symbols = lengths.enumerated().filter { $0.element > 0 }
            .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map(\.offset)
    }

    private init(counts: [Int], symbols: [Int]) {
        self.counts = counts
        self.symbols = symbols
    }

    private static let none = HuffmanCode(counts: Array(repeating: 0, count: 16), symbols: [])
    static let fixedLiterals =
        HuffmanCode(
            lengths: (0..<288).map { symbol -> UInt8 in symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8 })
        ?? none
    static let fixedDistances = HuffmanCode(lengths: Array(repeating: 5, count: 30)) ?? none
}
