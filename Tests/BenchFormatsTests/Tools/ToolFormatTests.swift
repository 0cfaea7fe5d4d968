import BenchCore
import LLMCore
import Testing

@testable import BenchFormats

@Suite("Rows of other tools", .timeLimit(.minutes(1)))
struct ToolFormatTests {
    @Test("OpenAI evals: a match begins with the ideal answer; includes and JSON when the row says so")
    func evals() throws {
        let chat = #"[{"role":"system","content":"Short."},{"role":"user","content":"Capital of France?"}]"#
        let match = try Reading.file(#"{"input":\#(chat),"ideal":["Paris","paris"]}"#)
        let row = try #require(match.dataset.cases.first)
        #expect(match.format == "OpenAI evals" && row.task == "general" && row.messages.count == 2)
        #expect(row.target == ["Paris", "paris"] && row.reference == "Paris")
        #expect(row.assertion["type"] == "assert-set")
        let grader = Grader()
        func passes(_ answer: String) -> Bool? {
            grader.grade(row, GradedAnswer(text: answer, respMilliseconds: 1, cost: nil)).passed
        }
        #expect(passes("Paris, of course") == true && passes("paris") == true && passes("It is Paris") == false)
        let includes = try Reading.file(#"{"input":"Q?","ideal":"Paris","eval":"includes"}"#)
        #expect(try #require(includes.dataset.cases.first).assertion == ["type": "contains-any", "value": ["Paris"]])
        let json = try Reading.file(#"{"input":"Q?","ideal":{"a":1},"eval":"json"}"#)
        #expect(try #require(json.dataset.cases.first).assertion == ["type": "equals", "value": ["a": 1]])
        #expect(
            Reading.errors(#"{"input":"Q?","ideal":"a","eval":"modelgraded"}"#) == [
                "x:1: eval: \"modelgraded\" is not known; known are match, includes, fuzzy, json"
            ])
    }

    @Test("OpenAI's item rows are unwrapped, and what stands beside the item is kept")
    func items() throws {
        let row = try #require(
            try Reading.file(#"{"item":{"question":"Capital of France?","answer":"Paris"},"sample":{"output":"Rome"}}"#)
                .dataset.cases.first)
        #expect(row.target == ["Paris"] && row.metadata["_extra"]?["sample"] == ["output": "Rome"])
    }

    @Test(
        "multiple choice: columns, lists and ARC's labels; answers as letter, index or text",
        arguments: [
            #"{"Question":"Q?","A":"one","B":"two","C":"three","D":"four","Answer":"B","Subject":"s"}"#,
            #"{"question":"Q?","choices":["one","two","three","four"],"answer":1}"#,
            #"{"question":"Q?","choices":{"text":["one","two","three","four"],"label":["1","2","3","4"]},"answerKey":"2"}"#,
            #"{"question":"Q?","choices":["one","two","three","four"],"answer":"two"}"#,
            "Question,A,B,C,D,Answer\n\"Q?\",one,two,three,four,b\n",
        ])
    func choices(text: String) throws {
        let file = try Reading.file(text)
        let row = try #require(file.dataset.cases.first)
        #expect(file.format == "multiple choice" && row.assertion == ["type": "choice", "value": "B"])
        #expect(row.prompt.hasPrefix("Q?\n\nA) one\nB) two\nC) three\nD) four\n\n"))
        #expect(row.choices == ["one", "two", "three", "four"] && row.reference == "ANSWER: B")
    }

    @Test("an answer that is none of the options is an error")
    func noChoice() {
        #expect(
            Reading.errors(#"{"question":"Q?","choices":["one","two"],"answer":"six"}"#) == [
                "x:1: answer: \"six\" is none of the options"
            ])
    }

    @Test("Inspect: choices make a letter of the target; a sandbox of its own is an error")
    func inspect() throws {
        let row = try #require(
            try Reading.file(
                #"{"id":7,"input":"Which?","target":["A","C"],"choices":["one","two","three"],"metadata":{"level":2}}"#
            ).dataset.cases.first)
        #expect(row.id == "7" && row.assertion == ["type": "choice", "value": ["A", "C"]])
        #expect(row.metadata["level"] == 2 && row.prompt.contains("C) three"))
        let plain = try #require(try Reading.file(#"[{"input":"2+2?","target":"4"}]"#).dataset.cases.first)
        #expect(plain.target == ["4"] && plain.assertions.isEmpty && plain.task == "general")
        #expect(
            Reading.errors(#"{"input":"x","target":"y","files":{"a":"b"}}"#).first?.hasPrefix(
                "x:1: files: a sample that needs a sandbox") == true)
        #expect(
            Reading.errors(#"{"input":"x","target":"D","choices":["a","b"]}"#) == [
                "x:1: target: \"D\" is not the letter of one of 2 choices"
            ])
    }

    @Test("chats for fine-tuning: the last turn is the reference, or what is compared when asked for")
    func fineTuning() throws {
        let text =
            #"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"},{"role":"user","content":"Bye"},{"role":"assistant","content":"See you"}]}"#
        let row = try #require(try Reading.file(text).dataset.cases.first)
        #expect(row.messages.count == 3 && row.reference == "See you" && row.target.isEmpty)
        let graded = try #require(try Reading.file(text, options: .init(lastTurnIsTarget: true)).dataset.cases.first)
        #expect(graded.target == ["See you"] && graded.reference == nil)
        #expect(
            Reading.errors(text.replacing(#"{"messages""#, with: #"{"tools":[{}],"messages""#)) == [
                "x:1: tools: tools cannot be carried over"
            ])
    }

    @Test("traces: times count from the earliest, lengths are output limits, ShareGPT's turns are messages")
    func traces() throws {
        let aiperf = try Reading.file(
            """
            {"text":"Second","timestamp":1500,"output_length":20}
            {"text":"First","timestamp":1000.5,"output_length":10}
            """)
        #expect(aiperf.format == "traces" && aiperf.dataset.cases.map(\.at) == [499.5, 0])
        #expect(aiperf.dataset.cases.map(\.parameters.maxOutputTokens) == [20, 10])
        let guideLLM = try Reading.file(
            #"{"prompt":"One","prompt_tokens_count":3,"output_tokens_count":7,"timestamp":2}"# + "\n"
                + #"{"prompt":"Two","prompt_tokens_count":3,"output_tokens_count":7,"timestamp":2.25}"#)
        #expect(guideLLM.dataset.cases.map(\.at) == [0, 250], "seconds")
        let shared = try Reading.file(
            #"[{"id":"s1","conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"}]}]"#)
        let row = try #require(shared.dataset.cases.first)
        #expect(row.id == "s1" && row.messages.count == 1 && row.reference == "Hello")
        #expect(
            Reading.errors(#"{"timestamp":0,"input_length":9,"output_length":3,"hash_ids":[1]}"#) == [
                "x:1: there is no \"prompt\" or \"text\": a trace of lengths alone has nothing to ask"
            ])
        #expect(Reading.errors(#"{"text":"x","timestamp":-1}"#).first?.contains("0 or more") == true)
    }
}
