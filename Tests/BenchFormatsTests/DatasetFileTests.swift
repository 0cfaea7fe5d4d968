import BenchCore
import CZlib
import Foundation
import LLMCore
import Testing

@testable import BenchFormats

@Suite("Files of any format", .timeLimit(.minutes(1)))
struct DatasetFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-formats-" + Identifier.make())

    private func write(_ text: String, _ name: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: name)
        try Data(text.utf8).write(to: path)
        return path.path
    }

    @Test("a file is known by its content whatever it is called, compressed or not")
    func compressed() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let row = #####"{"question":"How many?","answer":"So #### 3"}"##### + "\n"
        let plain = try DatasetFile.read(path: try write(row, "notes.txt"))
        let path = folder.appending(path: "sums.jsonl.gz").path
        let file = try #require(gzopen(path, "wb"))
        #expect(gzputs(file, row) == Int32(row.utf8.count))
        gzclose(file)
        let packed = try DatasetFile.read(path: path)
        #expect(plain.dataset.name == "notes" && packed.dataset.name == "sums" && packed.format == "GSM8K")
        #expect(plain.dataset.hash == packed.dataset.hash && packed.dataset.cases.count == 1)
    }

    @Test("the project's own files are read as before, compressed too, and are never taken for another's")
    func canonical() throws {
        let text = """
            // mine
            {"$dataset":"dirgen.dataset/1","name":"n","task":"t","prompt":"{{question}}"}
            {"id":"a","vars":{"question":"Why?"},"target":"x","assert":[{"type":"contains","value":"x"}]}
            """
        let file = try Reading.file(text)
        #expect(file.format == nil && file.dataset.name == "n" && file.dataset.task == "t" && file.models.isEmpty)
        #expect(file.dataset == (try DatasetReader.read(bytes: Array(text.utf8), name: "x")))
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write(#"{"id":"a","task":"t","input":"x"}"#, "rows.jsonl")
        let named = try DatasetFile.read(path: path).dataset
        #expect(named.path == path && named.name == "rows")
        #expect(Reading.errors(#"{"id":"a","input":"x","assert":[]}"#).first?.contains("no task") == true)
    }

    @Test(
        "what is no dataset is an error",
        arguments: [
            ("", "x: the file is empty: expected one JSON object a line"),
            ("just prose\n", "x:1:1: not JSON"),
            ("[1, 2]", "x: not a dataset of a known format"),
            ("model_list:\n  - model_name: a\n", "x: is a LiteLLM configuration: it holds providers, no cases"),
            ("tests: [\n", "x:2:1: not YAML"),
            ("Well, yes\nand no\n", "x:1:1: not JSON"),
            (
                "input;expected\nhi;there\n",
                "x:1: a table without the columns of a known format (it has \"input, expected\"); expected question and answer"
            ),
            ("{\n\"examples\": [\n{\"input\": 1,}\n]}", "x:3:13: not JSON"),
        ])
    func others(text: String, message: String) {
        let first = Reading.errors(text).first ?? ""
        #expect(first.hasPrefix(message), "\(first)")
    }

    @Test(
        "a table is read whatever separates its fields",
        arguments: [
            "prompt,__expected\nhello,contains:hi\n", "prompt;__expected\nhello;contains:hi\n",
            "\u{FEFF}\"prompt\";\"__expected\"\r\n\"hello\";\"contains:hi\"\r\n",
            "prompt\t__expected\nhello\tcontains:hi\n",
        ])
    func delimiters(text: String) throws {
        let file = try Reading.file(text)
        #expect(file.format == "promptfoo")
        #expect(try #require(file.dataset.cases.first).prompt == "hello")
        #expect(file.dataset.cases.first?.assertion["value"] == "hi")
    }

    @Test("quoted fields may hold other delimiters, and the header's own decides")
    func quoted() throws {
        let file = try Reading.file("question;\"answer\"\n\"a; b, c, d\";1\nx, y;2\n")
        #expect(file.dataset.cases.map(\.prompt).allSatisfy { $0.contains("a; b, c, d") || $0.contains("x, y") })
        #expect(file.dataset.cases.count == 2)
    }

    @Test("a table by its name alone says what is wrong with its header")
    func namedTable() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write("prompt|__expected\nhello|contains:hi\n", "bars.CSV")
        let message =
            "a table of one column, \"prompt|__expected\"; fields are separated by commas, semicolons or tabs"
        #expect(throws: DatasetErrors([DatasetError(path: path, line: 1, message: message)])) {
            try DatasetFile.read(path: path)
        }
    }

    private func compress(_ text: String, _ name: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: name).path
        let file = try #require(gzopen(path, "wb"))
        #expect(gzputs(file, text) == Int32(text.utf8.count))
        gzclose(file)
        return path
    }

    @Test("a small file that stands for too many lines or bytes is refused by name")
    func bombs() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try compress(String(repeating: "\n", count: 300), "bomb.jsonl.gz")
        #expect(throws: CompressedFile.Fault.tooManyLines) { try CompressedFile.bytes(of: path, lines: 299) }
        #expect(throws: CompressedFile.Fault.tooLarge) { try CompressedFile.bytes(of: path, atMost: 299) }
        #expect(try CompressedFile.bytes(of: path, atMost: 300, lines: 300).count == 300)
        let real = try compress(String(repeating: "\n", count: CompressedFile.mostLines + 1), "real.jsonl.gz")
        let message = "has more than 2000000 lines, which is the most that is read"
        #expect(throws: DatasetErrors([DatasetError(path: real, message: message)])) {
            try DatasetFile.read(path: real)
        }
    }

    @Test("a pipe is read like a file, and again by who asks next", arguments: [false, true])
    func pipe(isCompressed: Bool) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let row = #"{"id":"a","task":"t","input":"x"}"# + "\n"
        let bytes = try Data(
            contentsOf: URL(filePath: isCompressed ? try compress(row, "a.gz") : try write(row, "a.jsonl")))
        let path = folder.appending(path: "pipe").path
        try #require(mkfifo(path, 0o600) == 0)
        // A thread of its own: both ends of a pipe wait for each other.
        Thread.detachNewThread { try? bytes.write(to: URL(filePath: path), options: []) }
        #expect(try DatasetFile.read(path: path).dataset.cases.map(\.id) == ["a"])
        #expect(try DatasetFile.read(path: path).dataset.cases.map(\.id) == ["a"])
        #expect(DatasetFile.examine(path: path).cases.map(\.id) == ["a"])
    }

    @Test("reading ends when its task is cancelled")
    func cancelled() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try write(#"{"id":"a","task":"t","input":"x"}"#, "rows.jsonl")
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: CancellationError.self) { try DatasetFile.read(path: path) }
            #expect(throws: CancellationError.self) { try ResultsFile.read(path: path) }
        }.value
    }

    @Test("a row that is too long is told without being read")
    func longLine() {
        let row = #"{"id":"a","task":"t","input":""# + String(repeating: "y", count: 10_000_000) + #""}"#
        #expect(Reading.errors(row) == ["x:1:1: the line has \(row.utf8.count) bytes; at most 10000000 are read"])
    }

    @Test("lines are numbered as in the file, blank ones and comments too")
    func numbers() {
        let lines = TextLines(Array("\u{FEFF}\n  \r\n# a\n a\r\n\n// b\nb".utf8))
        #expect(lines.contents.map(\.number) == [4, 7])
        #expect(lines.contents.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a", "b"])
    }

    @Test("a file that is missing, a folder, or cut off is named")
    func unreadable() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: DatasetErrors([DatasetError(path: "/nowhere/x", message: "no such file")])) {
            try DatasetFile.read(path: "/nowhere/x")
        }
        #expect(throws: DatasetErrors([DatasetError(path: "/", message: "is a directory, expected a file")])) {
            try DatasetFile.read(path: "/")
        }
        #expect(DatasetFile.examine(path: "/nowhere/x").errors.description == "/nowhere/x: no such file")
    }
}
