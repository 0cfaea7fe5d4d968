import BenchCore
import LLMCore

extension DatasetFormat {
    /// Multiple choice as lm-evaluation-harness and simple-evals store it: `question` with `choices`, or columns A, B, C and D.
    static let multipleChoice = DatasetFormat(
        name: "multiple choice", prefix: "choice", task: "general",
        recognises: { table in
            let keys = Set((table.rows.first?.object.keys ?? []).map { $0.lowercased() })
            return keys.contains("question") && (keys.contains("choices") || keys.isSuperset(of: ["a", "b"]))
                && (keys.contains("answer") || keys.contains("answerkey"))
        }
    ) { row, _ throws(SourceRow.Fault) in
        let question = try row.anyText("question", "Question")
        let options = try choices(&row)
        let answer = try row.anyLabel("answer", "Answer", "answerKey") ?? ""
        let letter = try choiceLetter(answer, options)
        var made: JSONObject = [
            "input": PromptText.input(question, PromptText.options(options.map(\.text)), PromptText.lastLineLetter),
            "choices": .array(options.map { .string($0.text) }), "target": .string(letter),
            "reference": .string("ANSWER: \(letter)"), "assert": [.choice(letter)],
        ]
        made["id"] = try row.label("id").map(JSONValue.string)
        return [made]
    }

    /// Questions with an answer in words, without options.
    static let questions = DatasetFormat(
        name: "questions and answers", prefix: "question", task: "general",
        recognises: { table in
            let keys = Set((table.rows.first?.object.keys ?? []).map { $0.lowercased() })
            return keys.isSuperset(of: ["question", "answer"])
                && keys.isDisjoint(with: ["input", "messages", "assert"])
        }
    ) { row, _ throws(SourceRow.Fault) in
        let question = try row.anyText("question", "Question")
        guard let answer = try row.anyLabel("answer", "Answer") else {
            throw SourceRow.Fault(message: "there is no \"answer\"")
        }
        var made: JSONObject = [
            "input": PromptText.input(question, PromptText.lastLine), "target": .string(answer),
            "reference": .string("ANSWER: \(answer)"), "assert": [.finalAnswer(answer)],
        ]
        made["id"] = try row.label("id").map(JSONValue.string)
        return [made]
    }

    private typealias Choice = (label: String, text: String)

    /// A list, ARC's `{"text": […], "label": […]}`, or members by letter.
    private static func choices(_ row: inout SourceRow) throws(SourceRow.Fault) -> [Choice] {
        guard row.has("choices") else {
            var found: [Choice] = []
            for letter in PromptText.letters {
                guard let text = try row.anyLabel(letter, letter.lowercased()) else { break }
                found.append((letter, text))
            }
            guard found.count > 1 else { throw SourceRow.Fault(message: "there are no options A and B") }
            return found
        }
        let value = try row.value("choices")
        let texts = (value["text"] ?? value).array?.compactMap(\.string) ?? []
        guard (2...26).contains(texts.count) else {
            throw SourceRow.Fault(message: "choices: expected 2 to 26 texts, found \(value.kind)")
        }
        let labels = value["label"]?.array?.compactMap(\.string) ?? PromptText.letters
        return Array(zip(labels, texts).map { ($0, $1) })
    }

    /// The letter under which the right option is shown: the answer is a letter, a label, an index from 0, or the option's text.
    private static func choiceLetter(_ answer: String, _ options: [Choice]) throws(SourceRow.Fault) -> String {
        let place =
            options.firstIndex { $0.label == answer.uppercased() } ?? options.firstIndex { $0.label == answer }
            ?? Int(answer).flatMap { options.indices.contains($0) ? $0 : nil }
            ?? PromptText.letters.firstIndex(of: answer.uppercased()).flatMap {
                options.indices.contains($0) ? $0 : nil
            }
            ?? options.firstIndex { $0.text == answer }
        guard let place else {
            throw SourceRow.Fault(message: "answer: \(answer.shown(limit: 40)) is none of the options")
        }
        return PromptText.letters[place]
    }
}

extension SourceRow {
    /// The first of some members that is there.
    fileprivate mutating func anyText(_ keys: String...) throws(Fault) -> String {
        guard let key = keys.first(where: has) else { throw Fault(message: "there is no \"\(keys.first ?? "")\"") }
        return try text(key)
    }

    /// The first of some members that is there, a number as text.
    fileprivate mutating func anyLabel(_ keys: String...) throws(Fault) -> String? {
        guard let key = keys.first(where: has) else { return nil }
        return try label(key)
    }
}
