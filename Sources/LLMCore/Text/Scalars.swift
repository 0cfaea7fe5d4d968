extension StringProtocol {
    /// Holds nothing that a reader could see: only white space, and characters without a shape such as U+200B and a byte-order mark.
    package var isBlank: Bool { unicodeScalars.allSatisfy(\.isInvisible) }
}

extension Unicode.Scalar {
    /// White space, or a character that is drawn as nothing.
    package var isInvisible: Bool {
        // Nearly every scalar of an answer is plain ASCII.
        if value < 0x80 { return value <= 0x20 || value == 0x7F }
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
            || properties.generalCategory == .control
    }
}

extension String {
    /// The number of Unicode scalars, counted by bytes: all but those that continue one. Every piece of an answer is counted.
    package var scalarCount: Int {
        var text = self
        return text.withUTF8 { bytes in bytes.reduce(into: 0) { if $1 & 0xC0 != 0x80 { $0 += 1 } } }
    }
}
