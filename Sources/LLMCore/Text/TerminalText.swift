/// Takes control sequences out of text that others wrote before it reaches a terminal.
///
/// A value with state, because a stream may cut an escape sequence between two pieces.
package struct TerminalText: Sendable {
    private enum State { case text, escape, sequence, string, stringEscape }
    private var state = State.text

    package init() {}

    /// The whole text at once.
    package static func safe(_ text: String) -> String {
        var filter = TerminalText()
        return filter.feed(text)
    }

    /// JSON text with every scalar that a terminal might act on as an escape of JSON's: the same document.
    package static func escapingJSON(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard isUnsafeInJSON(scalar) else {
                out.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            out.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
        return String(out)
    }

    private static func isUnsafeInJSON(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{7F}"..."\u{9F}").contains(scalar) || isBidirectionalControl(scalar)
    }

    /// Embeddings, overrides and isolates: they can show text in another order than it is read in.
    private static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
        ("\u{202A}"..."\u{202E}").contains(scalar) || ("\u{2066}"..."\u{2069}").contains(scalar)
    }

    /// Returns the printable part of a piece: line feeds and tabs stay; escape sequences and other controls go.
    package mutating func feed(_ piece: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in piece.unicodeScalars where keeps(scalar) { out.append(scalar) }
        return String(out)
    }

    private mutating func keeps(_ scalar: Unicode.Scalar) -> Bool {
        switch state {
        case .text: return keepsInText(scalar)
        case .escape:
            switch scalar {
            case "[": state = .sequence
            case "]", "P", "X", "^", "_": state = .string
            // An intermediate byte: the sequence's final byte is still to come.
            case " "..."/": break
            case "\n":
                state = .text
                return true
            default: state = .text
            }
        case .sequence:
            // Parameters and intermediates are 0x20 to 0x3F; anything else ends the sequence.
            guard !(" "..."?").contains(scalar) else { return false }
            state = .text
            return scalar == "\n"
        case .string:
            if scalar == "\u{07}" || scalar == "\u{9C}" { state = .text }
            if scalar == "\u{1B}" { state = .stringEscape }
            // No title or link spans lines: an unterminated one must not swallow the rest of the answer.
            if scalar == "\n" {
                state = .text
                return true
            }
        case .stringEscape: state = scalar == "\\" ? .text : .string
        }
        return false
    }

    private mutating func keepsInText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\t": return true
        case "\u{1B}": state = .escape
        case "\u{9B}": state = .sequence
        case "\u{9D}", "\u{90}", "\u{98}", "\u{9E}", "\u{9F}": state = .string
        default:
            return scalar.properties.generalCategory != .control && !TerminalText.isBidirectionalControl(scalar)
        }
        return false
    }
}
