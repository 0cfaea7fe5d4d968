import BenchCore
import LLMCore

extension DatasetFormat {
    /// HumanEval (Chen and others, 2021): a function's head and docstring to be completed, run against hidden tests.
    static let humanEval = DatasetFormat(
        name: "HumanEval", prefix: "humaneval", task: "complex_generation",
        recognises: { $0.hasRows(with: "task_id", "prompt", "entry_point", "canonical_solution", "test") }
    ) { row, _ throws(SourceRow.Fault) in
        let (prompt, entry) = (try row.text("prompt"), try row.text("entry_point"))
        let ask =
            "Complete this Python function. Answer with one fenced Python block that holds the whole function, with the imports it needs."
        return [
            [
                "id": .string(try row.text("task_id")), "input": PromptText.input(ask, PromptText.fenced(prompt)),
                "reference": .string(PromptText.fenced(prompt + (try row.text("canonical_solution")))),
                // The head alone, which does nothing.
                "bad_answers": [.string(PromptText.fenced(prompt))],
                "assert": [
                    [
                        "type": "code", "language": "python", "mode": "completion", "prefix": .string(prompt),
                        "entry_point": .string(entry), "tests": .string("\(try row.text("test"))\ncheck(\(entry))\n"),
                    ]
                ],
            ]
        ]
    }

    /// HumanEvalPack's task `fix` (Muennighoff and others, 2023): a function with a bug and the docstring it does not keep.
    static let humanEvalPack = DatasetFormat(
        name: "HumanEvalPack", prefix: "humanevalpack", task: "verification",
        recognises: { $0.hasRows(with: "declaration", "buggy_solution", "canonical_solution", "test") }
    ) { row, _ throws(SourceRow.Fault) in
        let (id, entry) = (try row.text("task_id"), try row.text("entry_point"))
        let language = try HumanEvalLanguage(taskID: id)
        let (declaration, prompt) = (try row.text("declaration"), try row.text("prompt"))
        let buggy = try row.text("buggy_solution")
        let ask =
            "This \(language.title) function has a bug: it does not do what its description says. Answer with one fenced \(language.title) block that holds the whole corrected function, with the imports it needs. Keep its name, `\(entry)`."
        return [
            [
                "id": .string(id), "input": PromptText.input(ask, PromptText.fenced(prompt + buggy, language.fence)),
                "reference": .string(
                    PromptText.fenced(declaration + (try row.text("canonical_solution")), language.fence)),
                "bad_answers": [.string(PromptText.fenced(declaration + buggy, language.fence))],
                "assert": [
                    [
                        "type": "code", "language": .string(language.fence), "entry_point": .string(entry),
                        "tests": .string(language.preparation + (try row.text("test")) + "\n"),
                    ]
                ],
                "tags": .array([try row.optionalText("bug_type")].compactMap { $0.map(JSONValue.string) }),
            ]
        ]
    }

    /// MBPP (Austin and others, 2021), as published or sanitised: a sentence and the tests that the function must pass.
    static let mbpp = DatasetFormat(
        name: "MBPP", prefix: "mbpp", task: "complex_generation",
        recognises: {
            $0.hasRows(with: "code", "test_list") && ($0.hasRows(with: "text") || $0.hasRows(with: "prompt"))
        }
    ) { row, _ throws(SourceRow.Fault) in
        let text = try row.has("text") ? row.text("text") : row.text("prompt")
        let (code, tests) = (try row.text("code"), try row.texts("test_list"))
        let setup =
            [try row.optionalText("test_setup_code") ?? ""]
            + (row.has("test_imports") ? try row.texts("test_imports") : [])
        let challenges = row.has("challenge_test_list") ? try row.texts("challenge_test_list") : []
        let ask =
            "Answer with one fenced Python block that holds the function and what it needs. It must pass these tests:"
        let all = (setup.filter { !$0.isEmpty } + tests + challenges).joined(separator: "\n") + "\n"
        var assertion: JSONObject = ["type": "code", "language": "python", "tests": .string(all)]
        assertion["entry_point"] = PythonSource.functions(in: code).first { name in
            tests.first?.contains("\(name)(") ?? false
        }.map(JSONValue.string)
        var made: JSONObject = [
            "input": PromptText.input(text, ask, PromptText.fenced(tests.joined(separator: "\n"))),
            "reference": .string(PromptText.fenced(code)), "assert": [.object(assertion)],
        ]
        made["id"] = try row.label("task_id").map { .string("mbpp-\($0)") }
        return [made]
    }
}

/// A language of HumanEvalPack that can be run.
private struct HumanEvalLanguage {
    var title: String
    var fence: String
    /// Run before the tests.
    var preparation = ""

    init(taskID: String) throws(SourceRow.Fault) {
        switch taskID.split(separator: "/").first {
        case "Python": (title, fence) = ("Python", "python")
        case "JavaScript":
            (title, fence) = ("JavaScript", "javascript")
            // Its tests only print where an assertion fails.
            preparation = "console.assert = (holds) => { if (!holds) { throw new Error(\"assertion failed\") } };\n"
        default: throw SourceRow.Fault(message: "task_id: \(taskID.shown(limit: 40)) is in a language that is not run")
        }
    }
}

/// Python source, as far as readers of sets look into it.
enum PythonSource {
    /// The names of the functions at the top level.
    static func functions(in source: String) -> [String] {
        source.split(whereSeparator: \.isNewline).compactMap { line in
            guard line.hasPrefix("def ") else { return nil }
            return String(line.dropFirst(4).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }

    /// The names that are assigned at the top level.
    static func variables(in source: String) -> [String] {
        source.split(whereSeparator: \.isNewline).compactMap { line in
            let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return !name.isEmpty && line[name.endIndex...].hasPrefix(" = ") ? String(name) : nil
        }
    }
}
