import BenchCore
import LLMCore
import Testing

@Suite("reading dirgen.dataset/1", .timeLimit(.minutes(2)))
struct DatasetReaderTests {
    @Test("every field of a row is read")
    func fullRow() throws {
        let row = """
            {"id":"arch-001","task":"architecture","group":"event-driven","messages":[{"role":"system","content":"Be brief."},\
            {"role":"user","content":"In {{lang}}?"}],"vars":{"lang":"Swift"},"target":["B","b"],"reference":"actor Sendable",\
            "assert":[{"type":"contains-all","value":["actor","Sendable"],"weight":2,"metric":"concepts"},\
            {"type":"is-json","value":{"type":"object","required":["modules"]}},{"type":"not-icontains","value":"as an AI"},\
            {"type":"latency","threshold":8000},{"type":"cost","threshold":0.01}],"threshold":0.8,"choices":["x","y"],\
            "params":{"temperature":0,"top_p":0.5,"max_tokens":800,"seed":7,"stop":["END"],"response_schema":{"type":"object"},\
            "reasoning":"low","service_tier":"flex"},"repeat":3,"only":["gemini/*","local/*"],"skip":["xai/*"],\
            "slo":{"ttfa_ms":1500,"resp_ms":8000},"at_ms":1250,"weight":1.5,"split":"holdout","tags":["hard"],\
            "metadata":{"source":"book","difficulty":3}}
            """
        let dataset = try DatasetReader.read(bytes: Array(row.utf8), name: "rows.jsonl")
        let read = try #require(dataset.cases.first)
        #expect(dataset.task == .architecture)
        #expect(read.id == "arch-001" && read.group == "event-driven" && read.line == 1)
        #expect(read.messages == [.system("Be brief."), .user("In Swift?")])
        #expect(read.target == ["B", "b"] && read.reference == "actor Sendable")
        #expect(read.assertions.map(\.type) == ["contains-all", "is-json", "not-icontains", "latency", "cost"])
        #expect(read.assertions[0].weight == 2 && read.assertions[0].metric == "concepts")
        #expect(read.assertions[3].threshold == 8_000 && read.assertions[4].threshold == 0.01)
        #expect(read.threshold == 0.8 && read.choices == ["x", "y"])
        #expect(
            read.parameters
                == GenerationParameters(
                    temperature: 0, topP: 0.5, maxOutputTokens: 800, seed: 7, stop: ["END"], reasoningEffort: "low",
                    serviceTier: "flex", responseSchema: ["type": "object"]))
        #expect(read.repeats == 3 && read.only == ["gemini/*", "local/*"] && read.skip == ["xai/*"])
        #expect(read.slo == BenchCase.ServiceLevel(ttfa: 1_500, resp: 8_000) && read.at == 1_250)
        #expect(read.weight == 1.5 && read.split == .holdout && read.tags == ["hard"])
        #expect(read.metadata == ["source": "book", "difficulty": 3])
        #expect(dataset.warnings.isEmpty)
    }

    @Test("a header's defaults fill what rows leave open")
    func header() throws {
        let dataset = try read(
            """
            {"$dataset":"dirgen.dataset/1","name":"plans","version":"2026-11-22","task":"planning","prompt":"{{system}}\\n{{question}}",\
            "defaults":{"params":{"temperature":0,"max_tokens":64},"vars":{"system":"Plan."},"tags":["en"],"metadata":{"source":"us"},\
            "assert":[{"type":"latency","threshold":20000}],"threshold":0.5,"weight":2,"repeat":2,"group":"g"}}
            {"id":"a","vars":{"question":"Why?"},"params":{"max_tokens":8},"tags":["short"],"metadata":{"n":1},"assert":[{"type":"contains","value":"so"}]}
            {"id":"b","input":"Own prompt","task":"planning","group":"h"}
            """)
        #expect(dataset.name == "plans" && dataset.version == "2026-11-22" && dataset.task == .planning)
        let (first, second) = (dataset.cases[0], dataset.cases[1])
        #expect(first.messages == [.user("Plan.\nWhy?")])
        #expect(first.parameters.temperature == 0 && first.parameters.maxOutputTokens == 8)
        #expect(first.assertions.map(\.type) == ["latency", "contains"])
        #expect(first.tags == ["en", "short"] && first.metadata == ["source": "us", "n": 1])
        #expect(first.threshold == 0.5 && first.weight == 2 && first.repeats == 2 && first.group == "g")
        #expect(second.messages == [.user("Own prompt")] && second.group == "h" && second.line == 3)
    }

    @Test("a header's prompt that asks for {{input}} takes each row's input")
    func promptAroundInput() throws {
        let dataset = try read(
            """
            {"$dataset":"dirgen.dataset/1","task":"t","prompt":[{"role":"system","content":"Short."},{"role":"user","content":"Q: {{input}}"}]}
            {"id":"a","input":"two {{braces}} stay"}
            """)
        #expect(dataset.cases[0].messages == [.system("Short."), .user("Q: two {{braces}} stay")])
    }

    @Test(
        "blank lines, comments, a byte order mark and CRLF are no rows",
        arguments: ["\n", "\r\n"])
    func tolerance(newline: String) throws {
        let lines = [
            "\u{FEFF}// a comment", "", "# another", "   ", "{\"id\":\"a\",\"task\":\"t\",\"input\":\"x\"}", "\t// end",
            "{\"id\":\"b\",\"task\":\"t\",\"input\":\"y\"}",
        ]
        let dataset = try read(lines.joined(separator: newline))
        #expect(dataset.cases.map(\.id) == ["a", "b"])
        #expect(dataset.cases.map(\.line) == [5, 7])
    }

    @Test("a missing id derives from the content, so that an inserted row moves no other")
    func derivedID() throws {
        let first = try read("{\"task\":\"t\",\"input\":\"x\"}\n{\"task\":\"t\",\"input\":\"y\",\"target\":\"5\"}")
        let second = try read("{\"task\":\"t\",\"input\":\"new\"}\n{\"target\":\"5\",\"task\":\"t\",\"input\":\"y\"}")
        #expect(first.cases[1].id == second.cases[1].id)
        #expect(first.cases[0].id.count == 12 && first.cases[0].id != first.cases[1].id)
        #expect(first.warnings.contains { $0.contains(":1: 2 rows without \"id\"") })
    }

    @Test("what is odd but usable is warned of once for each kind")
    func warnings() throws {
        let dataset = try read(
            """
            {"id":"a","task":"t","input":"x","note":1,"target":"1"}
            {"id":"b","task":"t","input":"x","note":2,"metadata":{"k":1},"target":"1"}
            {"id":"c","task":"t","input":"z"}
            """)
        #expect(dataset.warnings.count == 3)
        #expect(dataset.warnings.contains { $0.contains("\"b\" has the same prompt as \"a\"") })
        #expect(dataset.warnings.contains { $0.contains("unknown key \"note\" in 2 rows") })
        #expect(dataset.warnings.contains { $0.contains(":3: 1 row with neither") })
        #expect(dataset.cases[1].metadata == ["k": 1, "_extra": ["note": 2]])
    }

    @Test("a wanted task is given to rows without one, and leaves rows of others out")
    func wantedTask() throws {
        let text = "{\"id\":\"a\",\"input\":\"x\"}\n{\"id\":\"b\",\"task\":\"planning\",\"input\":\"y\"}"
        let dataset = try DatasetReader.read(bytes: Array(text.utf8), name: "d", task: .architecture)
        #expect(dataset.task == .architecture && dataset.cases.map(\.id) == ["a"])
        #expect(dataset.warnings.contains { $0.contains("1 cases of other tasks") })
    }

    @Test("messages may hold images, tool calls, tool results and thinking")
    func parts() throws {
        let dataset = try read(
            """
            {"id":"a","task":"t","messages":[{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image","url":"https://e.x/i.png"},\
            {"type":"image","media_type":"image/png","data":"aGk="}]},{"role":"assistant","content":[{"type":"thinking","text":"hm","signature":"s"},\
            {"type":"tool_call","id":"1","name":"f","arguments":"{}"}]},{"role":"tool","content":[{"type":"tool_result","call_id":"1","content":"ok"}]}]}
            """)
        #expect(
            dataset.cases[0].messages[0].parts[2]
                == .image(.init(source: .base64(mediaType: "image/png", data: "aGk="))))
        #expect(dataset.cases[0].messages[1].parts[0] == .thinking(text: "hm", signature: "s"))
        #expect(dataset.cases[0].messages[2].parts == [.toolResult(ToolResult(callID: "1", content: "ok"))])
    }

    @Test(
        "only and skip are patterns over provider/model",
        arguments: [
            ("gemini/*", "gemini/gemini-2.5-flash", true), ("*", "groq/openai/gpt-oss-120b", true),
            ("groq/*-120b", "groq/openai/gpt-oss-120b", true), ("groq/*", "xai/grok-4", false),
            ("xai/grok-?", "xai/grok-4", true), ("xai/grok-?", "xai/grok-40", false), ("", "xai/grok-4", false),
        ])
    func globs(pattern: String, model: String, matches: Bool) throws {
        var benchCase = BenchCase(id: "a", task: "t", messages: [.user("x")], only: [pattern], hash: "")
        let model = try #require(ModelID(model))
        #expect(benchCase.admits(model) == matches)
        (benchCase.only, benchCase.skip) = ([], [pattern])
        #expect(benchCase.admits(model) == !matches)
    }

    private func read(_ text: String) throws -> Dataset {
        try DatasetReader.read(bytes: Array(text.utf8), name: "rows.jsonl")
    }
}
