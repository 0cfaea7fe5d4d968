import BenchCore
import LLMCore
import Testing

@Suite("bad datasets", .timeLimit(.minutes(2)))
struct DatasetErrorTests {
    private static let good = #"{"id":"ID","task":"t","input":"x"}"#

    private func errors(_ text: String, task: TaskType? = nil) -> [String] {
        errors(Array(text.utf8), task: task)
    }
    private func errors(_ bytes: [UInt8], task: TaskType? = nil) -> [String] {
        do {
            _ = try DatasetReader.read(bytes: bytes, name: "d.jsonl", task: task)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("an empty file is named")
    func files() {
        for empty in ["", "\n\n", "// nothing\n", "\u{FEFF}"] {
            #expect(errors(empty) == ["d.jsonl: the file is empty: expected one JSON object a line"])
        }
        #expect(
            errors(#"{"$dataset":"dirgen.dataset/1","task":"t"}"#) == ["d.jsonl: no cases: there is only a header"])
    }

    @Test("broken JSON at line 7 is reported there, with its column")
    func brokenAtLine7() {
        let rows = (1...8).map { Self.good.replacing("ID", with: "\($0)") }
        var broken = rows
        broken[6] = #"{"id":"7","task":"t" "input":"x"}"#
        #expect(errors(broken.joined(separator: "\n")) == ["d.jsonl:7:22: not JSON: expected ',' or '}'"])
    }

    @Test(
        "a wrong type is reported at its column, with what was expected",
        arguments: [
            (#"{"id":5,"task":"t","input":"x"}"#, #"1:7: id: expected a string, found number 5"#),
            (#"{"id":"","task":"t","input":"x"}"#, #"1:7: id: expected a string that is not empty"#),
            (
                #"{"id":"a","task":"t","input":7}"#,
                "1:30: input: expected a string or an array of messages, found number 7"
            ),
            (
                #"{"id":"á","task":"t","input":7}"#,
                "1:30: input: expected a string or an array of messages, found number 7"
            ),
            (
                #"{"id":"a","task":"t","input":"x","weight":0}"#,
                "1:43: weight: expected a number above 0, found number 0"
            ),
            (
                #"{"id":"a","task":"t","input":"x","repeat":1.5}"#,
                "1:43: repeat: expected a whole number from 1 to 1000, found number 1.5"
            ),
            (
                #"{"id":"a","task":"t","input":"x","threshold":"1"}"#,
                #"1:46: threshold: expected a number from 0 to 1, found string "1""#
            ),
            (
                #"{"id":"a","task":"t","input":"x","target":5}"#,
                "1:43: target: expected a string or an array of strings, found number 5"
            ),
            (#"{"id":"a","task":"t","input":"x","tags":["a",1]}"#, "1:46: tags[1]: expected a string, found number 1"),
            (
                #"{"id":"a","task":"t","input":"x","split":"test"}"#,
                #"1:42: split: expected one of "select", "holdout", found string "test""#
            ),
            (
                #"{"id":"a","task":"t","input":"x","vars":{"v":[1]}}"#,
                "1:46: vars.v: expected a string, number, boolean or object, found array"
            ),
            (
                #"{"id":"a","task":"t","input":"x","slo":{"ttfb_ms":1}}"#,
                "1:51: slo.ttfb_ms: unknown key; known here: resp_ms, ttfa_ms"
            ),
            (
                #"{"id":"a","task":"t","input":"x","params":{"max_tokens":0}}"#,
                "1:57: params.max_tokens: expected a whole number from 1 to 100000000, found number 0"
            ),
            (
                #"{"id":"a","task":"t","input":"x","params":{"seed":-1}}"#,
                "1:51: params.seed: expected a whole number, 0 or more, found number -1"
            ),
            (
                #"{"id":"a","task":"t","input":"x","params":{"stop":[""]}}"#,
                #"1:52: params.stop[0]: expected a text that is not empty, found string """#
            ),
            (
                #"{"id":"a","task":"t","input":"x","params":{"reasoning":"bogus"}}"#,
                #"1:56: params.reasoning: expected none, default, minimal, low, medium, high, xhigh, max or a budget in tokens, found string "bogus""#
            ),
            (
                #"{"id":"a","task":"t","input":"x","params":{"response_schema":{"type":"nope"}}}"#,
                "1:70: params.response_schema.type: expected one or several of null, boolean, object, array, number, integer, string"
            ),
            (#"{"id":"a","task":"t","input":""}"#, "1:30: input: the user's text is empty: there is nothing to ask"),
            (
                #"{"id":"a","task":"t","input":" \u200b\ufeff"}"#,
                "1:30: input: the user's text is empty: there is nothing to ask"
            ),
            (
                #"{"id":"a","task":"t","messages":[{"role":"system","content":"x"},{"role":"user","content":""}]}"#,
                "1:91: messages[1].content: the user's text is empty: there is nothing to ask"
            ),
            (
                #"{"id":"a","task":"t","messages":[{"role":"assistant","content":"x"}]}"#,
                "1:33: messages: no message of the user: there is nothing to ask"
            ),
            (
                #"{"id":"a","task":"t","input":"x","params":{"temp":0}}"#,
                "1:51: params.temp: unknown key; known here: max_tokens, reasoning, response_schema, seed, service_tier, stop, temperature, top_p"
            ),
            (#"{"id":"a","task":"t","messages":[]}"#, "1:33: messages: expected at least one message"),
            (
                #"{"id":"a","task":"t","messages":[{"role":"boss","content":"x"}]}"#,
                #"1:42: messages[0].role: expected one of "system", "user", "assistant", "tool", found string "boss""#
            ),
            (
                #"{"id":"a","task":"t","messages":[{"role":"user"}]}"#,
                #"1:34: messages[0]: expected "content": a string or an array of parts"#
            ),
            (
                #"{"id":"a","task":"t","messages":[{"role":"user","content":"x"},{"role":"system","content":"y"}]}"#,
                "1:64: messages[1]: a system message must stand before all others"
            ),
            (#"["a"]"#, "1:1: expected an object, found array"),
            (#"{"id":"a","task":"t"}"#, #"1:1: no prompt: expected "input" or "messages""#),
            (
                #"{"id":"a","input":"x"}"#,
                #"1:1: no task: give "task" in the row or in the header, or choose one for the run"#
            ),
            (
                #"{"id":"a","task":"t","input":"x","messages":[{"role":"user","content":"x"}]}"#,
                #"1:30: input: conflicts with "messages": a row has one prompt"#
            ),
            (#"{"id":"a","id":"b","task":"t","input":"x"}"#, "1:11: not JSON: the member name stands twice"),
        ])
    func types(row: String, expected: String) {
        #expect(errors(row) == ["d.jsonl:" + expected])
    }

    @Test(
        "an assertion that could not be judged is refused",
        arguments: [
            (#"{"type":"perplexity","value":"x"}"#, #"unknown assertion "perplexity"; known: assert-set"#),
            (#"{"type":"not-not-contains","value":"x"}"#, #"unknown assertion "not-not-contains""#),
            (#"{"value":"x"}"#, #"assert[0]: expected a "type""#),
            (#"{"type":"contains"}"#, #"assert[0]: contains needs a "value""#),
            (#"{"type":"contains","value":""}"#, "assert[0].value: expected a string that is not empty"),
            (#"{"type":"contains-any","value":"a,b"}"#, "assert[0].value: expected an array of strings, found string"),
            (#"{"type":"contains-all","value":[]}"#, "assert[0].value: expected at least one string"),
            (#"{"type":"contains-all","value":["a",""]}"#, "assert[0].value[1]: expected a string that is not empty"),
            (#"{"type":"regex","value":"(a"}"#, "assert[0].value: not a regular expression"),
            (#"{"type":"latency"}"#, #"assert[0]: latency needs a "threshold": milliseconds above 0"#),
            (
                #"{"type":"latency","threshold":0}"#,
                "assert[0].threshold: expected milliseconds above 0, found number 0"
            ),
            (#"{"type":"contains","value":"x","threshold":1}"#, "assert[0].threshold: unknown key"),
            (#"{"type":"contains","value":"x","transform":"f"}"#, "assert[0].transform: unknown key"),
            (#"{"type":"contains","value":"x","weight":-1}"#, "assert[0].weight: expected a number, 0 or more"),
            (
                #"{"type":"is-json","value":{"unevaluatedItems":false}}"#,
                #"assert[0].value.unevaluatedItems: keyword "unevaluatedItems" is not supported"#
            ),
            (
                #"{"type":"contains-json","value":{"properties":{"a":{"type":"int"}}}}"#,
                "assert[0].value.properties.a.type: expected one or several of null, boolean"
            ),
            (#"{"type":"is-json","value":"object"}"#, "assert[0].value: expected a schema"),
        ])
    func assertions(assertion: String, expected: String) {
        let found = errors(#"{"id":"a","task":"t","input":"x","assert":[\#(assertion)]}"#)
        #expect(found.count == 1 && found[0].contains(expected), "\(found)")
    }

    @Test("a template variable that is missing is an error that names it and the way out")
    func missingVariable() {
        let found = errors(#"{"id":"a","task":"t","input":"in {{lang}} or {{ lang }} and {{os}}","vars":{"x":1}}"#)
        #expect(
            found == [
                #"d.jsonl:1:30: input: {{lang}}, {{os}} is not defined (variables of this row: x); if no variable is meant, write it inside {{raw}} … {{/raw}}, or give the row "template": false"#
            ])
    }

    @Test(
        "braces that are no variable are an error",
        arguments: ["let a = [{{", "{{ x + 1 }}", "{{}}", "{{raw}} open", "{{1x}}"])
    func braces(text: String) {
        let found = errors(#"{"id":"a","task":"t","input":"\#(text)"}"#)
        #expect(found.count == 1 && found[0].hasPrefix("d.jsonl:1:30: input: "), "\(found)")
    }

    @Test("a repeated id is an error that names the first")
    func duplicateIDs() {
        let row = Self.good.replacing("ID", with: "a")
        #expect(errors("\(row)\n\n\(row)") == [#"d.jsonl:3:7: id: "a" already stands at line 1"#])
        let same = #"{"task":"t","input":"x"}"#
        #expect(errors("\(same)\n\(same)") == ["d.jsonl:2:1: the same row already stands at line 1"])
    }

    @Test("a bad id is an error of its own, never one of an id that nobody wrote")
    func badIDs() {
        let long = String(repeating: "x", count: 5_000)
        let ids = ["1", #""""#, #""\#(long)""#]
        let found = errors(ids.map { #"{"id":\#($0),"task":"t","input":"x"}"# }.joined(separator: "\n"))
        #expect(found.count == 3 && found.allSatisfy { $0.contains(":7: id: expected") }, "\(found)")
    }

    @Test("a line of more than 10 MB is an error, and the lines after it are still read")
    func longLine() {
        let long = #"{"id":"a","task":"t","input":""# + String(repeating: "x", count: 10_000_000) + #""}"#
        #expect(
            errors("\(long)\n{}\n") == [
                "d.jsonl:1:1: the line has 10000032 bytes; at most 10000000 are read",
                #"d.jsonl:2:1: no prompt: expected "input" or "messages""#,
                #"d.jsonl:2:1: no task: give "task" in the row or in the header, or choose one for the run"#,
            ])
    }

    @Test("invalid UTF-8 is reported at its line and column")
    func invalidUTF8() {
        let bytes = Array((Self.good + "\n" + #"{"id":"é"#).utf8) + [0xFF] + Array(#"","task":"t","input":"x"}"#.utf8)
        #expect(errors(bytes) == ["d.jsonl:2:9: invalid UTF-8"])
        #expect(errors([0xFE, 0xFF]) == ["d.jsonl:1:1: invalid UTF-8"])
    }

    @Test("all errors are reported at once, in the order of the file")
    func allAtOnce() {
        let found = errors(
            """
            {"$dataset":"dirgen.dataset/2","task":"t","colour":1,"defaults":{"input":"x","params":{"seed":"1"}}}
            {"id":"a","input":1,"weight":"w","assert":[{"type":"nope"},{"type":"contains","value":3}]}
            not json
            {"id":"b","input":"{{v}}"}
            {"id":"b","input":"x"}
            {"$dataset":"dirgen.dataset/1"}
            """)
        let places = found.map { $0.split(separator: ":")[1...2].joined(separator: ":") }
        #expect(
            places == ["1:13", "1:52", "1:74", "1:95", "2:19", "2:30", "2:52", "2:87", "3:1", "4:19", "5:7", "6:13"],
            "\(found)")
    }

    @Test("a file of another kind gives a bounded message")
    func bounded() {
        let found = errors(String(repeating: "x\n", count: 5_000))
        #expect(found.count == DatasetErrors.mostPrinted + 1 && found.last == "and 4950 more errors")
    }

    @Test(
        "rows of other tools are refused by name, not half understood",
        arguments: [
            (#"{"input":"x","ideal":"y"}"#, #"ideal: not a key of dirgen.dataset/1: OpenAI evals'; write "target""#),
            (#"{"vars":{"a":1},"assert":[],"description":"d","input":"x"}"#, "promptfoo's; write \"id\""),
            (#"{"input":"x","options":{"transform":"f"}}"#, "transforms are not supported"),
            (#"{"input":"x","__expected":"y"}"#, "promptfoo CSV"),
            (#"{"question":"x","answer":"y"}"#, "write \"input\""),
            (#"{"conversations":[]}"#, "ShareGPT"), (#"{"input":"x","files":{}}"#, "Inspect"),
        ])
    func foreign(row: String, expected: String) {
        let found = errors(row, task: "t")
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test("rows of two tasks need one to be chosen")
    func severalTasks() {
        let text = #"{"id":"a","task":"planning","input":"x"}"# + "\n" + #"{"id":"b","task":"general","input":"y"}"#
        #expect(errors(text).first?.contains("rows of several tasks (general, planning)") == true)
        #expect(
            errors(text, task: "verification") == [
                "d.jsonl: no case of task verification; the file has general, planning"
            ])
    }
}
