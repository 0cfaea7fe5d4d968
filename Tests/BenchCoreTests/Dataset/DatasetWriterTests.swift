import BenchCore
import LLMCore
import Testing

@Suite("datasets in other formats", .timeLimit(.minutes(1)))
struct DatasetWriterTests {
    private func read(_ rows: String...) throws -> Dataset {
        try DatasetReader.read(bytes: Array(rows.joined(separator: "\n").utf8), name: "d")
    }
    private let rich =
        #"{"id":"a","task":"t","group":"g","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Say {{w}}"}],"vars":{"w":"{hi}"},"reference":"{hi}","bad_answers":["ho"],"assert":[{"type":"contains","value":"{{w}}"},{"type":"numeric","value":1,"weight":0}],"params":{"temperature":0},"split":"holdout","tags":["en"]}"#

    @Test("canonical rows are read back as the same cases")
    func canonical() throws {
        let dataset = try read(rich, #"{"id":"b","task":"t","input":"x","target":"y"}"#)
        let lines = try DatasetWriter.lines(dataset, as: .dirgen)
        let again = try DatasetReader.read(bytes: Array(lines.joined(separator: "\n").utf8), name: "d")
        #expect(again.hash == dataset.hash && again.cases.map(\.badAnswers) == [["ho"], []])
        #expect(lines.count == 3)
    }

    @Test("a row becomes a test of promptfoo")
    func promptfoo() throws {
        let row =
            #"{"id":"a","task":"t","group":"g","input":"Which?","target":["a.b","c"],"params":{"max_tokens":5},"only":["xai/*"],"bad_answers":["d"]}"#
        let line = try JSONValue.parse(try DatasetWriter.lines(try read(row), as: .promptfoo)[0])
        #expect(line["description"] == "a" && line["vars"]?["prompt"] == "Which?")
        #expect(line["assert"] == [["type": "regex", "value": "^\\s*(?:a\\.b|c)\\s*$"]])
        #expect(line["options"] == ["max_tokens": 5] && line["providers"] == ["xai/*"])
        #expect(line["metadata"]?["group"] == "g" && line["metadata"]?["bad_answers"] == ["d"])
    }

    @Test("a row becomes one of OpenAI evals")
    func evals() throws {
        let lines = try DatasetWriter.lines(
            try read(
                #"{"id":"a","task":"t","input":"x","target":["y","z"]}"#,
                #"{"id":"b","task":"t","input":"v","assert":[{"type":"equals","value":"w"}]}"#), as: .openAIEvals)
        #expect(
            try lines.map { try JSONValue.parse($0) } == [
                ["input": [["role": "user", "content": "x"]], "ideal": ["y", "z"], "id": "a"],
                ["input": [["role": "user", "content": "v"]], "ideal": "w", "id": "b"],
            ])
    }

    @Test("what a format cannot express is told, all of it with its line")
    func refused() throws {
        let dataset = try read(
            rich,
            #"{"id":"b","task":"t","input":"x","repeat":2,"assert":[{"type":"assert-set","assert":[{"type":"choice","value":"A"}]}]}"#
        )
        let promptfoo = #expect(throws: DatasetErrors.self) { try DatasetWriter.lines(dataset, as: .promptfoo) }
        #expect(
            promptfoo?.errors.map(\.description) == [
                "d:1: a: promptfoo has no assertion numeric", "d:2: b: promptfoo has no assertion choice",
                "d:2: b: promptfoo has no \"repeat\" of a test",
            ])
        let evals = #expect(throws: DatasetErrors.self) { try DatasetWriter.lines(dataset, as: .openAIEvals) }
        #expect(evals?.total == 5)
    }

    @Test("an examination reads what it can, and grades nothing")
    func examination() throws {
        let text = [
            #"{"id":"a","task":"t","input":"x","reference":"no","assert":[{"type":"equals","value":"yes"}]}"#,
            #"{"id":"b","task":"u","input":"x","assert":[{"type":"guess"}]}"#, #"{"id":"c","task":"u","input":"y"}"#,
        ].joined(separator: "\n")
        let found = DatasetReader.examine(bytes: Array(text.utf8), name: "d")
        #expect(found.cases.map(\.id) == ["a", "c"] && found.errors.total == 1 && found.errors.errors[0].line == 2)
    }
}
