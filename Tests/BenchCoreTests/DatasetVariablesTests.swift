import BenchCore
import LLMCore
import Testing

@Suite("variables in a row's texts", .timeLimit(.minutes(1)))
struct DatasetVariablesTests {
    private static let vars = #""vars":{"city":"Paris","n":7,"flag":true,"schema":{"type":"integer"},"own":"{{city}}"}"#

    private func read(_ text: String) throws -> [BenchCase] {
        try DatasetReader.read(bytes: Array(text.utf8), name: "d.jsonl").cases
    }
    private func errors(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let error as DatasetErrors {
            return error.errors.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }
    private func row(_ members: String, vars: String = Self.vars) -> String {
        #"{"id":"a","task":"t","input":"x",\#(vars),\#(members)}"#
    }

    /// Each place where a row may hold a text, with `TEXT` in it.
    private static let places = [
        #""target":"TEXT""#, #""target":["B","TEXT"]"#, #""reference":"TEXT""#, #""choices":["TEXT"]"#,
        #""assert":[{"type":"equals","value":"TEXT"}]"#, #""assert":[{"type":"equals","value":{"k":["TEXT"]}}]"#,
        #""assert":[{"type":"equals","value":{"TEXT":1}}]"#, #""assert":[{"type":"not-contains","value":"TEXT"}]"#,
        #""assert":[{"type":"icontains-all","value":["a","TEXT"]}]"#, #""assert":[{"type":"regex","value":"TEXT"}]"#,
        #""assert":[{"type":"is-json","value":{"enum":["TEXT"]}}]"#,
        #""assert":[{"type":"contains-json","value":{"properties":{"TEXT":{"pattern":"TEXT"}}}}]"#,
        #""assert":[{"type":"contains","value":"v","metric":"TEXT"}]"#, #""params":{"stop":["TEXT"]}"#,
        #""params":{"response_schema":{"const":"TEXT"}}"#, #""group":"TEXT""#, #""tags":["TEXT"]"#, #""only":["TEXT"]"#,
    ]

    @Test("a variable is rendered wherever a row has a text, and an undefined one is refused there", arguments: places)
    func everywhere(place: String) throws {
        func with(_ text: String, _ vars: String = Self.vars) -> String {
            row(place.replacing("TEXT", with: text), vars: vars)
        }
        let rendered = try #require(try read(with("in {{ city }}!")).first)
        #expect(try rendered == read(with("in Paris!")).first)
        let found = errors(with("in {{ciyt}}"))
        #expect(
            !found.isEmpty && found.allSatisfy { $0.hasPrefix("d.jsonl:1:") && $0.contains("{{ciyt}}") }, "\(found)")
        #expect(errors(with("in {{ city")).allSatisfy { $0.contains("without \"}}\"") })
        // `template: false` and `{{raw}}` say that braces are meant.
        let off = with("{{ciyt}}", #""template":false"#)
        if !place.contains("regex"), !place.contains("pattern") {
            // A value is put in once and never rendered again.
            let literal = try #require(try read(with("{{own}}", #""vars":{"own":"<{{city}}>"}"#)).first)
            #expect(literal.canonicalJSON.text.contains("<{{city}}>"))
            #expect(try read(off).first?.canonicalJSON.text.contains("{{ciyt}}") == true)
            #expect(try read(with("{{raw}}{{ciyt}}{{/raw}}")).first?.canonicalJSON.text.contains("{{ciyt}}") == true)
        }
    }

    @Test("a header's defaults and prompt are rendered with each row's variables")
    func header() throws {
        let header = """
            {"$dataset":"dirgen.dataset/1","task":"t","prompt":"Capital of {{country}}?","defaults":{"vars":{"unit":"km"},\
            "assert":[{"type":"contains","value":"{{city}} in {{unit}}"}],"params":{"stop":["{{country}}"]},"tags":["{{unit}}"]}}
            """
        let rows = try read(
            """
            \(header)
            {"id":"a","vars":{"country":"France","city":"Paris"}}
            {"id":"b","vars":{"country":"Peru","city":"Lima","unit":"mi"},"assert":[{"type":"contains","value":"{{city}}"}]}
            """)
        #expect(rows.map(\.messages) == [[.user("Capital of France?")], [.user("Capital of Peru?")]])
        #expect(rows.map { $0.assertions.map(\.value) } == [["Paris in km"], ["Lima in mi", "Lima"]])
        #expect(rows.map(\.parameters.stop) == [["France"], ["Peru"]] && rows.map(\.tags) == [["km"], ["mi"]])
        let found = errors("\(header)\n{\"id\":\"a\",\"vars\":{\"country\":\"France\"}}")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("d.jsonl:2:1: the header's defaults.assert[0].value: {{city}} is not defined"))
        #expect(errors(header.replacing("{{city}} in", with: "{{city")).first?.hasPrefix("d.jsonl:1:") == true)
    }

    @Test("what a header's default becomes in a row is checked like the row's own")
    func checkedAfterRendering() throws {
        let header =
            #"{"$dataset":"dirgen.dataset/1","task":"t","defaults":{"assert":[{"type":"regex","value":"{{p}}"}]}}"#
        #expect(try read("\(header)\n" + #"{"id":"a","input":"x","vars":{"p":"a+"}}"#).count == 1)
        let found = errors("\(header)\n" + #"{"id":"a","input":"x","vars":{"p":"(a"}}"#)
        #expect(
            found.count == 1 && found[0].contains("the header's defaults.assert[0].value: not a regular expression"))
        #expect(errors(row(#""assert":[{"type":"contains","value":"{{e}}"}]"#, vars: #""vars":{"e":""}"#)).count == 1)
    }

    @Test("in a schema and in expected JSON a variable alone keeps its kind; in a text it is text")
    func kinds() throws {
        let rows = try read(
            row(
                """
                "assert":[{"type":"is-json","value":{"maximum":"{{n}}","items":"{{schema}}","title":"{{n}} of {{city}}"}},\
                {"type":"equals","value":{"n":"{{n}}","f":["{{flag}}"]}},{"type":"equals","value":"{{n}}"},\
                {"type":"contains","value":"{{n}}"},{"type":"is-json","value":"{{schema}}"}]
                """))
        #expect(
            rows[0].assertions.map(\.value) == [
                ["maximum": 7, "items": ["type": "integer"], "title": "7 of Paris"], ["n": 7, "f": [true]], "7", "7",
                ["type": "integer"],
            ])
    }

    @Test("every part of a message is rendered")
    func messages() throws {
        let rows = try read(
            """
            {"id":"a","task":"t","vars":{"v":"1"},"messages":[{"role":"user","content":[{"type":"text","text":"{{v}}"},\
            {"type":"image","url":"https://e.x/{{v}}"}]},{"role":"assistant","content":[{"type":"tool_call","id":"{{v}}","name":"f",\
            "arguments":"{\\"a\\":{{v}}}"}]},{"role":"tool","content":[{"type":"tool_result","call_id":"{{v}}","content":"={{v}}"}]}]}
            """)
        let parts = rows[0].messages.flatMap(\.parts)
        #expect(parts[1] == .image(ImagePart(source: .url("https://e.x/1"))))
        #expect(parts[2] == .toolCall(ToolCall(id: "1", name: "f", arguments: #"{"a":1}"#)))
        #expect(parts[3] == .toolResult(ToolResult(callID: "1", content: "=1")))
    }

    @Test("metadata and unknown keys stay as the user wrote them, and a stored row is not rendered again")
    func kept() throws {
        let first = try #require(
            try read(row(#""metadata":{"source":"{{city}}"},"note":"{{city}}","target":"{{own}}""#)).first)
        #expect(first.metadata == ["source": "{{city}}", "_extra": ["note": "{{city}}"]])
        #expect(first.target == ["{{city}}"])
        #expect(try BenchCase(canonicalJSON: first.canonicalJSON, line: 1) == first)
    }

    @Test("the answer is judged by the variable's value")
    func graded() throws {
        let rows = try read(
            row(#""assert":[{"type":"contains","value":"{{city}}"},{"type":"not-contains","value":"{{n}}"}]"#))
        func passed(_ text: String) -> Bool? {
            Grader().grade(rows[0], GradedAnswer(text: text, respMilliseconds: 1, cost: nil)).passed
        }
        #expect(passed("Paris") == true && passed("{{city}}") == false && passed("Paris 7") == false)
    }
}
