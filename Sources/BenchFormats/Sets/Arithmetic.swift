import LLMCore

extension DatasetFormat {
    /// GSM8K (Cobbe and others, 2021): word problems whose answer is the number after `####`.
    static let gradeSchoolMath = DatasetFormat(
        name: "GSM8K", prefix: "gsm8k", task: "general",
        recognises: { table in
            table.hasRows(with: "question", "answer")
                && table.rows.first?.object["answer"]?.string?.contains("####") == true
        }
    ) { row, _ throws(SourceRow.Fault) in
        let (question, answer) = (try row.text("question"), try row.text("answer"))
        guard let mark = answer.ranges(of: "####").last else {
            throw SourceRow.Fault(message: "answer: there is no ####")
        }
        let number = String(answer[mark.upperBound...])
        // The calculator's notes, <<16-3=13>>, are the set's, not the solution's.
        var solution = String(answer[..<mark.lowerBound])
        while let start = solution.firstRange(of: "<<"), let end = solution[start.upperBound...].firstRange(of: ">>") {
            solution.removeSubrange(start.lowerBound..<end.upperBound)
        }
        return [try WordProblem(question: question, number: number, solution: solution).row]
    }

    /// MGSM (Shi and others, 2022): problems of GSM8K in other languages, each with its number after a tabulator.
    static let multilingualMath = DatasetFormat(
        name: "MGSM", prefix: "mgsm", task: "general", recognises: { $0.form == .pairs }
    ) { row, _ throws(SourceRow.Fault) in
        [try WordProblem(question: row.text("question"), number: row.text("answer"), solution: "").row]
    }
}

/// A question whose answer is a number.
private struct WordProblem {
    let row: JSONObject

    init(question: String, number: String, solution: String) throws(SourceRow.Fault) {
        let plain = String(number.filter { !$0.isWhitespace && $0 != "," && $0 != "$" })
        guard let value = try? JSONValue.parse(plain), value.number != nil else {
            throw SourceRow.Fault(message: "answer: expected a number, found '\(number.prefix(40))'")
        }
        row = [
            "input": PromptText.input(question, PromptText.lastLine), "target": .string(plain),
            "reference": .string(
                solution + (solution.isEmpty || solution.hasSuffix("\n") ? "" : "\n") + "ANSWER: \(plain)"),
            "assert": [["type": "numeric", "value": value]],
        ]
    }
}
