import BenchCore
import Testing

@Suite("Fenced blocks of an answer", .timeLimit(.minutes(1)))
struct FenceTests {
    private func bodies(_ text: String) -> [String] { AnswerText.fences(in: text).map(\.body) }

    @Test(
        "a block within a block is a part of it, named or indented as code is",
        arguments: [
            "def f():\n    \"\"\"Adds.\n\n    ```python\n    f()\n    ```\n    \"\"\"\n    return 1\n",
            "def f():\n    \"\"\"Adds.\n```python\nf()\n```\n    \"\"\"\n    return 1\n",
            "def f():\n    \"\"\"Adds.\n\n    ```\n    f()\n    ```\n    \"\"\"\n    return 1\n",
            "# Title\n\n```bash\nls\n```\n\n```swift\nlet a = 1\n```\n",
            "a = '```'\nb = 1\n", "s = \"```python\"\n",
        ])
    func nested(body: String) {
        for mark in ["```", "~~~", "````"] {
            let text = "First:\n\(mark)python\n\(body)\(mark)\nThen:\n\(mark)\nlast\n\(mark)\n"
            #expect(bodies(text) == [body, "last\n"], "\(mark)")
        }
        let inList = "1. So:\n\n   ```python\n" + body.split(separator: "\n").map { "   \($0)\n" }.joined() + "   ```\n"
        #expect(bodies(inList) == [body.split(separator: "\n").map { "\($0)\n" }.joined()])
    }

    @Test("blocks that do not add up end at the first fence, as cut and careless answers need it")
    func unbalanced() {
        // A closing fence that is indented like the code before it.
        #expect(bodies("```python\n    a\n    ```\ntext\n```\nb\n```\n") == ["    a\n", "b\n"])
        #expect(bodies("```python\n    a\n    ```\ntext\n```python\nb\n```\n") == ["    a\n", "b\n"])
        // The first block was never closed.
        #expect(bodies("```python\na\n```python\nb\n```\n") == ["a\n```python\nb\n"])
        #expect(
            bodies("```markdown\n# x\n```python\na\n```\ntext\n```python\nb\n```\n") == ["# x\n```python\na\n", "b\n"])
        #expect(bodies("```python\na\n") == ["a\n\n"])
    }

    @Test("a fence behind words, behind a byte order mark and behind the last code")
    func elsewhere() {
        #expect(bodies("Sure: ```python\na\n```\nb") == ["a\n"])
        #expect(bodies("\u{FEFF}```python\na\n```\n") == ["a\n"])
        #expect(bodies("```python\n    a```") == ["    a\n"])
        #expect(bodies("```python\na\n\n    b```\n\n") == ["a\n\n    b\n"])
        // Words about fences open none.
        #expect(bodies("Use ``` here, or ```\n```python\na\n```\n") == ["a\n"])
        #expect(bodies("It is `x` and ```y```\n```\na\n```\n") == ["a\n"])
    }

    @Test("a hostile answer is read in little time")
    func hostile() {
        for text in ["```a\n```b\n```\n", "```a\n", "    ```\n", "x ```a\n", "```\n"] {
            #expect(!bodies("```python\n" + String(repeating: text, count: 10_000)).isEmpty)
        }
    }
}
