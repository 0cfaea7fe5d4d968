/// The checks of quotation marks, brackets, commas and other marks.
enum MarkChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "punctuation:no_comma": InstructionCatalog.plain { text in !text.contains(",") },
        "startend:quotation": InstructionCatalog.plain { text in
            let text = text.trimmed
            return text.count > 1 && text.first == "\"" && text.last == "\""
        },
        "detectable_content:number_placeholders": { arguments throws(Instruction.Fault) in
            let least = try arguments.count("num_placeholders")
            return { text in
                text.lines.reduce(0) { $0 + MarkChecks.enclosed(by: "[", "]", in: $1) } >= least
            }
        },
        "detectable_format:title": InstructionCatalog.plain { text in
            text.lines.contains { line in
                guard let start = line.position(of: ScalarText("<<")) else { return false }
                let inside = ScalarText(line[(start + 2)...])
                guard let end = inside.positions(of: ScalarText(">>")).last, end > 0 else { return false }
                return !ScalarText(inside[..<end]).trimmed { $0 == "<" || $0 == ">" }.isBlank
            }
        },
        "detectable_format:number_highlighted_sections": { arguments throws(Instruction.Fault) in
            let least = try arguments.count("num_highlights")
            return { MarkChecks.highlights(in: $0) >= least }
        },
        "format:parentheses": InstructionCatalog.plain { text in MarkChecks.isNested(text, levels: 5) },
        "format:quotes": InstructionCatalog.plain { text in
            var open: ScalarText = []
            var deepest = 0
            for sign in text {
                if sign == open.last {
                    open.removeLast()
                    if deepest - open.count >= 3 { return true }
                } else if sign == "\"" || sign == "'" {
                    open.append(sign)
                    deepest = max(deepest, open.count)
                }
            }
            return false
        },
        "format:quote_unquote": InstructionCatalog.plain { text in
            // The sign itself may be spoken of.
            let rest = text.pieces(between: ScalarText("'\"'")).flatMap { $0 }.filter { !$0.isSpace }
            if rest.contains("\"\"") { return false }
            return rest.trimmedEnd { ($0.isPunctuation && $0 != "\"") || (0x30...0x39).contains($0.value) }.last != "\""
        },
    ]

    /// The number of shortest pieces between the two signs.
    private static func enclosed(by opening: Unicode.Scalar, _ closing: Unicode.Scalar, in line: ScalarText) -> Int {
        var count = 0
        var isOpen = false
        for sign in line {
            if sign == closing, isOpen {
                (count, isOpen) = (count + 1, false)
            } else if sign == opening {
                isOpen = true
            }
        }
        return count
    }

    /// `*one*` and `**two**`, each with something in it. A bold one counts as both, as in the original.
    private static func highlights(in text: ScalarText) -> Int {
        var count = 0
        for line in text.lines {
            let parts = line.split(separator: "*", omittingEmptySubsequences: false)
            // Asterisks pair up from the left: what is between the first and the second, the third and the fourth.
            count += stride(from: 1, to: max(1, parts.count - 1), by: 2).count { !ScalarText(parts[$0]).isBlank }
            count += bold(in: line)
        }
        return count
    }

    private static func bold(in line: ScalarText) -> Int {
        var count = 0
        var place = 0
        while let start = line.position(of: ScalarText("**"), from: place) {
            let inside = line[(start + 2)...].prefix { $0 != "*" }
            let end = inside.endIndex
            guard end + 1 < line.count, line[end] == "*", line[end + 1] == "*" else {
                place = start + 1
                continue
            }
            if !ScalarText(inside).isBlank { count += 1 }
            place = end + 2
        }
        return count
    }

    /// Brackets of any of the three kinds, properly closed, so many levels deep.
    private static func isNested(_ text: ScalarText, levels: Int) -> Bool {
        let closing: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]
        var open: ScalarText = []
        var deepest = 0
        for sign in text {
            if let end = closing[sign] {
                open.append(end)
                deepest = max(deepest, open.count)
            } else if closing.values.contains(sign) {
                guard sign == open.last else {
                    (open, deepest) = ([], 0)
                    continue
                }
                open.removeLast()
                if deepest >= levels { return true }
            }
        }
        return false
    }
}
