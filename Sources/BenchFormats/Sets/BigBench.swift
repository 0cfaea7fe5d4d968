import LLMCore

extension DatasetFormat {
    /// A task of BIG-Bench Hard (Suzgun and others, 2022), or BIG-Bench Extra Hard's mini set (Kazemi and others, 2025). Its canary
    /// stays with every row.
    static let bigBench = DatasetFormat(
        name: "BIG-Bench Hard", prefix: "bbh", task: "general",
        recognises: { $0.listKey == "examples" && $0.hasRows(with: "input", "target") }
    ) { row, context throws(SourceRow.Fault) in
        let (input, target) = (try row.text("input"), try row.text("target"))
        let letter = optionLetter(target)
        var made: JSONObject = [
            "input": PromptText.input(input, letter == nil ? PromptText.lastLine : PromptText.lastLineLetter),
            "target": .string(target), "reference": .string("ANSWER: \(target)"),
            "assert": [letter.map(JSONValue.choice) ?? .finalAnswer(target)],
        ]
        if !context.shared.isEmpty { made["metadata"] = .object(context.shared) }
        return [made]
    }

    /// `B` of `(B)`.
    private static func optionLetter(_ target: String) -> String? {
        guard target.count == 3, target.hasPrefix("("), target.hasSuffix(")") else { return nil }
        return target.dropFirst().first.flatMap { $0.isASCII && $0.isUppercase ? String($0) : nil }
    }
}
