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

extension String {
    /// The text in which the case of no letter shows: full case folding of Unicode, as `ß` = `SS`, `ς` = `Σ`, `ﬁ` = `FI`.
    ///
    /// In NFC, so that texts that differ in case and normal form only are the same bytes (canonical caseless matching).
    var caseFolded: String {
        if utf8.allSatisfy({ $0 < 0x80 }) { return lowercased() }
        var folded = ""
        folded.reserveCapacity(utf8.count)
        // Decomposed first: the marks of a letter must not decide how the letter folds.
        for scalar in nfd.unicodeScalars { scalar.appendFolded(to: &folded) }
        return folded.nfc
    }
}

extension Unicode.Scalar {
    /// The standard library does not fold, but maps: the lower case of the upper case, `ẞ` by way of `ß`.
    fileprivate func appendFolded(to text: inout String) {
        // The only letter whose upper case is another's too and which folds to itself: Turkish dotless ı.
        guard value >= 0x80, self != "\u{131}" else {
            text.append(properties.lowercaseMapping)
            return
        }
        for lower in properties.lowercaseMapping.unicodeScalars {
            for upper in lower.properties.uppercaseMapping.unicodeScalars {
                text.append(upper.properties.lowercaseMapping)
            }
        }
    }
}

extension String {
    /// The text as it may stand in a reason: control characters as spaces, cut to `limit` characters, in quotes.
    /// A character that no name has: a line break, an escape.
    package var hasControlCharacter: Bool {
        unicodeScalars.contains {
            $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) || $0 == "\u{2028}" || $0 == "\u{2029}"
        }
    }

    package func shown(limit: Int = 80) -> String {
        let head = unicodeScalars.prefix(limit + 1)
        var out = "\""
        for scalar in head.prefix(limit) { out.unicodeScalars.append(scalar.isShowable ? scalar : " ") }
        return out + (head.count > limit ? "…\"" : "\"")
    }
}

extension Unicode.Scalar {
    /// Neither a control character nor one that turns or hides the text around it: answers come from outside.
    fileprivate var isShowable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
