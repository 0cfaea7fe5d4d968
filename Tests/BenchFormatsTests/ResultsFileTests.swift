import BenchCore
import CZlib
import Foundation
import LLMCore
import Testing

@testable import BenchFormats

@Suite("Files of other people's results", .timeLimit(.minutes(1)))
struct ResultsFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-results-" + Identifier.make())

    private func read(_ text: String, _ name: String = "own-eval.csv") throws -> ResultsFile {
        try read(bytes: Data(text.utf8), name)
    }

    private func read(bytes: Data, _ name: String) throws -> ResultsFile {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: name)
        try bytes.write(to: path)
        return try ResultsFile.read(path: path.path)
    }

    private static let header =
        "dataset,task,prompt_id,prompt,group,model,score,input_tokens,output_tokens,cost_usd,latency_s\n"

    @Test("a table and JSON Lines with the same answers give the same results")
    func bothForms() throws {
        let table = Self.header + "d,code,p1,\"say \"\"hi\"\", then\nstop\",g1,openai/gpt-5,1,120,30.0,0.00125,1.5\n"
        let line =
            #"{"dataset":"d","task":"code","prompt_id":"p1","prompt":"say \"hi\", then\nstop","group":"g1","model":"openai/gpt-5","score":1,"input_tokens":120,"output_tokens":30,"cost_usd":0.00125,"latency_s":1.5}"#
        let expected = ImportedResult(
            dataset: "d", task: "code", promptID: "p1", prompt: "say \"hi\", then\nstop", group: "g1",
            model: "openai/gpt-5", score: 1, inputTokens: 120, outputTokens: 30, cost: USD("0.00125"), latency: 1_500)
        #expect(try read(table).results == [expected])
        #expect(try read(line, "x.jsonl").results == [expected])
    }

    @Test("an empty field is unknown, never nothing; columns in any order, a mark and line ends of Windows are read")
    func unknowns() throws {
        let text = "\u{FEFF}model,score,Task,prompt_id,cost_usd,seed\r\nmine,,code,7,,3\r\n\r\nmine,0.5,code,8,0,4\r\n"
        let file = try read(text)
        #expect(file.results.map(\.score) == [nil, 0.5])
        #expect(file.results.map(\.cost) == [nil, .zero])
        #expect(file.results.map(\.dataset) == ["own-eval", "own-eval"], "named as the file is")
        #expect(file.results.allSatisfy { $0.latency == nil && $0.group == nil && $0.inputTokens == nil })
        #expect(file.ignored == ["seed"])
    }

    @Test(
        "costs keep every digit they have, and what spreadsheets make of them is read",
        arguments: [
            ("0.000000000001", USD(pico: 1)), ("1.2e-05", USD("0.000012")),
            ("0.1234567890123456", USD("0.123456789012")),
            ("3", USD("3")),
        ])
    func costs(text: String, expected: USD?) throws {
        let file = try read("task,prompt_id,model,score,cost_usd\nt,1,m,true,\(text)\n")
        #expect(file.results.map(\.cost) == [expected] && file.results[0].score == 1)
    }

    @Test("what gzip compressed is read as it is, and half of it is refused")
    func compressed() throws {
        let text = Self.header + (0..<2_000).map { "d,t,\($0),,,m,0.25,1,2,0.1,2\n" }.joined()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "r.csv.gz").path
        let file = try #require(gzopen(path, "wb"))
        Array(text.utf8).withUnsafeBytes { _ = gzwrite(file, $0.baseAddress, UInt32($0.count)) }
        gzclose(file)
        let whole = try ResultsFile.read(path: path)
        #expect(whole.results.count == 2_000 && whole.results[1_999].promptID == "1999")
        #expect(try read(text).hash == whole.hash, "the content counts, not how it is packed")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let half = folder.appending(path: "half.csv.gz")
        let whole2 = folder.appending(path: "again.csv.gz").path
        let other = try #require(gzopen(whole2, "wb"))
        Array(text.utf8).withUnsafeBytes { _ = gzwrite(other, $0.baseAddress, UInt32($0.count)) }
        gzclose(other)
        let bytes = try Data(contentsOf: URL(filePath: whole2))
        try bytes.prefix(bytes.count / 2).write(to: half)
        let error = #expect(throws: DatasetErrors.self) { try ResultsFile.read(path: half.path) }
        #expect(error?.errors.first?.message == "not a whole gzip file")
    }

    @Test(
        "what is wrong is named with its line, all at once",
        arguments: [
            ("", "the file is empty"), ("\n \n", "the file is empty"),
            ("task,prompt_id,model,score\n", "the file has no result"),
            ("task,prompt_id,score\nt,1,1\n", ":1: there is no column model"),
            ("task,prompt_id,model,score,score\nt,1,m,1,1\n", ":1: the column score stands twice"),
            ("task,prompt_id,model,score\nt,1,m,87\n", ":2: score: expected a number from 0 to 1, found \"87\""),
            ("task,prompt_id,model,score\nt,1,m,nan\n", ":2: score: expected a number from 0 to 1"),
            ("task,prompt_id,model,score\nt,1,,1\nt,,m,1\n", ":2: model: is empty"),
            ("task,prompt_id,model,score\nt,1,,1\nt,,m,1\n", ":3: prompt_id: is empty"),
            ("task,prompt_id,model,score\nt,1,m\n", ":2: 3 fields, expected 4"),
            ("task,prompt_id,model,score\n\"t,1,m,1\n", ":2: a quoted field does not end"),
            ("task,prompt_id,model,score\n\"t\"x,1,m,1\n", ":2: something follows a quoted field"),
            ("task,prompt_id,model,score,cost_usd\nt,1,m,1,-2\n", ":2: cost_usd: expected dollars, 0 or more"),
            ("task,prompt_id,model,score,latency_s\nt,1,m,1,inf\n", ":2: latency_s: expected seconds"),
            ("task,prompt_id,model,score,input_tokens\nt,1,m,1,1.5\n", ":2: input_tokens: expected a whole number"),
            (
                "{\"task\":\"t\",\"prompt_id\":\"1\",\"model\":\"m\",\"score\":[1]}\n",
                ":1: score: expected a value, found array"
            ),
            ("task;prompt_id;model;score\nt;1;m;1\n", ":1: fields are separated by semicolons"),
            ("task,prompt_id,model,score\nt,1,\"a\nb\",1\n", ":2: model: holds a line break"),
            ("task,prompt_id,group,model,score\nt,1,g,m,1\nt,1,h,n,1\n", ":3: group: is another in line 2"),
            ("task,prompt_id,prompt,model,score\nt,1,x,m,1\nt,1,,n,1\nt,1,y,n,1\n", ":4: prompt: is another in line 2"),
            ("{\"task\":\"t\"\n{}\n", ":1:"),
            ("{\"task\":\"t\",\"model\":\"m\",\"score\":1}\n", ":1: prompt_id: is empty"),
        ])
    func errors(text: String, message: String) {
        let error = #expect(throws: DatasetErrors.self) { try read(text, "bad.csv") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("bytes that are no UTF-8, a folder and no file are refused in words")
    func unreadable() throws {
        let error = #expect(throws: DatasetErrors.self) {
            try read(bytes: Data("task,prompt_id,model,score\nt,".utf8) + [0xFF] + Data(",m,1\n".utf8), "a.csv")
        }
        #expect(error?.description.contains(":2: not UTF-8") == true)
        for (path, message) in [("/", "is a directory"), ("/nowhere/at.all", "no such file")] {
            let error = #expect(throws: DatasetErrors.self) { try ResultsFile.read(path: path) }
            #expect(error?.description.contains(message) == true)
        }
    }

    @Test("answers of one model to one case are repetitions; a model without a provider keeps its name")
    func evidence() throws {
        let text =
            "task,prompt_id,model,score\n"
            + ["gpt-4", "ai/thing", "openai/gpt-5"].map { "t,1,\($0),1\nt,1,\($0),0\nt,2,\($0),\n" }.joined()
        let file = try read(text)
        let rows = EvidenceRow.rows(of: file.results, in: ImportedFile(hash: file.hash, name: "f", importedAt: 5))
        let judged = rows.filter { $0.outcome != nil }
        #expect(judged.map(\.repetition) == [0, 1, 0, 1, 0, 1], "a row without a score says nothing of quality")
        #expect(Set(rows.map { $0.arm.id.rawValue }) == ["gpt-4", "ai/thing", "openai/gpt-5"])
        #expect(Set(rows.map { $0.arm.model.provider.rawValue }) == ["", "openai"])
        #expect(Set(judged.map(\.caseID)) == ["own-eval/1"])
        let model = try #require(rows.first?.arm.model)
        #expect(try JSONDecoder().decode(ModelID.self, from: JSONEncoder().encode(model)) == model)
    }
}
