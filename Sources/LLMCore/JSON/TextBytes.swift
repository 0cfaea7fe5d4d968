extension String {
    /// The text of bytes that are UTF-8; `nil` where they are not.
    package init?(strictUTF8 bytes: UnsafeRawBufferPointer) {
        // ASCII cannot be broken, and most texts are: the general check costs several times as much as a short text.
        if bytes.isASCII {
            self = String(decoding: bytes, as: UTF8.self)
        } else {
            self.init(validating: bytes, as: UTF8.self)
        }
    }

}

extension UnsafeRawBufferPointer {
    /// The offset of the first quote, backslash or control character from `start` on: where a JSON string ends or is not plain.
    ///
    /// By eight bytes at a time: prompts are long.
    func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index + 8 <= count {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word)
            guard found & highs == 0 else { break }
            index += 8
        }
        while index < count {
            let byte = self[index]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            index += 1
        }
        return index
    }

    /// No byte has its high bit set.
    package var isASCII: Bool {
        var seen: UInt64 = 0
        var index = 0
        while index + 8 <= count {
            seen |= loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < count {
            seen |= UInt64(self[index])
            index += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }
}
