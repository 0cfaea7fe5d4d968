/// A text to be found in bytes, by its last byte: most bytes are skipped (Horspool).
package struct BytePattern: Sendable {
    private let word: [UInt8]
    /// The distance from a byte's last place in the word to its end.
    private let skips: [UInt8]

    /// - Parameter text: Of 1 to 255 bytes.
    package init(_ text: StaticString) {
        word = text.withUTF8Buffer { Array($0.prefix(Int(UInt8.max))) }
        var skips = Array(repeating: UInt8(word.count), count: 256)
        for (place, byte) in word.dropLast().enumerated() { skips[Int(byte)] = UInt8(word.count - 1 - place) }
        self.skips = skips
    }

    package func occurs(in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            word.withUnsafeBytes { word in
                skips.withUnsafeBytes { skips in
                    var end = word.count - 1
                    while end < bytes.count {
                        let last = bytes[end]
                        if last == word[word.count - 1], bytes[(end - word.count + 1)...end].elementsEqual(word) {
                            return true
                        }
                        end += Int(skips[Int(last)])
                    }
                    return false
                }
            }
        }
    }
}
