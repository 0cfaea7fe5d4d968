import BenchCore
import LLMCore
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the format's description shows must be what the reader reads.
@Suite("datasets/README.md", .timeLimit(.minutes(2)))
struct DatasetReadmeTests {
    private func readme() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return String(
            decoding: try Data(contentsOf: root.appendingPathComponent("datasets/README.md")), as: UTF8.self)
    }

    @Test("every example row and header is read without an error or a warning")
    func examples() throws {
        let blocks = try readme().split(separator: "```").filter { $0.hasPrefix("json") }
        #expect(blocks.count >= 4)
        var rows: [String] = []
        for block in blocks {
            let text = block.drop { $0 != "\n" }
            let value = try JSONValue.parse(String(text))
            if value["$dataset"] == nil { rows.append(value.text) } else { rows.insert(value.text, at: 0) }
        }
        let dataset = try DatasetReader.read(bytes: Array(rows.joined(separator: "\n").utf8), name: "README")
        #expect(dataset.cases.count == blocks.count - 1 && dataset.warnings.isEmpty)
        for benchCase in dataset.cases {
            guard let reference = benchCase.reference else { continue }
            let answer = GradedAnswer(text: reference, respMilliseconds: 1, cost: .zero)
            #expect(Grader().grade(benchCase, answer).passed == true, "\(benchCase.id)")
        }
    }

    @Test("every kind of assertion has a row in the table, and its example is read")
    func assertions() throws {
        let lines = try readme().split(separator: "\n").filter { $0.contains("`{\"type\":") }
        let examples = lines.compactMap { $0.split(separator: "`").last { $0.hasPrefix("{") }.map(String.init) }
        // Kinds that share a line share its example.
        let names = Set(lines.flatMap { $0.split(separator: "|")[0].split(separator: "`").map(String.init) })
        let kinds = Assertion.Kind.allCases
        #expect(Set(kinds.map(\.rawValue)).isSubset(of: names))
        let row = "{\"id\":\"a\",\"task\":\"t\",\"input\":\"x\",\"assert\":[\(examples.joined(separator: ","))]}"
        let dataset = try DatasetReader.read(bytes: Array(row.utf8), name: "README")
        let shown = Set(dataset.cases[0].assertions.map(\.kind))
        #expect(shown.count >= kinds.count - 3)
    }

    @Test("a comparison of all models' answers is refused by name", arguments: ["select-best", "not-max-score"])
    func comparisons(type: String) throws {
        let row = #"{"id":"a","task":"t","input":"x","assert":[{"type":"\#(type)","value":"the best"}]}"#
        let error = #expect(throws: DatasetErrors.self) {
            try DatasetReader.read(bytes: Array(row.utf8), name: "row")
        }
        #expect(error?.description.contains("compares the answers of all models") == true)
    }
}
