import BenchCore
import Foundation
import LLMCore
import Testing
import YAMLReading

@testable import BenchFormats

@Suite("promptfoo", .timeLimit(.minutes(1)))
struct PromptfooTests {
    private static let configuration = """
        # yaml-language-server: $schema=https://promptfoo.dev/config-schema.json
        description: capitals
        prompts:
          - 'Capital of {{country}} in {{lang}}?'
          - id: '[{"role":"system","content":"Be short."},{"role":"user","content":"{{country}}? ({{lang}})"}]'
            label: chat
        providers:
          - openai:gpt-5-mini
          - id: anthropic:messages:claude-haiku-4-5
            label: haiku
            config: {temperature: 0, max_tokens: 50}
        defaultTest:
          assert:
            - {type: latency, threshold: 9000}
        tests:
          - description: france
            vars: {country: France, lang: [en, es]}
            assert:
              - {type: icontains-any, value: 'paris, París'}
          - vars: {country: Spain, lang: en}
            provider: haiku
            threshold: 0.5
            assert:
              - type: contains
                value: '{{country}}'
              - type: not-equals
                value: 7
        """

    @Test("prompts times tests are cases, lists of values are taken one by one, providers are models")
    func configuration() throws {
        let file = try Reading.file(Self.configuration)
        #expect(file.format == "promptfoo" && file.dataset.task == "general")
        #expect(file.models == ["openai/gpt-5-mini", "anthropic/claude-haiku-4-5@max_tokens=50,temperature=0"])
        let cases = file.dataset.cases
        #expect(
            cases.prefix(4).map(\.id) == [
                "france#lang=en@p1", "france#lang=en@chat", "france#lang=es@p1", "france#lang=es@chat",
            ])
        #expect(cases.count == 6 && cases.prefix(4).allSatisfy { $0.group == "france" })
        #expect(cases[2].prompt == "Capital of France in es?" && cases[1].messages.count == 2)
        #expect(cases[0].assertions.map(\.type) == ["latency", "icontains-any"])
        #expect(cases[0].assertions[1].value == ["paris", "París"])
        #expect(cases[4].only == ["anthropic/claude-haiku-4-5"] && cases[4].threshold == 0.5)
        #expect(cases[4].assertions[1].value == "Spain" && cases.map(\.line) == [16, 16, 16, 16, 20, 20])
    }

    @Test("the same in JSON gives the same cases")
    func json() throws {
        let root = try #require(try YAMLText(Self.configuration).root)
        let value = try #require(JSONValue(yaml: root))
        let file = try Reading.file(value.text)
        #expect(file.dataset.cases.map(\.hash) == (try Reading.file(Self.configuration)).dataset.cases.map(\.hash))
    }

    @Test("tests alone are asked by their variable prompt")
    func alone() throws {
        let file = try Reading.file(
            "- description: a\n  vars: {prompt: 'Say {x}'}\n  options: {prefix: 'Now: '}\n- vars: {prompt: Why?}\n")
        #expect(file.dataset.cases.map(\.prompt) == ["Now: Say {x}", "Why?"])
        #expect(file.dataset.cases[0].id == "a" && file.dataset.cases[1].id.hasPrefix("test-"))
        #expect(Reading.errors("- vars: {question: Why?}\n").first?.contains("{{prompt}} is not defined") == true)
    }

    @Test("a configuration's files are read beside it")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-promptfoo-" + Identifier.make())
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try write(
            "prompts: [file://ask.txt]\ntests: tests.csv\nproviders: [openai:gpt-5-mini]\n", "promptfooconfig.yaml")
        try write("First {{q}}\n---\nSecond {{q}}", "ask.txt")
        try write("q,__expected\n\"a, b\",c\n", "tests.csv")
        let file = try DatasetFile.read(path: folder.appending(path: "promptfooconfig.yaml").path)
        #expect(file.dataset.cases.map(\.prompt) == ["First a, b", "Second a, b"])
        #expect(file.dataset.cases.allSatisfy { $0.assertions.map(\.type) == ["equals"] })
    }

    @Test(
        "the language of __expected",
        arguments: [
            ("plain text", #"{"type":"equals","value":"plain text"}"#),
            ("contains:a: b", #"{"type":"contains","value":"a: b"}"#),
            ("not-contains:a", #"{"type":"not-contains","value":"a"}"#),
            ("contains-any:a, \"b, c\"", #"{"type":"contains-any","value":["a","b, c"]}"#),
            ("similar(0.8):hello", #"{"type":"similar","threshold":0.8,"value":"hello"}"#),
            ("levenshtein(3):abc", #"{"type":"levenshtein","threshold":3,"value":"abc"}"#),
            ("latency(500)", #"{"type":"latency","threshold":500}"#),
            ("cost:0.01", #"{"type":"cost","threshold":0.01}"#),
            ("is-json", #"{"type":"is-json"}"#), ("grade:is polite", #"{"type":"llm-rubric","value":"is polite"}"#),
            ("contains of all", #"{"type":"equals","value":"contains of all"}"#),
            ("https://a.b", #"{"type":"equals","value":"https://a.b"}"#),
        ])
    func expected(text: String, json: String) throws {
        #expect(.object(try PromptfooColumns.expected(text, "__expected")) == (try JSONValue.parse(json)))
    }

    @Test("columns with underscores are instructions, the rest variables; errors name the record's line")
    func columns() throws {
        let file = try Reading.file(
            "prompt,__expected,__expected2,__description,__threshold,__metric,__metadata:level,__metadata:tags[],__suffix\n"
                + "Why?,contains:so,not-contains:no,first,0.5,logic,2,\"a, b\",!\n")
        let row = try #require(file.dataset.cases.first)
        #expect(row.id == "first" && row.prompt == "Why?!" && row.threshold == 0.5)
        #expect(
            row.assertions.map(\.type) == ["contains", "not-contains"]
                && row.assertions.allSatisfy { $0.metric == "logic" })
        #expect(row.metadata["level"] == "2" && row.metadata["tags"] == ["a", "b"])
        #expect(
            Reading.errors("prompt,__expected\na,b\n\"c\nd\",javascript:output.length > 3\n") == [
                "x:3: __expected: javascript is not run; write a code assertion"
            ])
        let blank = try Reading.file("prompt,__expected,__expected2,__threshold\na,  ,contains:b, \n")
        #expect(blank.dataset.cases.first?.assertions.map(\.type) == ["contains"])
        #expect(Reading.errors("prompt,__wanted\na,b\n") == ["x:2: __wanted: cannot be carried over"])
    }

    @Test(
        "what cannot be carried over is an error with its line, never dropped",
        arguments: [
            (
                "- vars: {prompt: a}\n  assert: [{type: javascript, value: output == 1}]\n",
                "x:1: assert[0]: javascript is not run; write a code assertion"
            ),
            (
                "- vars: {prompt: a}\n- vars: {prompt: b}\n  options: {transform: output.trim()}\n",
                "x:2: options.transform: JavaScript is not run; write a code assertion"
            ),
            (
                "- vars: {prompt: 'file://a.txt'}\n",
                "x:1: vars.prompt: a file's content cannot be carried over; write it in place"
            ),
            (
                "- vars: {prompt: '{{other}}', other: b}\n",
                "x:1: vars.prompt: a variable within a variable cannot be carried over"
            ),
            (
                "prompts: ['{% if x %}a{% endif %}']\ntests: [{vars: {x: 1}}]\n",
                "x: prompts: {% is Nunjucks, of which only {{variable}} can be carried over"
            ),
            ("prompts: [a]\nscenarios: []\ntests: [{vars: {x: 1}}]\n", "x: scenarios: cannot be carried over"),
            (
                "prompts: [a]\nproviders: ['exec:python x.py']\ntests: [{vars: {x: 1}}]\n",
                "x: providers[0]: \"exec:python x.py\" is a program of its own and cannot be carried over"
            ),
            (
                "prompts: [a]\nproviders: [{id: 'openai:gpt-5', config: {apiKey: sk-secret}}]\ntests: [{vars: {x: 1}}]\n",
                "x: providers[0]: config.apiKey: cannot be carried over"
            ),
            (
                "- vars: {prompt: a}\n  assert: [{type: frobnicate}]\n",
                "x:1: assert[0].type: unknown assertion \"frobnicate\""
            ),
        ])
    func refused(text: String, message: String) {
        let errors = Reading.errors(text)
        #expect(errors.first?.hasPrefix(message) == true, "\(errors)")
        #expect(!errors.joined().contains("sk-secret"))
    }
}
