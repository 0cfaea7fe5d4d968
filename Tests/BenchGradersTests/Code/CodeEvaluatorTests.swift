import BenchCore
import LLMCore
import Testing

@testable import BenchGraders

@Suite("Judging code", .timeLimit(.minutes(3)))
struct CodeEvaluatorTests {
    private static let isPossible = MachineTools.live.find("bwrap") != nil
    private static let row = BenchCase(id: "row", task: .complexGeneration, messages: [.user("Write it.")], hash: "")

    private static func judge(_ options: JSONObject, _ answer: String, _ evaluator: CodeEvaluator = CodeEvaluator())
        async
        -> Finding
    {
        await evaluator.judge(
            Assertion(kind: .code, options: options), of: row,
            GradedAnswer(text: answer, respMilliseconds: 0, cost: nil))
    }

    struct Trial: Sendable, CustomTestStringConvertible {
        var name: String
        var options: JSONObject
        var answer: String
        /// `nil` when it passes.
        var reason: String?
        init(_ name: String, _ options: JSONObject, _ answer: String, fails reason: String? = nil) {
            (self.name, self.options, self.answer, self.reason) = (name, options, answer, reason)
        }
        var testDescription: String { name }
    }

    private static let addition: JSONObject = [
        "language": "python", "entry_point": "add", "tests": "assert add(1, 2) == 3, 'no sum'",
    ]
    private static let calculator: JSONObject = [
        "language": "python", "mode": "patch", "files": ["calc.py": "def add(a, b):\n    return a - b\n"],
        "tests": "from calc import add\nassert add(1, 2) == 3",
    ]
    private static let adder: JSONObject = [
        "language": "python", "stdin": "3\n4\n", "stdout": "sum:\n7\n",
    ]
    private static let completion: JSONObject = [
        "language": "python", "mode": "completion", "prefix": "def add(a, b):\n    \"\"\"The sum.\"\"\"\n",
        "entry_point": "add", "tests": "def check(f):\n    assert f(1, 2) == 3\n\ncheck(add)",
    ]

    static let python: [Trial] = [
        Trial("a right answer", addition, "```python\ndef add(a, b):\n    return a + b\n```"),
        Trial("a wrong one", addition, "def add(a, b):\n    return a - b", fails: "AssertionError: no sum"),
        Trial("no code", addition, " \n", fails: "the answer holds no code"),
        Trial("words", addition, "I cannot do that.", fails: "SyntaxError: invalid syntax"),
        Trial(
            "an exit before the tests", addition,
            "```python\ndef add(a, b): return 0\nraise SystemExit(0)\n```", fails: "ended before its tests did"),
        Trial(
            "a demonstration that reads input", addition,
            "from __future__ import annotations\ndef add(a: int, b: int) -> int: return a + b\nif __name__ == '__main__':\n    print(add(int(input()), 1))"
        ),
        Trial(
            "a demonstration of wrong code", addition,
            "def add(a, b): return a - b\nif __name__ == \"__main__\":\n    raise SystemExit(0)",
            fails: "AssertionError: no sum"),
        Trial(
            "tests of its own", addition,
            "import unittest\ndef add(a, b): return a + b\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(add(1, 1), 2)\nif __name__ == '__main__':\n    unittest.main()"
        ),
        Trial(
            "classes that look at their module",
            [
                "language": "python",
                "tests":
                    "import pickle, typing\np = P(1)\nassert pickle.loads(pickle.dumps(p)) == p and typing.get_type_hints(P) == {'x': int}\nassert __name__ == '__main__'",
            ],
            "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: int"),
        Trial(
            "names that only the start knows", addition, "def add(a, b): return sys.maxsize and a + b",
            fails: "NameError: name 'sys' is not defined"),
        Trial(
            "a program that asks for its name",
            ["language": "python", "stdin": "4\n", "stdout": "4"], "if __name__ == '__main__': print(input())"),
        Trial(
            "an exit within the tests", addition, "import os\ndef add(a, b): os._exit(0)",
            fails: "ended before its tests did"),
        Trial(
            "tests that exit by themselves",
            [
                "language": "python",
                "tests":
                    "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(add(1, 2), 3)\nunittest.main()",
            ], "def add(a, b): return a + b"),
        Trial(
            "too long", ["language": "python", "tests": "f()", "timeout_s": 1], "def f():\n    while True: pass",
            fails: "ran longer than 1.00"),
        Trial(
            "a crash", addition, "import os\nos.kill(os.getpid(), 11)", fails: "was ended by an invalid memory access"),
        Trial("an exit code", addition, "import os\nos._exit(3)", fails: "ended with exit code 3"),
        Trial(
            "control characters in what it says", addition, "raise ValueError('\\x1b[31mred\\u202e')",
            fails: "ValueError: red"),
        Trial(
            "tests that look at the answer's text",
            [
                "language": "python",
                "tests":
                    "def hidden():\n    source = open(__file__).read().split('def hidden')[0]\n    assert source == 'x = 1\\n\\n'\nhidden()",
            ], "```python\nx = 1\n```"),
        Trial("input and output", adder, "a = int(input())\nb = int(input())\nprint('sum:  ')\nprint(a + b)\n\n"),
        Trial(
            "another output", adder, "print('sum:')\nprint(8)",
            fails: "line 2 of its output: expected \"7\", found \"8\""),
        Trial("less output", adder, "print('sum:')", fails: "printed 1 lines, expected 2"),
        Trial("a completion", completion, "    return a + b\n"),
        Trial("a whole function in a block", completion, "Sure:\n```python\ndef add(a, b):\n    return a + b\n```"),
        Trial("the bare prefix", completion, "", fails: "AssertionError"),
        Trial(
            "a patch", calculator,
            "```diff\n--- a/calc.py\n+++ b/calc.py\n@@ -2 +2 @@\n-    return a - b\n+    return a + b\n```"),
        Trial("a whole file", calculator, "```python\ndef add(a, b):\n    return a + b\n```"),
        Trial(
            "a patch that does not fit", calculator, "@@ -1 +1 @@\n-return b\n+return a",
            fails: "hunk 1 of the patch to calc.py"),
        Trial("no patch", calculator, "Change the sign.", fails: "neither a patch nor a whole file"),
        Trial(
            "a wrong patch", calculator, "@@ -2 +2 @@\n-    return a - b\n+    return a * b", fails: "AssertionError"),
        Trial(
            "a file beside it", ["language": "python", "files": ["data/in.txt": "5"], "tests": "assert load() == 5"],
            "def load(): return int(open('data/in.txt').read())"),
    ]

    @Test("Python", .enabled(if: isPossible, "bubblewrap is not installed"), arguments: python)
    func runsPython(trial: Trial) async { await Self.check(trial) }

    private static func compared(
        _ name: String, _ answer: String, _ tests: String, fails reason: String? = nil
    ) -> Trial {
        Trial(name, ["language": "python", "tests": .string(tests)], answer, fails: reason)
    }
    private static let equalToAll = "class A:\n    def __eq__(self, other): return True\n"
    private static let alike = "A compares alike with different values"

    static let deceptions: [Trial] = [
        compared("a value", equalToAll + "def add(a, b): return A()", "assert add(1, 2) == 3", fails: alike),
        compared("within a list", equalToAll + "def add(a, b): return [A()]", "assert add(1, 2) == [3]", fails: alike),
        compared("among others", equalToAll + "def add(a, b): return A()", "assert add(1, 2) in [3]", fails: alike),
        compared(
            "for unittest", equalToAll + "def add(a, b): return A()",
            "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(add(1, 2), 3)\nunittest.main()",
            fails: "FAILED"),
        compared(
            "every number", "class A(int):\n    __eq__ = lambda self, other: isinstance(other, int)",
            "def check(f): assert f(1) == 3\ncheck(A)", fails: alike),
        compared(
            "the library's", "from unittest.mock import ANY\ndef add(a, b): return ANY", "assert add(1, 2) == 3",
            fails: "_ANY compares alike"),
        compared(
            "differences", "class A:\n    __sub__ = lambda self, other: 0\ndef add(a, b): return A()",
            "assert abs(add(1, 2) - 3.0) < 1e-6", fails: alike),
        compared(
            "no truth value", "class A:\n    __eq__ = lambda self, other: self\ndef add(a, b): return A()",
            "assert add(1, 2) == 3", fails: "A is no result of a comparison"),
        Trial(
            "patched in", calculator, "```python\n\(equalToAll)def add(a, b): return A()\n```", fails: alike),
    ]

    @Test(
        "Python's values that equal whatever is expected fail",
        .enabled(if: isPossible, "bubblewrap is not installed"), arguments: deceptions)
    func deceives(trial: Trial) async { await Self.check(trial) }

    static let comparisons: [Trial] = [
        compared(
            "a number",
            "class M:\n    def __init__(s, v): s.v = v\n    def __eq__(s, o): return s.v == getattr(o, 'v', o)",
            "assert M(3) == 3 and not M(3) == 4 and M(3) == M(3) and [M(1)] == [1]"),
        compared(
            "an expression",
            "class C:\n    def __init__(s, t): s.t = t\nclass F:\n    def __eq__(s, o): return C(f'= {o}')",
            "assert (F() == 3).t == '= 3'"),
        compared("infinity", "class I:\n    def __gt__(s, o): return True", "assert I() > 10**9"),
        compared(
            "the library's", "from collections import Counter, OrderedDict\nfrom fractions import Fraction",
            "assert Counter('aa') == {'a': 2} and OrderedDict(a=1) == {'a': 1} and abs(Fraction(1, 2) - 0.5) < 1e-9"),
        compared(
            "of the tests", "def f(): return 3",
            "from unittest.mock import ANY\nclass A:\n    def __eq__(self, other): return True\nassert [f()] == [A()] and f() == ANY"
        ),
    ]

    @Test(
        "Python's classes say what equals their values", .enabled(if: isPossible, "bubblewrap is not installed"),
        arguments: comparisons)
    func compares(trial: Trial) async { await Self.check(trial) }

    static let others: [Trial] = [
        Trial(
            "JavaScript", ["language": "javascript", "tests": "assert.equal(add(1, 2), 3);"],
            "```js\nfunction add(a, b) { return a + b }\nmodule.exports = { add };\n```"),
        Trial(
            "JavaScript that imports assert itself",
            ["language": "javascript", "tests": "import assert from 'node:assert';\nassert.equal(add(1, 2), 3);"],
            "const fs = require('fs');\nexport const add = (a, b) => a + b;"),
        Trial(
            "wrong JavaScript", ["language": "javascript", "tests": "assert.equal(add(1, 2), 3);"],
            "const add = (a, b) => a - b;", fails: "AssertionError [ERR_ASSERTION]"),
        Trial(
            "JavaScript that exits", ["language": "javascript", "tests": "assert.equal(add(1, 2), 3);"],
            "process.exit(0);", fails: "ended before its tests did"),
        Trial(
            "a demonstration in JavaScript", ["language": "javascript", "tests": "assert.equal(add(1, 2), 3);"],
            "function add(a, b) { return a + b }\nif (require.main === module) throw new Error('started');\nif (import.meta.url === `file://${process.argv[1]}`) throw new Error('started');"
        ),
        Trial(
            "a program in JavaScript that asks for its name", ["language": "javascript", "stdin": "", "stdout": "ran"],
            "if (require.main === module) console.log('ran');"),
        Trial(
            "JavaScript's input",
            ["language": "javascript", "stdin": "4 5", "stdout": "9"],
            "console.log(require('fs').readFileSync(0, 'utf8').split(' ').map(Number).reduce((a, b) => a + b));"),
        Trial(
            "shell",
            ["language": "shell", "tests": "source answer.sh\n[ \"$(add 1 2)\" = 3 ] || { echo no sum >&2; exit 1; }"],
            "```bash\nadd() { echo $(($1 + $2)); }\n```"),
        Trial(
            "wrong shell",
            ["language": "shell", "tests": "source answer.sh\n[ \"$(add 1 2)\" = 3 ] || { echo no sum >&2; exit 1; }"],
            "add() { echo 0; }", fails: "no sum"),
        Trial("shell's input", ["language": "shell", "stdin": "b\na\n", "stdout": "a\nb"], "sort"),
    ]

    @Test("JavaScript and shell", .enabled(if: isPossible, "bubblewrap is not installed"), arguments: others)
    func runsOthers(trial: Trial) async { await Self.check(trial) }

    static let swift: [Trial] = [
        Trial(
            "Swift", ["language": "swift", "tests": "precondition(add(1, 2) == 3)"],
            "func add(_ a: Int, _ b: Int) -> Int { a + b }"),
        Trial(
            "wrong Swift", ["language": "swift", "tests": "precondition(add(1, 2) == 3, \"no sum\")"],
            "func add(_ a: Int, _ b: Int) -> Int { a - b }", fails: "no sum"),
        Trial(
            "Swift that does not compile", ["language": "swift", "tests": "f()"], "func f( {",
            fails: "does not compile: main.swift"),
    ]

    @Test("Swift", .enabled(if: isPossible, "bubblewrap is not installed"), arguments: swift)
    func runsSwift(trial: Trial) async { await Self.check(trial) }

    private static func check(_ trial: Trial) async {
        let finding = await judge(trial.options, trial.answer)
        switch (finding, trial.reason) {
        case (.holds, nil): break
        case (.fails(let found), let expected?): #expect(found.contains(expected))
        default: Issue.record("\(finding)")
        }
    }

    @Test("without a sandbox nothing is run, and the verdict is open")
    func unscored() async {
        var tools = MachineTools.live
        tools.isExecutable = { !$0.hasSuffix("/bwrap") && MachineTools.live.isExecutable($0) }
        let finding = await Self.judge(Self.addition, "def add(a, b): return a + b", CodeEvaluator(machine: tools))
        #expect(finding == .unscored("no sandbox for code: bwrap is not installed (Debian's package bubblewrap)"))
    }

    @Test(
        "a language that is not here leaves the verdict open", .enabled(if: isPossible, "bubblewrap is not installed"))
    func noLanguage() async {
        var tools = MachineTools.live
        tools.isExecutable = { !$0.contains("node") && MachineTools.live.isExecutable($0) }
        let finding = await Self.judge(
            ["language": "javascript", "tests": "1"], "1", CodeEvaluator(machine: tools))
        #expect(finding == .unscored("no node in the system's folders (Debian's package nodejs)"))
    }

    @Test(
        "an assertion that says too little is the dataset's fault",
        arguments: [
            (["language": "cobol", "tests": "x"], "no language"), (["tests": "x"], "no language"),
            (["language": "python"], "neither tests nor an output"),
            (["language": "python", "tests": "x", "mode": "patch"], "no files"),
            (["language": "python", "tests": "x", "mode": "guess"], "unknown mode"),
            (["language": "python", "tests": "x", "files": ["../x": "y"]], "no file may be named"),
            (["language": "python", "tests": "x", "files": ["/etc/x": "y"]], "no file may be named"),
        ] as [(JSONObject, String)])
    func unusable(options: JSONObject, reason: String) async {
        guard case .undecided(let found) = await Self.judge(options, "1") else {
            Issue.record("decided")
            return
        }
        #expect(found.contains(reason))
    }
}
