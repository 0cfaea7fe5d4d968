import BenchCore
import LLMCore

/// Answers that people have judged, one JSON object a line: `input`, `answer`, `rubric` and `pass`.
package struct CalibrationFile: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var input: String
        package var answer: String
        package var rubric: String
        /// The verdict of people.
        package var pass: Bool
    }
    package var path: String
    package var rows: [Row]
    /// SHA-256 of the content.
    package var hash: String

    /// - Throws: ``InputError`` that names every line that is none.
    package init(text: String, path: String) throws(InputError) {
        self.path = path
        hash = ContentHash.sha256(text)
        rows = []
        var faults: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !String(line).isBlank {
            if let row = Row(line) { rows.append(row) } else { faults.append("\(path):\(index + 1)") }
        }
        guard faults.isEmpty else {
            let more = faults.count > 10 ? " and \(faults.count - 10) more" : ""
            throw InputError(
                "\(faults.prefix(10).joined(separator: ", "))\(more): expected an object with the strings input, answer, rubric and the boolean pass"
            )
        }
        guard rows.contains(where: \.pass), rows.contains(where: { !$0.pass }) else {
            throw InputError(
                "\(path): a calibration needs answers that pass and answers that fail",
                advice: "thirty of each are a beginning")
        }
    }
}

extension CalibrationFile.Row {
    fileprivate init?(_ line: some StringProtocol) {
        guard let value = try? JSONValue.parse(String(line)), value.object?.keys.count == 4,
            let input = value["input"]?.string, let answer = value["answer"]?.string,
            let rubric = value["rubric"]?.string, let pass = value["pass"]?.bool
        else { return nil }
        self.init(input: input, answer: answer, rubric: rubric, pass: pass)
    }
}
