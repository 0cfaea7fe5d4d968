import BenchCore
import LLMCore
import Testing

@Suite("references and weights of a row", .timeLimit(.minutes(1)))
struct ReferenceTests {
    private func read(_ members: String) -> Result<Dataset, DatasetErrors> {
        Result { () throws(DatasetErrors) in
            try DatasetReader.read(
                bytes: Array((#"{"id":"a","task":"t","input":"x","# + members + "}").utf8), name: "d.jsonl")
        }
    }

    @Test(
        "a reference that fails its own row is an error with its place",
        arguments: [
            #""reference":"Paris","assert":[{"type":"equals","value":"ok"}]"#,
            #""reference":"Paris","assert":[{"type":"not-icontains","value":"PARIS"}]"#,
            #""reference":"{\"a\":1}","assert":[{"type":"is-json","value":{"required":["b"]}}]"#,
            #""reference":"B.","target":["A","B"]"#,
            #""reference":"B.","target":"B","assert":[{"type":"latency","threshold":10}],"threshold":0.9"#,
            #""reference":"a","assert":[{"type":"contains","value":"a"},{"type":"contains","value":"b"}],"threshold":0.6"#,
            #""reference":"a","assert":[{"type":"equals","value":"{{v}}"}],"vars":{"v":"b"}"#,
        ])
    func fails(members: String) throws {
        guard case .failure(let error) = read(members) else {
            Issue.record("\(members) was read")
            return
        }
        #expect(error.errors.count == 1 && error.errors[0].line == 1)
        // Where the reference stands.
        #expect(error.errors[0].column == 46)
        #expect(error.description.contains("reference: the reference fails its own row's checks ("))
    }

    @Test(
        "one that passes, or that only measurements could fail, is none",
        arguments: [
            #""reference":"Paris","assert":[{"type":"contains","value":"Par"}]"#,
            #""reference":" b\n","target":["A","b"]"#, #""reference":"x""#,
            #""reference":"a","assert":[{"type":"contains","value":"a"},{"type":"contains","value":"b"}],"threshold":0.5"#,
            #""reference":"a","assert":[{"type":"equals","value":"b"}],"threshold":0"#,
            #""reference":"a","assert":[{"type":"equals","value":"b","weight":0}]"#,
            #""reference":"a","assert":[{"type":"latency","threshold":1},{"type":"not-cost","threshold":1}]"#,
            #""reference":"a","assert":[{"type":"equals","value":"a"},{"type":"not-latency","threshold":1}]"#,
        ])
    func passes(members: String) throws {
        #expect(throws: Never.self) { try read(members).get() }
    }

    @Test("a row whose weights are all 0 is warned about, and only that")
    func weightless() throws {
        func warnings(_ members: String) throws -> [String] {
            try read(members).get().warnings.filter { $0.contains("weight of 0") }
        }
        let none = #""assert":[{"type":"equals","value":"a","weight":0},{"type":"cost","threshold":1,"weight":0.0}]"#
        #expect(
            try warnings(none) == ["d.jsonl:1: 1 row whose assertions all have a weight of 0: not graded"])
        #expect(try warnings(none + #","target":"a""#).count == 1)
        #expect(try warnings(#""assert":[{"type":"latency","threshold":1,"weight":0}],"target":"a""#).isEmpty)
        #expect(try warnings(#""assert":[{"type":"equals","value":"a","weight":0},{"type":"is-json"}]"#).isEmpty)
        #expect(try warnings(#""target":"a""#).isEmpty)
    }
}
