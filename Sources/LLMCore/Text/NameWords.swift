/// The words that a programmer's name is made of: `GenerateRequestsPerDay`, `requests-per-day` and `HTTPError` taken apart.
package enum NameWords {
    /// The words in lower case. Letters and digits make a word; a capital begins one where it follows another letter or a digit, or ends a row of
    /// capitals (`HTTPError` is `http`, `error`).
    package static func split(_ name: some StringProtocol) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var isOnlyASCII = true
        let bytes = Array(name.utf8)
        for (index, byte) in bytes.enumerated() {
            let isCapital = capitals.contains(byte)
            let isWord = isCapital || smalls.contains(byte) || digits.contains(byte) || byte >= 0x80
            if !word.isEmpty, !isWord || isCapital && isHump(index, of: bytes) {
                words.append(text(word, isOnlyASCII))
                word = []
                isOnlyASCII = true
            }
            guard isWord else { continue }
            if byte >= 0x80 { isOnlyASCII = false }
            word.append(isCapital ? byte | 0x20 : byte)
        }
        return word.isEmpty ? words : words + [text(word, isOnlyASCII)]
    }

    private static let capitals: ClosedRange<UInt8> = 0x41...0x5A
    private static let smalls: ClosedRange<UInt8> = 0x61...0x7A
    private static let digits: ClosedRange<UInt8> = 0x30...0x39

    private static func isHump(_ index: Int, of bytes: [UInt8]) -> Bool {
        !capitals.contains(bytes[index - 1]) || index + 1 < bytes.count && smalls.contains(bytes[index + 1])
    }

    private static func text(_ word: [UInt8], _ isOnlyASCII: Bool) -> String {
        let text = String(decoding: word, as: UTF8.self)
        return isOnlyASCII ? text : text.lowercased()
    }
}
