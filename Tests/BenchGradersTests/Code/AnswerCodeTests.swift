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
        #expect(answer.program(defining: "solve") == "def solve(x): return helper(x)\n")
        #expect(answer.program(defining: "other").hasPrefix("def helper"))
        #expect(answer.program(defining: nil).hasPrefix("def helper"))
        #expect(AnswerCode("print(1)", .python).program(defining: "solve") == "print(1)")
        #expect(AnswerCode("", .python).program(defining: "solve") == "")
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
