/// Searches over raw bytes, eight at a time.
enum ByteSearch {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// Index of the first LF or CR at or after `start`, or `bytes.count`.
    static func firstLineBreak(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if hasZero(word ^ (ones &* 0x0A)) | hasZero(word ^ (ones &* 0x0D)) != 0 { break }
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
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // Bytes below 0x20: subtracting borrows into the high bit, which bytes above 0x7F must not fake.
            let controls = (word &- (ones &* 0x20)) & ~word & highs
            if hasZero(word ^ (ones &* 0x22)) | hasZero(word ^ (ones &* 0x5C)) | controls != 0 { break }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            index += 1
        }
        return index
    }

    // Non-zero when a byte of the word is zero. A borrow can flag a byte above a real hit, never a word without one.
    private static func hasZero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }
}
