import BenchCore
import LLMCore
import Testing

@Suite("the coding of assertions", .timeLimit(.minutes(1)))
struct AssertionCodingTests {
    private static let examples = [
        #"{"type":"numeric","value":12.5,"tolerance":0.05,"after":"RESULT:"}"#,
        #"{"type":"not-choice","value":["A","C"],"weight":2,"metric":"m"}"#,
        #"{"type":"json-path","path":"$.a","value":null}"#,
        #"{"type":"json-path","path":"$.a","schema":{"type":"null"}}"#,
        #"{"type":"word-count","value":{"min":1,"max":3}}"#, #"{"type":"levenshtein","value":"a","threshold":2}"#,
        #"{"type":"assert-set","threshold":0.5,"assert":[{"type":"contains","value":"a"},{"type":"assert-set","assert":[{"type":"not-regex","value":"b"}]}]}"#,
        #"{"type":"code","language":"python","tests":"assert f(1) == 2","entry_point":"f","timeout_s":5}"#,
        #"{"type":"code","language":"shell","stdin":"1","stdout":"2"}"#,
        #"{"type":"code","language":"python","mode":"patch","files":{"a/b.py":"x"},"tests":"import b"}"#,
        #"{"type":"sql","schema":"CREATE TABLE t(a)","rows":[[1,null,"x"],[2.5,"y",null]],"ordered":true}"#,
        #"{"type":"sql","schema":"CREATE TABLE t(a)","query":"SELECT 1","columns":true,"then":"SELECT * FROM t"}"#,
        #"{"type":"is-sql","value":{"tables":["t"]}}"#,
        #"{"type":"plan","world":"blocks","init":[["a","b"],["c"]],"goal":[["on","a","c"],["clear","b"]],"optimal":4}"#,
        #"{"type":"plan","world":"transport","roads":[["A","B",5]],"trucks":{"t":{"at":"A","capacity":2}},"packages":{"p":{"at":"B","size":1}},"goal":{"p":"A"}}"#,
        #"{"type":"plan","world":"schedule","tasks":{"a":{"duration":3,"after":["b"],"resource":"r"},"b":{"duration":1}},"resources":{"r":1},"after":"PLAN:"}"#,
        #"{"type":"plan","world":"order","items":["a","b","c"],"before":[["a","b"]],"position":{"c":1}}"#,
        #"{"type":"plan","world":"budget","items":{"x":{"cost":5,"value":8,"needs":["y"],"kind":"k"},"y":{"cost":1}},"budget":20,"kinds":{"k":{"min":1}}}"#,
        #"{"type":"similar","value":["a","b"],"threshold":0.8,"provider":"local/x"}"#,
        #"{"type":"llm-rubric","value":"clear","threshold":0.7}"#,
        #"{"type":"pairwise","value":"clearer","against":"x"}"#,
    ]

    @Test("an assertion is stored as it was written, and its members are part of the row's hash", arguments: examples)
    func roundTrips(assertion: String) throws {
        let read = try AssertionFixture.read(assertion).get()
        #expect(read.canonicalJSON["assert"]?[0] == (try JSONValue.parse(assertion)))
        #expect(try BenchCase(canonicalJSON: read.canonicalJSON).assertions == read.assertions)
        var changed = read
        changed.assertions[0].options["path"] = "$.changed"
        #expect(changed.contentHash != read.hash)
    }

    @Test(
        "what could not be judged is refused, with its place",
        arguments: [
            (#"{"type":"numeric","value":"12"}"#, "assert[0].value: expected a number"),
            (#"{"type":"numeric","value":1,"tolerance":-1}"#, "assert[0].tolerance: "),
            (#"{"type":"numeric","value":1,"tolerance":1,"relative":0.1}"#, "conflicts with \"tolerance\""),
            (#"{"type":"numeric","value":1,"befor":"x"}"#, "assert[0].befor: unknown key"),
            (#"{"type":"choice","value":"AB"}"#, "expected one letter"),
            (#"{"type":"choice","value":[]}"#, "at least one"),
            (#"{"type":"choice","value":["A","a"]}"#, "assert[0].value[1]: stands twice"),
            (#"{"type":"word-count","value":{}}"#, "\"min\" or \"max\""),
            (#"{"type":"word-count","value":-1}"#, "whole number"),
            (#"{"type":"word-count","value":{"min":3,"max":2}}"#, "more than"),
            (#"{"type":"json-path","path":"a","value":1}"#, "not a JSON path"),
            (#"{"type":"json-path","path":"$[?(@.a)]","value":1}"#, "filters are not supported"),
            (#"{"type":"json-path","path":"$.a"}"#, "needs a \"value\" or a \"schema\""),
            (#"{"type":"levenshtein","value":"a","threshold":0.5}"#, "whole number of edits"),
            (#"{"type":"bleu","value":"a","threshold":2}"#, "from 0 to 1"),
            (#"{"type":"assert-set","assert":[]}"#, "at least one assertion"),
            (
                #"{"type":"assert-set","assert":[{"type":"contains"}]}"#,
                "assert[0].assert[0]: contains needs a \"value\""
            ),
            (#"{"type":"javascript","value":"output"}"#, "\"code\" runs the answer"),
            (#"{"type":"not-python","value":"True"}"#, "\"code\" runs the answer"),
            (#"{"type":"guess"}"#, "unknown assertion"),
            (#"{"type":"code","language":"perl","tests":"x"}"#, "one of \"python\""),
            (#"{"type":"code","language":"python"}"#, "\"tests\" or \"stdout\""),
            (#"{"type":"code","language":"python","tests":"x","mode":"completion"}"#, "\"prefix\""),
            (#"{"type":"code","language":"python","tests":"x","mode":"patch"}"#, "\"files\""),
            (#"{"type":"code","language":"python","tests":"x","files":{"../a":"x"}}"#, "relative path"),
            (#"{"type":"sql","schema":"x"}"#, "\"query\" or \"rows\""),
            (#"{"type":"sql","schema":"x","rows":[[1],[1,2]]}"#, "assert[0].rows[1]: expected 1 values"),
            (#"{"type":"plan","world":"chess"}"#, "one of \"blocks\""),
            (#"{"type":"plan","world":"blocks","init":[["a"]],"goal":[["on","a","b"]]}"#, "no block is called \"b\""),
            (#"{"type":"plan","world":"order","items":["a"],"tasks":{}}"#, "unknown key"),
            (#"{"type":"llm-rubric"}"#, "needs a \"value\""),
        ])
    func refused(assertion: String, message: String) {
        guard case .failure(let errors) = AssertionFixture.read(assertion) else {
            Issue.record("\(assertion) was read")
            return
        }
        #expect(errors.description.contains(message), "\(errors)")
    }

    @Test("all mistakes of a row are told at once")
    func all() {
        let result = AssertionFixture.read(
            #"{"type":"numeric"},{"type":"choice","value":"?"},{"type":"code","language":"c","timeout_s":0}"#)
        guard case .failure(let errors) = result else {
            Issue.record("it was read")
            return
        }
        #expect(errors.total == 5)
    }

    @Test("a variable's number is a number where a number is expected")
    func variables() throws {
        let row =
            #"{"id":"a","task":"t","input":"x","vars":{"n":4,"l":"B"},"assert":[{"type":"numeric","value":"{{n}}"},{"type":"choice","value":"{{l}}"},{"type":"word-count","value":{"max":"{{n}}"}}]}"#
        let read = try DatasetReader.read(bytes: Array(row.utf8), name: "d").cases[0]
        #expect(read.assertions.map(\.value) == [4, "B", ["max": 4]])
    }

    @Test("known-bad answers are kept with the row, and are not part of its hash")
    func badAnswers() throws {
        func read(_ members: String) throws -> BenchCase {
            let row = #"{"id":"a","task":"t","input":"x","target":"b"\#(members)}"#
            return try DatasetReader.read(bytes: Array(row.utf8), name: "d").cases[0]
        }
        let with = try read(#","bad_answers":["a",""]"#)
        #expect(with.badAnswers == ["a", ""])
        #expect(try BenchCase(canonicalJSON: with.canonicalJSON).badAnswers == ["a", ""])
        #expect(try with.hash == read("").hash)
        #expect(throws: DatasetErrors.self) { try read(#","bad_answers":"a""#) }
    }
}
