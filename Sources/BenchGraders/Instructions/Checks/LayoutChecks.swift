/// The checks of paragraphs, sections, bullets and indentation.
enum LayoutChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "length_constraints:number_paragraphs": { arguments throws(Instruction.Fault) in
            let wanted = try arguments.count("num_paragraphs")
            return { text in
                let parts = text.pieces(between: ScalarText("***")).map(\.isBlank)
                // A divider may stand before the first and after the last paragraph, not beside another.
                guard !parts.dropFirst().dropLast().contains(true) else { return false }
                return parts.count { !$0 } == wanted
            }
        },
        "length_constraints:nth_paragraph_first_word": { arguments throws(Instruction.Fault) in
            let wanted = try arguments.count("num_paragraphs")
            let place = try arguments.count("nth_paragraph")
            let word = try arguments.text("first_word").lowercased
            return { text in
                let parts = text.pieces(between: ScalarText("\n\n"))
                let count = parts.count { !$0.isBlank }
                guard count == wanted, place > 0, place <= count else { return false }
                let first = parts[place - 1].words.first ?? []
                let bare = first.trimmedStart { $0 == "'" }.trimmedStart { $0 == "\"" }
                return ScalarText(bare.prefix { !".,?!'\"".unicodeScalars.contains($0) }).lowercased == word
            }
        },
        "detectable_format:multiple_sections": { arguments throws(Instruction.Fault) in
            let mark = try arguments.text("section_spliter").trimmed
            let least = try arguments.count("num_sections")
            return { text in
                text.positions(of: mark).count { place in
                    let rest = text[(place + mark.count)...]
                    let number = rest.first?.isSpace == true ? rest.dropFirst() : rest
                    return number.first?.isDigit == true
                } >= least
            }
        },
        "detectable_format:number_bullet_lists": { arguments throws(Instruction.Fault) in
            let wanted = try arguments.count("num_bullets")
            return { text in
                text.lines.count { line in
                    let line = line.trimmedStart(where: \.isSpace)
                    return line.first == "-" || (line.first == "*" && line.count > 1 && line[1] != "*")
                } == wanted
            }
        },
        "format:sub-bullets": InstructionCatalog.plain { text in
            text.split(separator: "*", omittingEmptySubsequences: false).dropFirst().allSatisfy { $0.contains("-") }
        },
        "format:no_bullets_bullets": InstructionCatalog.plain { text in
            var (sentences, bullets) = (0, 0)
            for line in text.lines.map(\.trimmed) {
                if line.first == "*" {
                    guard sentences >= 2 else { return false }
                    bullets += 1
                } else if bullets == 0 {
                    sentences += SentenceSplitter(line).sentences().count
                } else {
                    return false
                }
            }
            return bullets >= 2
        },
        "format:line_indent": InstructionCatalog.plain { text in
            let indents = text.lines.filter { !$0.isBlank }.map { $0.prefix { $0 == " " }.count }
            return zip(indents, indents.dropFirst()).allSatisfy { $0 < $1 }
        },
        "format:list": { arguments throws(Instruction.Fault) in
            let mark = try arguments.text("sep")
            return { $0.positions(of: mark).count >= 2 }
        },
        "format:thesis": InstructionCatalog.plain { text in
            // Text in italics, then other text.
            let opening = text.position(of: ScalarText("<i>")) ?? text.position(of: ScalarText("<em>"))
            guard let opening else { return false }
            let rest = ScalarText(text[opening...])
            let closing = rest.position(of: ScalarText("</i>")) ?? rest.position(of: ScalarText("</em>"))
            guard let closing, closing > 3 else { return false }
            return !ScalarText(rest[3..<closing]).isBlank && !ScalarText(rest[(closing + 4)...]).isBlank
        },
        "format:output_template": InstructionCatalog.plain { text in
            ["My Answer:", "My Conclusion:", "Future Outlook:"].allSatisfy { text.contains($0) }
        },
    ]
}
