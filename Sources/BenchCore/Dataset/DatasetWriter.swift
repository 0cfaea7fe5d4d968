import LLMCore

/// The writer of cases as lines of a file: in the project's own format, or in another's as far as that can express them.
package enum DatasetWriter {
    package enum Format: String, Sendable, CaseIterable {
        case dirgen, promptfoo
        case openAIEvals = "openai-evals"
    }

    /// One JSON object a line.
    ///
    /// - Throws: ``DatasetErrors`` with everything that the format cannot express, each with its line.
    package static func lines(_ dataset: Dataset, as format: Format) throws(DatasetErrors) -> [String] {
        var errors = DatasetErrors([])
        var lines: [String] = format == .dirgen ? [header(of: dataset).text] : []
        for row in dataset.cases {
            var reasons: [String] = []
            let value: JSONValue =
                switch format {
                case .dirgen: row.canonicalJSON
                case .promptfoo: .object(PromptfooRow.object(row, &reasons))
                case .openAIEvals: .object(OpenAIEvalsRow.object(row, &reasons))
                }
            lines.append(value.text)
            for reason in reasons {
                errors.add(
                    DatasetError(
                        path: dataset.path, line: row.line, message: "\(row.id): \(format.rawValue) has no \(reason)"))
            }
        }
        guard errors.total == 0 else { throw errors }
        return lines
    }

    private static func header(of dataset: Dataset) -> JSONValue {
        var header: JSONObject = ["$dataset": .string(DatasetHeader.format), "name": .string(dataset.name)]
        header["version"] = dataset.version.map(JSONValue.string)
        header["task"] = .string(dataset.task.rawValue)
        return .object(header)
    }
}

/// A case as a test of promptfoo, whose prompt is `{{prompt}}`.
private enum PromptfooRow {
    /// Kinds of ours alone; the others have the same names and members there.
    private static let unknown: Set<Assertion.Kind> = [
        .startsWith, .endsWith, .numeric, .choice, .jsonPath, .sentenceCount, .characterCount, .code, .sql, .plan,
        .instructions, .pairwise,
    ]

    static func object(_ row: BenchCase, _ reasons: inout [String]) -> JSONObject {
        var object: JSONObject = ["description": .string(row.id), "vars": ["prompt": .string(prompt(row, &reasons))]]
        var assertions = row.assertions.map { assertion($0, &reasons) }
        if row.isGradedByTarget { assertions.append(target(row.target)) }
        if !assertions.isEmpty { object["assert"] = .array(assertions) }
        object["threshold"] = JSONValue(row.threshold)
        if !row.parameters.json.isEmpty { object["options"] = .object(row.parameters.json) }
        if !row.only.isEmpty { object["providers"] = .array(row.only.map(JSONValue.string)) }
        if row.repeats != nil { reasons.append("\"repeat\" of a test") }
        if !row.skip.isEmpty { reasons.append("\"skip\"") }
        if row.at != nil { reasons.append("\"at_ms\"") }
        object["metadata"] = .object(metadata(row))
        return object
    }

    /// One message of the user is a text; several are a chat in JSON, which promptfoo reads as one.
    private static func prompt(_ row: BenchCase, _ reasons: inout [String]) -> String {
        if row.messages.contains(where: { !$0.isPlainText }) { reasons.append("message with anything but text here") }
        if row.messages.count == 1, let only = row.messages.first, only.role == .user { return only.text }
        return MessageCoding.encode(row.messages).text
    }

    private static func assertion(_ assertion: Assertion, _ reasons: inout [String]) -> JSONValue {
        if unknown.contains(assertion.kind) { reasons.append("assertion \(assertion.type)") }
        for nested in assertion.nested { _ = self.assertion(nested, &reasons) }
        return AssertionCoding.encode(assertion)
    }

    /// Equal to one of them, white space around it aside.
    private static func target(_ targets: [String]) -> JSONValue {
        let signs: Set<Character> = Set("\\^$.|?*+()[]{}/")
        let escaped = targets.map { $0.trimmedText.map { signs.contains($0) ? "\\\($0)" : "\($0)" }.joined() }
        return ["type": "regex", "value": .string("^\\s*(?:\(escaped.joined(separator: "|")))\\s*$")]
    }

    /// The members that promptfoo keeps with a test and does not act on.
    private static func metadata(_ row: BenchCase) -> JSONObject {
        var metadata = row.metadata
        for key in ["task", "group", "reference", "bad_answers", "choices", "slo", "weight", "split", "tags"] {
            guard metadata[key] == nil, let value = row.canonicalJSON[key] else { continue }
            metadata[key] = value
        }
        return metadata
    }
}

/// A case as a row of OpenAI evals, whose answer is compared with `ideal`.
private enum OpenAIEvalsRow {
    static func object(_ row: BenchCase, _ reasons: inout [String]) -> JSONObject {
        if row.messages.contains(where: { !$0.isPlainText }) { reasons.append("message with anything but text") }
        var object: JSONObject = [
            "input": .array(
                row.messages.map { ["role": .string($0.role.rawValue), "content": .string($0.text)] })
        ]
        object["ideal"] = ideal(row, &reasons)
        object["id"] = .string(row.id)
        if row.repeats != nil || !row.only.isEmpty || !row.skip.isEmpty || row.at != nil {
            reasons.append("\"repeat\", \"only\", \"skip\" or \"at_ms\"")
        }
        if !row.parameters.json.isEmpty { reasons.append("\"params\"") }
        return object
    }

    private static func ideal(_ row: BenchCase, _ reasons: inout [String]) -> JSONValue? {
        if row.isGradedByTarget, row.assertions.isEmpty {
            return row.target.count == 1 ? .string(row.target[0]) : .array(row.target.map(JSONValue.string))
        }
        if row.assertions.count == 1, let only = row.assertions.first, !only.negated, only.kind == .equals,
            let text = only.value?.string
        {
            return .string(text)
        }
        for assertion in row.assertions { reasons.append("assertion \(assertion.type)") }
        if row.assertions.isEmpty { reasons.append("row without a grade") }
        return nil
    }
}

extension Message {
    fileprivate var isPlainText: Bool {
        parts.allSatisfy { part in
            if case .text = part { true } else { false }
        }
    }
}
