import BenchCore
import LLMCore

extension DatasetFormat {
    /// Samples of OpenAI evals: a chat and its ideal answers, graded as its class `Match` does: the answer begins with one of them.
    ///
    /// A sample does not say which class grades it; `"eval": "includes" | "fuzzy" | "json"` in a row chooses another.
    static let openAIEvals = DatasetFormat(
        name: "OpenAI evals", prefix: "evals", task: "general",
        recognises: { $0.hasRows(with: "input", "ideal") }
    ) { row, _ throws(SourceRow.Fault) in
        let ideal = try idealAnswers(row.value("ideal"))
        var made: JSONObject = [
            "input": try row.value("input"), "target": .array(ideal.map(JSONValue.string)),
            "reference": .string(ideal[0]),
        ]
        made["assert"] = .array([try evalsCheck(row.optionalText("eval") ?? "match", ideal)])
        made["id"] = try row.label("id").map(JSONValue.string)
        return [made]
    }

    private static func idealAnswers(_ value: JSONValue) throws(SourceRow.Fault) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .number(let number): return [number.literal]
        case .object: return [value.text]
        case .array(let items) where !items.isEmpty:
            return items.map { $0.string ?? $0.text }
        default: throw SourceRow.Fault(message: "ideal: expected a string or an array of strings, found \(value.kind)")
        }
    }

    private static func evalsCheck(_ name: String, _ ideal: [String]) throws(SourceRow.Fault) -> JSONValue {
        switch name.lowercased() {
        case "match": return anyOf(ideal.map { ["type": "starts-with", "value": .string($0)] })
        case "includes": return ["type": "contains-any", "value": .array(ideal.map(JSONValue.string))]
        // Either contains the other, case and punctuation aside; what holds the ideal answer is what can be asked for here.
        case "fuzzy", "fuzzymatch": return ["type": "icontains-any", "value": .array(ideal.map(JSONValue.string))]
        case "json", "jsonmatch":
            let values = ideal.compactMap { try? JSONValue.parse($0) }
            guard values.count == ideal.count else {
                throw SourceRow.Fault(message: "ideal: not JSON, which jsonmatch compares")
            }
            return anyOf(values.map { ["type": "equals", "value": $0] })
        default:
            throw SourceRow.Fault(
                message: "eval: \(name.shown(limit: 40)) is not known; known are match, includes, fuzzy, json")
        }
    }

    /// One of several checks is enough.
    static func anyOf(_ checks: [JSONValue]) -> JSONValue {
        guard checks.count > 1 else { return checks.first ?? .null }
        return [
            "type": "assert-set", "assert": .array(checks), "threshold": JSONValue(1 / Double(checks.count) - 1e-6),
        ]
    }
}
