import LLMCore
import Testing

@testable import BenchGraders

/// What is computed here of programs and queries, run by Python and by the SQLite in it.
@Suite(
    "Generated programs against Python", .enabled(if: Python.isPresent, "python3 is not installed"),
    .timeLimit(.minutes(5)))
struct GeneratedProgramTests {
    private static func body(_ answer: String) -> String {
        answer.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("```") }.joined(
            separator: "\n")
    }

    @Test("programs print what the interpreter of the tiny language says")
    func programs() throws {
        let cases = DraftFixture.hundred(ProgramOutputGenerator.self, levels: 1...5)
        let sources = try cases.map { fixture in
            Self.body(String(try #require(fixture.prompt.firstMatch(of: /```python\n(?s:.*?)```/)).output))
        }
        let printed = try #require(
            Python.run(
                "import io, contextlib\n" + sources.map { "exec(\(Python.literal($0)), {})" }.joined(separator: "\n")))
        #expect(printed.split(separator: "\n").compactMap { Int($0) }.map(Double.init) == cases.map(\.value))
    }

    @Test("functions pass their tests, and those with a mistake do not")
    func functions() throws {
        let cases = DraftFixture.hundred(PipelineGenerator.self, levels: 1...5)
        var script = [
            "def passes(source, tests):", "    try: exec(source + '\\n' + tests, {}); return True",
            "    except AssertionError: return False",
        ]
        for fixture in cases {
            let tests = Python.literal(fixture.assertion["tests"]?.string ?? "")
            for answer in [fixture.draft.reference] + fixture.draft.badAnswers {
                script.append("print(passes(\(Python.literal(Self.body(answer))), \(tests)))")
            }
        }
        let printed = try #require(Python.run(script.joined(separator: "\n"))).split(separator: "\n")
        #expect(printed == cases.flatMap { ["True"] + $0.draft.badAnswers.map { _ in "False" } })
    }

    @Test(
        "queries give the rows that were computed without a database, and those with a mistake others",
        arguments: [FreshLanguage.english, .spanish])
    func queries(language: FreshLanguage) throws {
        let cases = DraftFixture.hundred(QueryGenerator.self, levels: 1...5, in: language)
        var script = [
            "import sqlite3, json", "def rows(schema, query):",
            "    d = sqlite3.connect(':memory:'); d.executescript(schema)",
            "    return json.dumps(d.execute(query).fetchall(), ensure_ascii=False, separators=(',', ':'))",
        ]
        for fixture in cases {
            let schema = Python.literal(fixture.assertion["schema"]?.string ?? "")
            for answer in [fixture.draft.reference] + fixture.draft.badAnswers {
                script.append("print(rows(\(schema), \(Python.literal(Self.body(answer)))))")
            }
        }
        let printed = try #require(Python.run(script.joined(separator: "\n"))).split(separator: "\n").map(String.init)
        var next = printed.makeIterator()
        for fixture in cases {
            let expected = fixture.assertion["rows"]?.text
            #expect(next.next() == expected, "\(fixture.prompt)\n\(fixture.draft.reference)")
            for answer in fixture.draft.badAnswers { #expect(next.next() != expected, "\(answer)") }
        }
    }
}
