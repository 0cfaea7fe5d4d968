import LLMCore

extension DatasetFormat {
    /// CRUXEval (Gu and others, 2024): what a Python function returns for an input, or an input for which it returns a value.
    ///
    /// The answer is one assignment of a literal. The tests refuse anything else, so that the function is not run by the answer.
    static let cruxEval = DatasetFormat(
        name: "CRUXEval", prefix: "cruxeval", task: "verification",
        recognises: { $0.hasRows(with: "code", "input", "output") && $0.rows.first?.object["code"]?.string != nil }
    ) { row, context throws(SourceRow.Fault) in
        let task = CRUXTask(
            code: try row.text("code"), input: try row.text("input"), output: try row.text("output"),
            predictsInput: context.options.predictsInput)
        let id = try row.label("id") ?? ""
        var made: JSONObject = [
            "input": .string(task.prompt),
            "assert": [["type": "code", "language": "python", "tests": .string(task.tests)]],
        ]
        made["reference"] = task.solution.map { .string(PromptText.fenced($0)) }
        if !id.isEmpty { made["id"] = .string("cruxeval-\(id)\(task.predictsInput ? "-input" : "")") }
        return [made]
    }
}

/// One function of CRUXEval with one call of it.
private struct CRUXTask {
    var code: String
    var input: String
    var output: String
    var predictsInput: Bool

    var prompt: String {
        let ask =
            predictsInput
            ? "Find arguments for which this Python function returns `\(output)`. Answer with one fenced Python block that holds one line, `answer = (…,)`: a tuple of the arguments."
            : "Work out what this Python function returns for `f(\(input))`. Answer with one fenced Python block that holds one line, `answer = …`: the value, written as a literal."
        let limit = predictsInput ? " No other statements." : " No calls and no other statements."
        return [ask + limit, PromptText.fenced(code)].joined(separator: "\n\n")
    }

    /// `nil` where the set's own input is written with a name that the code defines, which an answer cannot use.
    var solution: String? {
        guard predictsInput else { return "answer = \(output)" }
        guard !PythonSource.variables(in: code).contains(where: input.contains) else { return nil }
        let arguments = input.reversed().drop { $0.isWhitespace || $0 == "," }.reversed()
        return arguments.isEmpty ? "answer = ()" : "answer = (\(String(arguments)),)"
    }

    /// The first statement of the program is the answer's; before the tests' own begins there is at most one more, the grader's.
    var tests: String {
        let call = predictsInput ? "f(*answer) == (\(output))" : "f(\(input)) == answer"
        return """
            end_of_answer = True
            import ast
            with open(__file__, encoding="utf-8") as source:
                statements = ast.parse(source.read()).body
            names = [getattr(s.targets[0], "id", "") if isinstance(s, ast.Assign) else "" for s in statements]
            assert names[0] == "answer" and names.index("end_of_answer") <= 2
            \(predictsInput ? "" : "answer = ast.literal_eval(statements[0].value)")
            \(code)
            assert \(call)

            """
    }
}
