import BenchCore
import LLMCore
import Testing

@Suite("assertions about text", .timeLimit(.minutes(2)))
struct TextAssertionTests {
    @Test(
        "edges, measures of likeness and counts",
        arguments: [
            (#"{"type":"starts-with","value":"SELECT"}"#, "\n SELECT 1", true),
            (#"{"type":"starts-with","value":"SELECT"}"#, "select 1", false),
            (#"{"type":"starts-with","value":"cach\u00e9"}"#, "cache\u{301} is", true),
            (#"{"type":"ends-with","value":"done."}"#, "All done.\n\n", true),
            (#"{"type":"ends-with","value":"done."}"#, "done. Bye", false),
            (#"{"type":"levenshtein","value":"kitten"}"#, "sitting", true),
            (#"{"type":"levenshtein","value":"kitten","threshold":3}"#, "sitting\n", true),
            (#"{"type":"levenshtein","value":"kitten","threshold":2}"#, "sitting", false),
            (#"{"type":"levenshtein","value":"kitten","threshold":0}"#, "kitten", true),
            (#"{"type":"levenshtein","value":"kitten","threshold":6}"#, "", true),
            (#"{"type":"levenshtein","value":"kitten","threshold":5}"#, "", false),
            (#"{"type":"levenshtein","value":"abcdef","threshold":2}"#, "bcdefg", true),
            (#"{"type":"levenshtein","value":"abcdef","threshold":1}"#, "bcdefg", false),
            (#"{"type":"rouge-n","value":"the queue is bounded"}"#, "The queue is Bounded!", true),
            (#"{"type":"rouge-n","value":"the queue is bounded"}"#, "the queue, it is full", true),
            (#"{"type":"rouge-n","value":"the queue is bounded"}"#, "a queue of tasks", false),
            (#"{"type":"rouge-n","value":"a a a b"}"#, "a b", false),
            (#"{"type":"bleu","value":"the cat sat on the mat"}"#, "the cat sat on the mat", true),
            (#"{"type":"bleu","value":["a dog", "the cat sat on the mat"]}"#, "The cat sat on the mat.", true),
            (#"{"type":"bleu","value":"the cat sat on the mat"}"#, "a dog ran over the road", false),
            (#"{"type":"bleu","value":"yes"}"#, "yes", true), (#"{"type":"bleu","value":"yes"}"#, "", false),
            (#"{"type":"word-count","value":3}"#, " one  two\nthree ", true),
            (#"{"type":"word-count","value":{"min":2}}"#, "one", false),
            (#"{"type":"word-count","value":{"max":2}}"#, "one, two", true),
            (#"{"type":"word-count","value":{"min":2,"max":3}}"#, "one two three four", false),
            (#"{"type":"word-count","value":5}"#, "one two, three — four - five", true),
            (#"{"type":"word-count","value":3}"#, "well-known -5 &", true),
            (#"{"type":"word-count","value":0}"#, " \u{200B} ", true),
            (#"{"type":"character-count","value":4}"#, " café\n", true),
            (#"{"type":"character-count","value":2}"#, "👨‍👩‍👧é", true),
            (#"{"type":"character-count","value":{"max":3}}"#, "café", false),
        ])
    func texts(assertion: String, text: String, holds: Bool) throws {
        try AssertionFixture.expect(assertion, text, holds)
    }

    @Test(
        "sentences",
        arguments: [
            ("", 0), ("One", 1), ("One.", 1), ("One. Two.", 2), ("One! Two? Three…", 3), ("Pi is 3.14 here.", 1),
            ("Use e.g. a queue.", 1), ("Dr. Smith left. He ran.", 2), ("J. Smith left.", 1), ("See No. 5 here.", 1),
            ("He said no. Then he left.", 2), ("Wait... what? Yes.", 2), ("\"Stop!\" he said.", 1),
            ("It ended.\" Then.", 2),
            ("¿Qué es? ¡Nada! Fin.", 3), ("First line\nof one sentence.", 1), ("One\n\nTwo", 2), ("- One\n- Two", 2),
            ("1. One.\n2. Two.", 2), ("# Title\nText.", 2), ("Call foo.bar() now.", 1), ("東京。大阪。", 2),
            ("**One.** Two.", 2),
        ])
    func sentences(text: String, count: Int) throws {
        try AssertionFixture.expect(#"{"type":"sentence-count","value":\#(count)}"#, text, true)
    }

    @Test(
        "JSON at a path",
        arguments: [
            (#""path":"$.a","value":1"#, #"{"a":1.0}"#, true), (#""path":"$.a","value":null"#, #"{"a":null}"#, true),
            (#""path":"$.a","value":null"#, #"{"b":1}"#, false), (#""path":"$.a","value":1"#, "none", false),
            (#""path":"$.items[0].name","value":"x""#, "", false),
            (#""path":"$.items[-1].name","value":"y""#, #"{"items":[{"name":"x"},{"name":"y"}]}"#, true),
            (#""path":"$['a b'][1]","value":2"#, #"{"a b":[1,2]}"#, true),
            (#""path":"$.a[*]","value":[1,2]"#, #"{"a":[1,2]}"#, true),
            (#""path":"$.a[*]","value":[]"#, #"{"a":[]}"#, true),
            (#""path":"$..id","value":[1,2,3]"#, #"{"id":1,"in":[{"id":2},{"id":3}]}"#, true),
            (#""path":"$.a[1:3]","value":[1,2]"#, #"{"a":[0,1,2,3]}"#, true),
            (#""path":"$.a[::-1]","value":[2,1,0]"#, #"{"a":[0,1,2]}"#, true),
            (#""path":"$.a[0,2]","value":[0,2]"#, #"{"a":[0,1,2]}"#, true),
            (#""path":"$.a","schema":{"type":"integer","minimum":2}"#, #"{"a":2}"#, true),
            (#""path":"$.a","schema":{"type":"integer","minimum":2}"#, #"{"a":1}"#, false),
            (#""path":"$.a","value":2"#, "First ```json\n{\"a\":1}\n``` then\n```json\n{\"a\":2}\n```", true),
            (#""path":"$.a","value":2"#, "It is {\"a\":1}, no, {\"a\":2} (see [1]).", true),
            (#""path":"$[0]","value":1"#, "The list is [1, 2].", true),
        ])
    func paths(members: String, text: String, holds: Bool) throws {
        try AssertionFixture.expect(#"{"type":"json-path",\#(members)}"#, text, holds)
    }

    @Test(
        "JSON with a member twice says nothing for certain, wherever it stands",
        arguments: [
            #"{"type":"json-path","path":"$.a","value":2}"#, #"{"type":"json-path","path":"$.b","value":{"c":1}}"#,
            #"{"type":"json-path","path":"$..c","schema":{}}"#, #"{"type":"equals","value":{"a":2,"b":{"c":1}}}"#,
            #"{"type":"equals","value":"{\"a\":2,\"b\":{\"c\":1}}"}"#, #"{"type":"contains-json"}"#,
            #"{"type":"contains-json","value":{"required":["a"]}}"#,
        ])
    func ambiguous(assertion: String) throws {
        for json in [#"{"a":1,"a":2,"b":{"c":1}}"#, #"{"a":2,"b":{"c":1,"c":1}}"#] {
            let isWhole = assertion.contains("equals")
            for text in isWhole ? [json] : [json, "```json\n\(json)\n```", "It is \(json)."] {
                let verdict = try AssertionFixture.verdict(assertion, text)
                #expect(verdict.result == .failed)
                #expect(verdict.reason.contains("an object in the JSON has a member twice"), "\(verdict.reason)")
            }
        }
    }

    @Test(
        "XML",
        arguments: [
            ("<a/>", true), ("<?xml version=\"1.0\"?>\n<a><b c=\"1\">x &amp; y</b><!-- n --></a>\n", true),
            ("<a><![CDATA[<b>]]></a>", true), ("<a>&#x41;&#65;</a>", true), ("<ns:a xmlns:ns='u'/>", true),
            ("", false), ("text", false), ("<a>", false), ("<a></b>", false), ("<a/><b/>", false), ("<a b=1/>", false),
            ("<a b='1' b='2'/>", false), ("<a>x & y</a>", false), ("<a b='<'/>", false), ("```xml\n<a/>\n```", false),
            ("<a/> done", false), ("<!DOCTYPE a [<!ENTITY x \"y\">]><a/>", false), ("<1a/>", false),
        ])
    func xml(text: String, holds: Bool) throws {
        try AssertionFixture.expect(#"{"type":"is-xml"}"#, text, holds)
    }

    @Test("elements that XML must have stand at their paths")
    func elements() throws {
        let assertion = #"{"type":"is-xml","value":["catalog/book","catalog/book/title"]}"#
        try AssertionFixture.expect(assertion, "<catalog><book><title/></book></catalog>", true)
        try AssertionFixture.expect(assertion, "<catalog><book/><title/></catalog>", false)
    }

    @Test("tool calls, of the answer or in its text")
    func toolCalls() throws {
        let any = #"{"type":"is-valid-openai-tools-call"}"#
        let tools =
            #"{"type":"is-valid-openai-tools-call","value":[{"type":"function","function":{"name":"look","parameters":{"type":"object","required":["q"]}}}]}"#
        func judge(_ assertion: String, _ name: String, _ arguments: String) throws -> Verdict.Result {
            let call = ToolCall(id: "1", name: name, arguments: arguments)
            return try AssertionFixture.verdict(assertion, GradedAnswer(text: "", toolCalls: [call])).result
        }
        #expect(try judge(any, "look", "{}") == .passed)
        #expect(try judge(any, "look", "{") == .failed)
        #expect(try judge(any, "look", #"{"q":1,"q":2}"#) == .failed)
        #expect(try judge(any, "", "{}") == .failed)
        #expect(try judge(tools, "look", #"{"q":1}"#) == .passed)
        #expect(try judge(tools, "look", "{}") == .failed)
        #expect(try judge(tools, "find", #"{"q":1}"#) == .failed)
        let text = #"[{"type":"function","id":"1","function":{"name":"look","arguments":"{\"q\":1}"}}]"#
        try AssertionFixture.expect(tools, text, true)
        try AssertionFixture.expect(any, "I call look()", false)
    }

    @Test("a finish reason is compared with ours or the provider's word, and unscored where nobody gave one")
    func finishReasons() throws {
        let stop = #"{"type":"finish-reason","value":"stop"}"#
        func judge(_ assertion: String, _ finish: FinishReason?) throws -> Verdict.Result {
            try AssertionFixture.verdict(assertion, GradedAnswer(text: "x", finish: finish)).result
        }
        #expect(try judge(stop, FinishReason(kind: .stop, raw: "end_turn")) == .passed)
        #expect(try judge(stop, FinishReason(kind: .length, raw: "max_tokens")) == .failed)
        #expect(
            try judge(
                #"{"type":"not-finish-reason","value":"max_tokens"}"#, FinishReason(kind: .length, raw: "max_tokens"))
                == .failed)
        #expect(try judge(stop, nil) == .unscored)
    }

    @Test("hostile answers are judged in little time")
    func hostile() throws {
        let long = String(repeating: "ab", count: 100_000)
        _ = try AssertionFixture.verdict(
            #"{"type":"levenshtein","value":"\#(long.dropLast())","threshold":10000}"#, long)
        for text in ["<a>", "&", "<a b='", "[[", "{\"a\":", "a. ", "```\n"] {
            let answer = String(repeating: text, count: 50_000)
            for assertion in [
                #"{"type":"is-xml"}"#, #"{"type":"json-path","path":"$..*","value":1}"#,
                #"{"type":"sentence-count","value":1}"#, #"{"type":"bleu","value":"a b c d"}"#,
            ] {
                _ = try AssertionFixture.verdict(assertion, answer)
            }
        }
    }
}
