/// Searches over raw bytes, eight at a time.
enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Index of the first LF or CR at or after `start`, or `bytes.count`.
    static func firstLineBreak(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = word(of: bytes, at: index)
            let hits = hasZero(word ^ (ones &* 0x0A)) | hasZero(word ^ (ones &* 0x0D))
            if hits != 0 { return index + firstByte(of: hits) }
            index += 8
        }
        while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
        return index
    }

    /// Index of the first quote, backslash or control character at or after `start`, or `bytes.count`: the end of plain text
    /// within a JSON string.
    static func endOfPlainText(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = word(of: bytes, at: index)
            // Bytes below 0x20: subtracting borrows into the high bit, which bytes above 0x7F must not fake.
            let controls = (word &- (ones &* 0x20)) & ~word & highs
            let hits = hasZero(word ^ (ones &* 0x22)) | hasZero(word ^ (ones &* 0x5C)) | controls
            if hits != 0 { return index + firstByte(of: hits) }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            index += 1
        }
        return index
    }

    /// Returns `true` when the bytes at `start` are those of `text`.
    static func matches(_ bytes: UnsafeRawBufferPointer, at start: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        guard start + text.count <= bytes.count else { return false }
        var index = 0
        while index + 8 <= text.count {
            if word(of: text, at: index) != word(of: bytes, at: start + index) { return false }
            index += 8
        }
        while index < text.count {
            if text[index] != bytes[start + index] { return false }
            index += 1
        }
        return true
    }

    /// Eight bytes, the first of them lowest.
    private static func word(of bytes: UnsafeRawBufferPointer, at index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The place of the first flagged byte: the lowest flag is always a real hit.
    private static func firstByte(of flags: UInt64) -> Int { flags.trailingZeroBitCount >> 3 }

    // Non-zero when a byte of the word is zero. A borrow can flag a byte above a real hit, never a word without one.
    private static func hasZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }
}
