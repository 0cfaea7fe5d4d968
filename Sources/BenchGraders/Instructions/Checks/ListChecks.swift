/// The checks of IFBench that know their one right list.
enum ListChecks {
    static let makers: [String: InstructionCatalog.Maker] = [
        "custom:multiples": InstructionCatalog.plain { text in
            text.split { !$0.isDigit }.map { ScalarText($0).string } == ["14", "21", "28", "35", "42", "49"]
        },
        "custom:reverse_newline": InstructionCatalog.plain { text in
            let lines = text.lines.map(\.bare).filter { !$0.isEmpty }
            guard let start = lines.firstIndex(where: { $0.contains("Zimbabwe") }) else { return false }
            let countries = lines[start...].map(\.withoutMarks)
            return countries.count >= 52
                && zip(countries, countries.dropFirst()).allSatisfy { !$0.lexicographicallyPrecedes($1) }
        },
        "custom:european_capitals_sort": InstructionCatalog.plain { text in
            let found = text.withoutMarks.split(separator: ",").map { ScalarText($0).trimmed }.filter { !$0.isEmpty }
            return found == capitals.map { ScalarText($0) }
        },
        "custom:date_format_list": InstructionCatalog.plain { text in
            text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
                isNapoleonic(ScalarText($0).trimmed)
            }
        },
        "custom:mcq_count_length": InstructionCatalog.plain { text in
            guard text.starts(with: "Question".unicodeScalars) else { return false }
            let lengths = questions(of: text).map { $0.options == 5 ? $0.length : nil }
            guard lengths.count == 4 else { return false }
            return zip(lengths, lengths.dropFirst()).allSatisfy { length, next in
                guard let length, let next else { return false }
                return length < next
            }
        },
    ]

    /// From north to south, those above 45 degrees.
    private static let capitals = [
        "Reykjavik", "Helsinki", "Oslo", "Tallinn", "Stockholm", "Riga", "Moscow", "Copenhagen", "Vilnius", "Minsk",
        "Dublin", "Berlin", "Amsterdam", "Warsaw", "London", "Brussels", "Prague", "Luxembourg", "Paris", "Vienna",
        "Bratislava", "Budapest", "Vaduz", "Chisinau", "Bern", "Ljubljana", "Zagreb",
    ]

    /// A date `YYYY-MM-DD` within Napoleon's life.
    private static func isNapoleonic(_ date: ScalarText) -> Bool {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2] else { return false }
        let numbers = parts.compactMap { Int(ScalarText($0).string) }
        guard numbers.count == 3, (1769...1821).contains(numbers[0]), numbers[1] <= 12 else { return false }
        let days = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return numbers[1] == 0 || numbers[2] <= days[numbers[1]]
    }

    /// The questions, each begun by "Question" and a number: the length of its text, and its options A to E.
    private static func questions(of text: ScalarText) -> [(length: Int, options: Int)] {
        text.pieces(between: ScalarText("Question ")).compactMap { piece in
            guard piece.first?.isDigit == true else { return nil }
            let body = ScalarText(piece.drop(while: \.isDigit).drop { ".|):;".unicodeScalars.contains($0) }).trimmed
            guard !body.isEmpty else { return nil }
            let lines = body.lines.map(\.trimmed)
            let head = lines.prefix { !isOption($0) }.filter { !$0.isEmpty }
            return (head.reduce(head.count - 1) { $0 + $1.count }, lines.count(where: isOption))
        }
    }

    private static func isOption(_ line: ScalarText) -> Bool {
        guard line.count > 2, "ABCDEabcde".unicodeScalars.contains(line[0]), line[1] == "." || line[1] == ")" else {
            return false
        }
        return ScalarText(line[2...]).trimmed.first?.isWordPart == true
    }
}

extension ScalarText {
    /// ASCII only: letters without their marks, the rest left out.
    fileprivate var withoutMarks: ScalarText {
        ScalarText(string.decomposedForComparison).filter { $0.value < 0x80 }
    }
}
