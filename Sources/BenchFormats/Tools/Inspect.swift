import BenchCore
import LLMCore

extension DatasetFormat {
    /// Samples of Inspect. With `choices` the target is a letter; otherwise an answer must equal one of the targets.
    static let inspect = DatasetFormat(
        name: "Inspect samples", prefix: "sample", task: "general",
        recognises: { $0.hasRows(with: "input", "target") && $0.hasOnly(keys) }
    ) { row, _ throws(SourceRow.Fault) in
        for key in ["files", "setup", "sandbox"] where row.has(key) {
            throw SourceRow.Fault(
                message:
                    "\(key): a sample that needs a sandbox of its own cannot be carried over; write a code assertion")
        }
        let targets = try sampleTargets(row.value("target"))
        var made: JSONObject = ["input": try row.value("input"), "target": .array(targets.map(JSONValue.string))]
        if row.has("choices") {
            let options = try row.texts("choices")
            guard let input = made["input"]?.string else {
                throw SourceRow.Fault(message: "choices: cannot be put behind a chat; write them into its last message")
            }
            let letters = targets.map { $0.uppercased() }
            for letter in letters where !PromptText.letters.prefix(options.count).contains(letter) {
                throw SourceRow.Fault(
                    message: "target: \(letter.shown(limit: 40)) is not the letter of one of \(options.count) choices")
            }
            made["input"] = PromptText.input(input, PromptText.options(options), PromptText.lastLineLetter)
            made["choices"] = .array(options.map(JSONValue.string))
            made["assert"] = [
                [
                    "type": "choice",
                    "value": letters.count == 1 ? .string(letters[0]) : .array(letters.map(JSONValue.string)),
                ]
            ]
        }
        made["id"] = try row.label("id").map(JSONValue.string)
        if let metadata = row.take("metadata") { made["metadata"] = metadata }
        return [made]
    }

    private static let keys: Set<String> = [
        "input", "target", "choices", "id", "metadata", "files", "setup", "sandbox",
    ]

    private static func sampleTargets(_ value: JSONValue) throws(SourceRow.Fault) -> [String] {
        let texts = (value.array ?? [value]).compactMap { $0.string ?? $0.number?.literal }
        guard !texts.isEmpty, texts.count == (value.array?.count ?? 1) else {
            throw SourceRow.Fault(message: "target: expected a string or an array of strings, found \(value.kind)")
        }
        return texts
    }
}
