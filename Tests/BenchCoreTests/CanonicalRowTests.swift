@testable import BenchCore
import LLMCore
import Testing

@Suite("canonical rows and templates", .timeLimit(.minutes(2)))
struct CanonicalRowTests {
    private func read(_ text: String) throws -> Dataset {
        try DatasetReader.read(bytes: Array(text.utf8), name: "rows.jsonl")
    }

    @Test(
        "a stored row reads back as the same case",
        arguments: [
            #"{"id":"a","task":"t","input":"x"}"#,
            #"{"id":"a","task":"t","group":"g","input":"{{v}} is rendered","vars":{"v":"{{v}}"},"target":"B","reference":"r","assert":[{"type":"not-contains-any","value":["a"],"weight":0.5,"metric":"m"},{"type":"cost","threshold":0.0001},{"type":"equals","value":null}],"threshold":0.25,"choices":["c"],"params":{"temperature":0.2,"max_tokens":9,"stop":["a","b"],"response_schema":{"type":"object"}},"repeat":2,"only":["a/*"],"skip":["b/*"],"slo":{"resp_ms":1.5},"at_ms":0,"weight":2.5,"split":"holdout","tags":["x"],"metadata":{"n":12345678901234567890,"f":1e-7},"odd":[1]}"#,
            #"{"id":"a","task":"t","messages":[{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image","url":"u"}]},{"role":"assistant","content":[{"type":"thinking","text":"hm"},{"type":"tool_call","id":"1","name":"f","arguments":"{"}]},{"role":"tool","content":[{"type":"tool_result","call_id":"1","content":"ok","is_error":true,"name":"f"},{"type":"unknown","value":{"k":[1]}}]}]}"#,
        ])
    func roundTrip(row: String) throws {
        let first = try #require(try read(row).cases.first)
        let stored = try JSONValue.parse(first.canonicalJSON.text)
        #expect(try BenchCase(canonicalJSON: stored, line: first.line) == first)
        // It is also a row of a dataset.
        #expect(try read(stored.text).cases == [first])
    }

    @Test("what a row leaves out is left out, not written as null")
    func noNulls() throws {
        let row = try #require(try read(#"{"id":"a","task":"t","input":"x"}"#).cases.first)
        #expect(row.canonicalJSON.object?.contains { $0.value.isNull } == false)
    }

    @Test("what is not a row is an error when it is read back")
    func badStored() {
        #expect(throws: DatasetErrors.self) { try BenchCase(canonicalJSON: ["id": 5]) }
    }

    @Test("order of rows and keys, spelling of numbers and Unicode form change no hash")
    func hashIgnoresSpelling() throws {
        let first = try read(
            #"{"id":"a","task":"t","input":"caf\#u{E9}","threshold":1,"metadata":{"x":1.50,"y":2}}"# + "\n"
                + #"{"id":"b","task":"t","input":"y"}"#)
        let second = try read(
            #"{"task":"t","id":"b","input":"y"}"# + "\n"
                + #"{"metadata":{"y":2,"x":15e-1},"threshold":1.0,"input":"cafe\#u{301}","task":"t","id":"a"}"#)
        #expect(first.hash == second.hash)
        #expect(first.cases[0].hash == second.cases[1].hash && first.cases[0].hash.count == 64)
    }

    @Test(
        "any other change makes another row",
        arguments: [
            #"{"id":"a","task":"t","input":"y"}"#, #"{"id":"a","task":"t","input":"x","weight":2}"#,
            #"{"id":"a","task":"t","input":"x","params":{"seed":1}}"#,
            #"{"id":"a","task":"t","input":"x","assert":[{"type":"is-json"}]}"#,
            #"{"id":"a","task":"u","input":"x"}"#, #"{"id":"b","task":"t","input":"x"}"#,
        ])
    func hashSeesContent(row: String) throws {
        let base = try read(#"{"id":"a","task":"t","input":"x"}"#)
        let other = try read(row)
        #expect(base.cases[0].hash != other.cases[0].hash && base.hash != other.hash)
    }

    @Test("a header's defaults are part of each row's hash")
    func hashSeesDefaults() throws {
        let row = #"{"id":"a","task":"t","input":"x"}"#
        let header = #"{"$dataset":"dirgen.dataset/1","defaults":{"params":{"temperature":0}}}"#
        #expect(try read(row).cases[0].hash != read("\(header)\n\(row)").cases[0].hash)
    }

    @Test(
        "templates",
        arguments: [
            ("no braces { } }}", "no braces { } }}"), ("{{a}}{{ a }}", "AA"), ("{{number}} {{flag}}", "1.50 true"),
            ("{{tricky}}", "{{a}}"), ("{{raw}}{{a}}{{/raw}}!{{a}}", "{{a}}!A"), ("{{object}}", #"{"k":[1]}"#),
            ("{{señal_1.x-y}}", "ok"), ("{{{a}}}", nil), ("{{none}}", nil),
        ])
    func templates(text: String, expected: String?) {
        let vars: JSONObject = [
            "a": "A", "number": .number(JSONNumber(uncheckedLiteral: "1.50")), "flag": true, "tricky": "{{a}}",
            "object": ["k": [1]], "señal_1.x-y": "ok",
        ]
        #expect((try? PromptTemplate(text).render(vars)) == expected)
    }

    @Test("template false leaves every brace alone")
    func templateOff() throws {
        let dataset = try read(#"{"id":"a","task":"t","template":false,"input":"let x = [{{a}}"}"#)
        #expect(dataset.cases[0].messages == [.user("let x = [{{a}}")])
    }
}
