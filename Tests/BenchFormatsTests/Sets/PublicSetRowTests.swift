import BenchCore
import LLMCore
import Testing

@testable import BenchFormats

/// Rows of our own making in the shapes of well-known sets.
@Suite("Rows of public sets", .timeLimit(.minutes(1)))
struct PublicSetRowTests {
    @Test("HumanEval: the head is shown and is the prefix of a completion; the head alone is a bad answer")
    func humanEval() throws {
        let file = try Reading.file(
            #"{"task_id":"HumanEval/900","prompt":"def twice(x):\n    \"\"\"Two times x.\"\"\"\n","entry_point":"twice","canonical_solution":"    return 2 * x\n","test":"def check(f):\n    assert f(2) == 4\n","origin":"mine"}"#
        )
        let row = try #require(file.dataset.cases.first)
        #expect(file.format == "HumanEval" && row.id == "HumanEval/900" && row.task == "complex_generation")
        #expect(row.prompt.contains("```python\ndef twice(x):") && row.prompt.contains("one fenced Python block"))
        #expect(row.reference?.hasSuffix("    return 2 * x\n```") == true)
        #expect(row.badAnswers == ["```python\ndef twice(x):\n    \"\"\"Two times x.\"\"\"\n```"])
        let assertion = row.assertion
        #expect(assertion["mode"] == "completion" && assertion["language"] == "python")
        #expect(assertion["entry_point"] == "twice")
        #expect(assertion["prefix"] == "def twice(x):\n    \"\"\"Two times x.\"\"\"\n")
        #expect(assertion["tests"]?.string?.hasSuffix("\ncheck(twice)\n") == true)
        #expect(row.metadata["_extra"]?["origin"] == "mine", "what nothing reads is kept")
    }

    @Test("HumanEvalPack: the buggy function is shown, its tests are not; what is in another language is an error")
    func humanEvalPack() throws {
        let text =
            #"{"task_id":"Python/7","prompt":"def half(x):\n    \"\"\"Half of x.\"\"\"\n","declaration":"def half(x):\n","canonical_solution":"    return x / 2\n","buggy_solution":"    return x // 2\n","bug_type":"operator misuse","test":"assert half(3) == 1.5","entry_point":"half"}"#
        let row = try #require(try Reading.file(text).dataset.cases.first)
        #expect(row.task == "verification" && row.tags == ["operator misuse"])
        #expect(row.prompt.contains("x // 2") && !row.prompt.contains("1.5"))
        #expect(row.reference?.contains("x / 2") == true && row.badAnswers.first?.contains("x // 2") == true)
        #expect(row.assertion["tests"] == "assert half(3) == 1.5\n" && row.assertion["mode"] == nil)
        #expect(
            Reading.errors(text.replacing("Python/7", with: "Rust/7")) == [
                "x:1: task_id: \"Rust/7\" is in a language that is not run"
            ])
    }

    @Test("MBPP: published and sanitised rows; the function is the one that the tests call")
    func mbpp() throws {
        let published =
            #"{"text":"Write a function to add.","code":"def helper(a):\n  return a\ndef add(a, b):\n  return helper(a) + b","task_id":9,"test_setup_code":"","test_list":["assert add(1, 2) == 3"],"challenge_test_list":["assert add(0, 0) == 0"]}"#
        let row = try #require(try Reading.file(published).dataset.cases.first)
        #expect(row.id == "mbpp-9" && row.task == "complex_generation" && row.assertion["entry_point"] == "add")
        #expect(row.prompt.contains("assert add(1, 2) == 3") && !row.prompt.contains("assert add(0, 0)"))
        #expect(row.assertion["tests"] == "assert add(1, 2) == 3\nassert add(0, 0) == 0\n")
        let sanitised =
            #"{"source_file":"s","task_id":"9","prompt":"Write a function to add.","code":"def add(a, b):\n  return a + b","test_imports":["import math"],"test_list":["assert add(1, 2) == 3"]}"#
        let other = try #require(try Reading.file(sanitised, task: "simple_generation").dataset.cases.first)
        #expect(other.task == "simple_generation" && other.metadata["_extra"]?["source_file"] == "s")
        #expect(other.assertion["tests"]?.string?.hasPrefix("import math\n") == true)
    }

    @Test("GSM8K and MGSM: the number is the target, thousands and notes aside")
    func arithmetic() throws {
        let row = try #require(
            try Reading.file(
                #####"{"question":"How many?","answer":"There are 2*600=<<2*600=1200>>1200.\n#### 1,200"}"#####
            ).dataset.cases.first)
        #expect(row.target == ["1200"] && row.assertion == ["type": "numeric", "value": 1200])
        #expect(row.reference == "There are 2*600=1200.\nANSWER: 1200" && row.id.hasPrefix("gsm8k-"))
        let tabs = try Reading.file("¿Cuántas?\t1,200\r\nHow many?\t-3\n")
        #expect(tabs.format == "MGSM" && tabs.dataset.cases.map(\.target) == [["1200"], ["-3"]])
        #expect(tabs.dataset.cases.map(\.line) == [1, 2])
        #expect(
            Reading.errors(#####"{"question":"How many?","answer":"Many. #### many"}"#####) == [
                "x:1: answer: expected a number, found ' many'"
            ])
    }

    @Test("CRUXEval: the output is asked for, or an input, as one assignment that the tests insist on")
    func cruxEval() throws {
        let text = #"{"code":"def f(a, b):\n    return a + b","input":"'x', 'y'","output":"'xy'","id":"sample_3"}"#
        let row = try #require(try Reading.file(text).dataset.cases.first)
        #expect(row.id == "cruxeval-sample_3" && row.task == "verification")
        #expect(row.prompt.contains("`f('x', 'y')`") && !row.prompt.contains("'xy'"))
        #expect(row.reference == "```python\nanswer = 'xy'\n```")
        let tests = row.assertion["tests"]?.string ?? ""
        #expect(tests.hasSuffix("assert f('x', 'y') == answer\n") && tests.contains("literal_eval"))
        let input = try #require(try Reading.file(text, options: .init(predictsInput: true)).dataset.cases.first)
        #expect(input.id == "cruxeval-sample_3-input" && input.reference == "```python\nanswer = ('x', 'y',)\n```")
        #expect(input.prompt.contains("returns `'xy'`") && !input.prompt.contains("'x', 'y'"))
    }

    @Test("IFEval and IFBench: instructions with their arguments, what is null left out")
    func instructions() throws {
        let text =
            #"{"key":1000,"prompt":"Write.","instruction_id_list":["punctuation:no_comma","length_constraints:number_words"],"kwargs":[{},{"relation":"at least","num_words":9,"num_bullets":null}]}"#
        let file = try Reading.file(text)
        let row = try #require(file.dataset.cases.first)
        #expect(file.format == "IFEval or IFBench" && row.id == "ifeval-1000" && row.prompt == "Write.")
        #expect(
            row.assertion == [
                "type": "instructions", "mode": "strict",
                "value": [
                    ["id": "punctuation:no_comma", "kwargs": [:]],
                    ["id": "length_constraints:number_words", "kwargs": ["relation": "at least", "num_words": 9]],
                ],
            ])
        let bench = try #require(
            try Reading.file(text.replacing("punctuation:no_comma", with: "format:newline")).dataset.cases.first)
        #expect(bench.id == "ifbench-1000" && bench.assertion["mode"] == "loose")
        #expect(
            Reading.errors(text.replacing("[{},{", with: "[{")) == [
                "x:1: kwargs: expected one object for each of 2 instructions, found 1"
            ])
    }

    @Test("BIG-Bench Hard: a letter is a choice, words are compared; the canary stays; lines are the file's")
    func bigBench() throws {
        let text = """
            {
            "canary": "do not train on this",
            "examples": [
            {"input": "Which?\\nOptions:\\n(A) one\\n(B) two", "target": "(B)"},
            {"input": "Sort: b, a (c)", "target": "a b (c)"},
            {"input": "Sort: b, a (c)", "target": "a b (c)"}
            ]
            }
            """
        let file = try Reading.file(text)
        let cases = file.dataset.cases
        #expect(file.format == "BIG-Bench Hard" && cases.map(\.line) == [4, 5, 6])
        #expect(cases.allSatisfy { $0.metadata["canary"] == "do not train on this" })
        #expect(cases[0].assertion == ["type": "choice", "value": "B"])
        #expect(
            cases[2].id == cases[1].id + "#2" && cases[2].group == cases[1].id,
            "the same question is kept as one of a group")
        let grader = Grader()
        func passes(_ answer: String) -> Bool? {
            grader.grade(cases[1], GradedAnswer(text: answer, respMilliseconds: 1, cost: nil)).passed
        }
        for answer in ["a b (c)", "So:\n**ANSWER: a b (c)**", "answer: A B (C).\n"] {
            #expect(passes(answer) == true, "\(answer)")
        }
        for answer in ["", "b a (c)", "ANSWER: a b (c) d", "x a b (c)", "Sort: b, a (c)"] {
            #expect(passes(answer) == false, "\(answer)")
        }
    }

    @Test("PlanBench: the statement is a blocks world by colours, the plan of the set its reference")
    func planBench() throws {
        let text = """
            {"task": "t1", "domain": "blocksworld_9", "instances": [{"instance_id": 4, "query": "Rules. A block is clear if nothing is on it.\\n\\n[STATEMENT]\\nAs initial conditions I have that, the white block is clear, the hand is empty, the white block is on top of the gold block and the gold block is on the table.\\nMy goal is to have that the gold block is on top of the white block.\\n\\nWhat is the plan to achieve my goal?", "ground_truth_plan": "(unstack e l)\\n(put-down e)\\n(pick-up l)\\n(stack l e)\\n", "note": 1}]}
            """
        let file = try Reading.file(text)
        let row = try #require(file.dataset.cases.first)
        #expect(row.id == "planbench-blocksworld_9-4" && row.task == "planning")
        #expect(
            row.assertion == [
                "type": "plan", "world": "blocks", "init": [["gold", "white"]], "goal": [["on", "gold", "white"]],
            ])
        #expect(row.reference == "unstack white from gold\nput down white\npick up gold\nstack gold on white")
        #expect(row.metadata["_extra"] == ["note": 1] && row.metadata["task"] == "t1")
        #expect(
            Reading.errors(text.replacing("blocksworld_9", with: "logistics")) == [
                "x:1: domain: \"logistics\" is not simulated; blocksworld is"
            ])
    }

    @Test("a row that lacks what its set has is an error with its line, and all are told")
    func faults() {
        let rows = """
            {"task_id":"a","prompt":"p","entry_point":"e","canonical_solution":"c","test":"t"}
            {"task_id":"b","prompt":"p","entry_point":"e","canonical_solution":"c"}

            {"task_id":"c","prompt":7,"entry_point":"e","canonical_solution":"c","test":"t"}
            {"task_id":"d"
            """
        #expect(
            Reading.errors(rows) == [
                "x:2: there is no \"test\"", "x:4: prompt: expected a string, found number",
                "x:5: not JSON: expected ',' or '}' (column 15)",
            ])
    }
}
