import Testing

@testable import BenchGraders

@Suite("The code of an answer", .timeLimit(.minutes(1)))
struct AnswerCodeTests {
    private static let two = """
        First a helper:
        ```python
        def helper(x):
            return x + 1
        # a long comment that makes this block the longer one, by far
        ```
        then the function
        ```python
        def solve(x): return helper(x)
        ```
        and a use of it:
        ```python
        solve(3)
        ```
        """

    @Test("the last block that defines the entry point, else the longest, else everything")
    func program() {
        let answer = AnswerCode(Self.two, .python)
        #expect(answer.program(defining: "solve").hasPrefix("def helper(x):\n"))
        #expect(answer.program(defining: "solve").hasSuffix("by far\ndef solve(x): return helper(x)\n"))
        #expect(answer.program(defining: "other").hasPrefix("def helper"))
        #expect(answer.program(defining: nil).hasPrefix("def helper"))
        #expect(AnswerCode("print(1)", .python).program(defining: "solve") == "print(1)")
        #expect(AnswerCode("", .python).program(defining: "solve") == "")
    }

    @Test(
        "earlier blocks stand before the entry point's where it uses what they define, and only then",
        arguments: [
            (["def _h(a): return a"], "def f(a): return _h(a)", 1),
            (["LIMIT = 3", "def g(a): return LIMIT", "def h(a): return g(a)"], "def f(a): return h(a)", 3),
            (["def h(a): return 1", "def h(a): return 2"], "def f(a): return h(a)", 1),
            (["n = f(3)", "print(f(n))"], "def f(n): return n", 0),
            (["def h(a): return 1"], "def h(a): return 2\ndef f(a): return h(a)", 0),
            (["def f(a): return 0\ndef h(a): return a"], "def f(a): return h(a)", 1),
            (["def test(): assert f(1)", "# class a"], "def f(a): return a", 0),
        ])
    func helpers(earlier: [String], entry: String, used: Int) {
        let text = (earlier + [entry]).map { "```python\n\($0)\n```\n" }.joined()
        let program = AnswerCode(text, .python).program(defining: "f")
        let expected = (earlier.suffix(used) + [entry]).map { $0 + "\n" }.joined()
        #expect(program == expected)
    }

    @Test("helpers of other languages, and blocks that are no helpers")
    func otherHelpers() {
        let joined = { (earlier: String, entry: String, language: CodeTask.Language) in
            AnswerCode("```\n\(earlier)\n```\n```\n\(entry)\n```", language).program(defining: "f")
        }
        let script = "function f(a) { return h(a) }"
        #expect(joined("const h = (a) => a", script, .javascript) == "const h = (a) => a\n\(script)\n")
        #expect(joined("const h = f(1)", script, .javascript) == "\(script)\n")
        #expect(joined("function f() {}\nfunction h() {}", script, .javascript) == "\(script)\n")
        let swift = "func f(_ a: Int) -> Int { h(a) }"
        #expect(joined("func h(_ a: Int) -> Int { a }", swift, .swift).hasPrefix("func h"))
        #expect(joined("h() { echo 1; }", "f() { h; }", .shell) == "h() { echo 1; }\nf() { h; }\n")
        let mixed = AnswerCode("```bash\ndef h(a): pass\n```\n```python\ndef f(a): return h(a)\n```", .python)
        #expect(mixed.program(defining: "f") == "def f(a): return h(a)\n")
    }

    @Test(
        "without a fence the sentences before and after the code are left out, and nothing of the code is",
        arguments: [
            (
                CodeTask.Language.python, "Here's the function you asked for:",
                "MOD = 7\n\ndef f(x):\n    return x % MOD\n", "\nThis function returns `x`.\nIt is O(1)."
            ),
            (
                .python, "Sure!\nAquí está la función:", "import re\ndef f(x): return x\n",
                "**Explanation**: The loop above is simple.\n- Each step takes one second."
            ),
            (
                .python, "",
                "\"\"\"\nA module of sums\nThat Nobody reads\n\"\"\"\ndef f(x):\n    '''\nReturns the sum\n'''\n    return x\n",
                ""
            ),
            (.python, "", "def f(x): return x\nOK = f(1) if f(2) else f(3)\nprint f(3)\n", ""),
            (.python, "", "# A comment of mine\ndef f(x): return x\nX = 'Words beside words'  # Some More words\n", ""),
            (
                .javascript, "Here is the code:", "const f = (x) => `\nTwo words here\n${x}`;\n",
                "\nHope this helps you!"
            ),
            (.javascript, "", "class A extends B {}\nexport default function f(x) { return new A(x) }\n", ""),
            (
                .swift, "The answer is below.", "import Foundation\npublic struct S<T> where T: P {}\n",
                "Note that this compiles."
            ),
            (.swift, "", "@MainActor final class A {}\nlet a = A()\n", ""),
            (.swift, "This is the type you want:", "typealias Grid = [[Int]]\n", "It is a list of lists."),
            (.javascript, "Costs $5.", "const $f = (x) => x\n", "Enjoy $f."),
        ])
    func sentences(language: CodeTask.Language, before: String, code: String, after: String) {
        let answer = (before.isEmpty ? "" : before + "\n") + code + after
        #expect(AnswerCode(answer, language).program(defining: nil).trimmed == code.trimmed)
    }

    @Test("an answer without a definition, and a script of commands, stay whole")
    func whole() {
        let prose = "I cannot write that function for you."
        #expect(AnswerCode(prose, .python).program(defining: "f") == prose)
        let script = "Xvfb display one\nf() { echo; }\nGet Some Thing\n"
        #expect(AnswerCode(script, .shell).program(defining: "f") == script)
    }

    @Test(
        "a body at the margin gets the indentation that it lost",
        arguments: [
            ("return x", "    return x"), ("y = x\n    return y\n", "    y = x\n    return y\n"),
            ("y = x\nreturn y", "    y = x\n    return y"),
            ("for i in x:\n        y += i\n    return y", "    for i in x:\n        y += i\n    return y"),
            ("for i in x:\n    y += i\nreturn y", "    for i in x:\n        y += i\n    return y"),
            ("    return x\n\nprint(1)", "    return x\n\nprint(1)"),
            ("import math\n    return math.pi", "    import math\n    return math.pi"),
            ("def solve(x):\n    return 2", "def solve(x):\n    return 2"),
        ])
    func indentation(body: String, expected: String) {
        let documented = "import re\n\ndef solve(\n    x\n) -> int:\n    \"\"\"Doc.\n    More\"\"\"\n"
        for head in ["def solve(x):\n", documented] {
            #expect(AnswerCode(body, .python).completion(of: head, defining: "solve") == head + expected)
        }
        let complete = "def a():\n    return 1\n"
        #expect(AnswerCode(body, .python).completion(of: complete, defining: nil) == complete + body)
        let fenced = AnswerCode("```python\nreturn x\n```", .python)
        #expect(fenced.completion(of: documented, defining: "solve") == documented + "    return x\n")
    }

    @Test("a block that defines the entry point replaces the prefix; anything else goes after it")
    func completion() {
        let prefix = "def solve(x):\n    \"\"\"Doc.\"\"\"\n"
        let completed = { (text: String) in AnswerCode(text, .python).completion(of: prefix, defining: "solve") }
        #expect(completed("    return x\n") == prefix + "    return x\n")
        #expect(completed("") == prefix)
        #expect(completed("```python\ndef solve(x):\n    return x\n```") == "def solve(x):\n    return x\n")
        #expect(completed("```\n    return x\n```") == prefix + "    return x\n")
        #expect(completed("def solve(x):\n    return 2\n") == prefix + "def solve(x):\n    return 2\n")
    }

    @Test(
        "a definition is what its language calls one",
        arguments: [
            (code: "def f(x):", name: "f", language: CodeTask.Language.python, is: true),
            ("    async def f(x):", "f", .python, true), ("class f:", "f", .python, true),
            ("f = lambda x: x", "f", .python, true), ("f: Callable = g", "f", .python, true),
            ("f == 3", "f", .python, false), ("print(f(3))", "f", .python, false), ("def ff(x):", "f", .python, false),
            ("return f", "f", .python, false), ("if f: g = 3", "f", .python, false),
            ("func f(_ x: Int) -> Int {", "f", .swift, true), ("public struct Stack<T> {", "Stack", .swift, true),
            ("let s = Stack()", "Stack", .swift, false), ("mutating func push() {", "Stack.push", .swift, false),
            ("export function f(a) {", "f", .javascript, true), ("export const f = (a) => a", "f", .javascript, true),
            ("export default async function f() {", "f", .javascript, true), ("f => f + 1", "f", .javascript, false),
            ("import { f } from './f.mjs'", "f", .javascript, false),
            ("f() {", "f", .shell, true), ("function f {", "f", .shell, true), ("f 3", "f", .shell, false),
            ("def f(x):", "", .python, false),
        ])
    func definition(code: String, name: String, language: CodeTask.Language, is expected: Bool) {
        #expect(Definition(name, in: language).occurs(in: "x\n\(code)\ny") == expected)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0.isNewline }.reversed().drop { $0.isNewline }.reversed())
    }
}
