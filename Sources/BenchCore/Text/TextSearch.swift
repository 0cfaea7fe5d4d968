/// A text to be looked for, byte by byte in NFC, in time linear in the text searched (Knuth, Morris and Pratt, 1977).
///
/// Bytes rather than Characters: in a Swift string `"\r\n"` is one Character, so that searching for `"\n"` would miss it.
struct TextSearch {
    private let needle: [UInt8]
    /// For each prefix of the needle, the length of its longest proper border.
    private let borders: [Int]

    init(_ text: String) {
        let needle = Array(text.nfc.utf8)
        var borders = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            borders[index] = length
        }
        self.needle = needle
        self.borders = borders
    }

    /// Returns `true` when the text occurs in `haystack`, the bytes of a text in NFC. An empty text occurs everywhere.
    func occurs(in haystack: [UInt8]) -> Bool {
        guard !needle.isEmpty else { return true }
        var length = 0
        for byte in haystack {
            while length > 0, byte != needle[length] { length = borders[length - 1] }
            if byte == needle[length] { length += 1 }
            if length == needle.count { return true }
        }
        return false
    }
}
