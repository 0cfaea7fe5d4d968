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
        var (faults, unknown): ([String], [String]) = ([], [])
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !String(line).isBlank {
            let place = "\(path):\(index + 1)"
            guard let row = Row(line) else {
                faults.append(place)
                continue
            }
            rows.append(row)
            let members = Row.unknownMembers(of: line)
            if !members.isEmpty { unknown.append("\(place) (\(members.joined(separator: ", ")))") }
        }
        let expected = CalibrationFile.listed(
            faults, "expected an object with the strings input, answer, rubric and the boolean pass")
        let surplus = CalibrationFile.listed(unknown, "only input, answer, rubric and pass have a meaning")
        guard faults.isEmpty, unknown.isEmpty else {
            throw InputError([expected, surplus].compactMap(\.self).joined(separator: "; "))
        }
        guard rows.contains(where: \.pass), rows.contains(where: { !$0.pass }) else {
            throw InputError(
                "\(path): a calibration needs answers that pass and answers that fail",
                advice: "thirty of each are a beginning")
        }
    }
}

extension CalibrationFile {
    private static func listed(_ places: [String], _ message: String) -> String? {
        guard !places.isEmpty else { return nil }
        let more = places.count > 10 ? " and \(places.count - 10) more" : ""
        return "\(places.prefix(10).joined(separator: ", "))\(more): \(message)"
    }
}

extension CalibrationFile.Row {
    fileprivate static func unknownMembers(of line: some StringProtocol) -> [String] {
        let members = (try? JSONValue.parse(String(line)))?.object?.keys.map { String($0) } ?? []
        return members.filter { !["input", "answer", "rubric", "pass"].contains($0) }
    }

    fileprivate init?(_ line: some StringProtocol) {
        guard let value = try? JSONValue.parse(String(line)), let input = value["input"]?.string,
            let answer = value["answer"]?.string,
            let rubric = value["rubric"]?.string, let pass = value["pass"]?.bool
        else { return nil }
        self.init(input: input, answer: answer, rubric: rubric, pass: pass)
    }
}
