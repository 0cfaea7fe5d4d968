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
