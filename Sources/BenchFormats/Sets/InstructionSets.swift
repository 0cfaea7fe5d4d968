import LLMCore

extension DatasetFormat {
    /// IFEval (Zhou and others, 2023) and IFBench (Pyatkin and others, 2025): prompts with instructions that a program can check.
    ///
    /// IFEval's are checked strictly, IFBench's loosely, as their authors report them.
    static let instructions = DatasetFormat(
        name: "IFEval or IFBench", prefix: "instructions", task: "general",
        recognises: { $0.hasRows(with: "prompt", "instruction_id_list", "kwargs") }
    ) { row, _ throws(SourceRow.Fault) in
        let ids = try row.texts("instruction_id_list")
        let arguments = try row.value("kwargs").array ?? []
        guard !ids.isEmpty, arguments.count == ids.count else {
            throw SourceRow.Fault(
                message: "kwargs: expected one object for each of \(ids.count) instructions, found \(arguments.count)")
        }
        let list = zip(ids, arguments).map { id, arguments -> JSONValue in
            let given = JSONObject((arguments.object ?? JSONObject()).filter { !$0.value.isNull })
            return ["id": .string(id), "kwargs": .object(given)]
        }
        let isIFEval = ids.allSatisfy { ifEvalGroups.contains(String($0.prefix { $0 != ":" })) }
        var made: JSONObject = [
            "input": .string(try row.text("prompt")),
            "assert": [["type": "instructions", "value": .array(list), "mode": isIFEval ? "strict" : "loose"]],
            "tags": .array(ids.map { .string($0) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }),
        ]
        made["id"] = try row.label("key").map { .string((isIFEval ? "ifeval-" : "ifbench-") + $0) }
        return [made]
    }

    private static let ifEvalGroups: Set<String> = [
        "keywords", "language", "length_constraints", "detectable_content", "detectable_format", "combination",
        "startend",
        "change_case", "punctuation",
    ]
}
