import BenchCore
import BenchReports
import LLMCore
import TestSupport
import Testing

@Suite("The Markdown report", .timeLimit(.minutes(2))) struct MarkdownTests {
    @Test("it begins with the marker that lets a comment be replaced, and fits a comment", arguments: [3, 84, 1_500])
    func limit(cases: Int) {
        let shapes = Array(RunFixture.Shape.usual.prefix(cases > 100 ? 2 : 8))
        let text = ReportRenderer.markdown(RunFixture(shapes: shapes, caseCount: cases).model())
        #expect(text.hasPrefix("<!-- dirgen-bench:architecture -->\n"))
        #expect(text.utf8.count < 65_536)
        if cases > 1_000 { #expect(text.contains(" more in the HTML report.")) }
    }

    @Test("every row of a table has the cells of its header, and every fold is closed")
    func tables() {
        for shape in HTMLReportTests.Shape.allCases {
            let lines = ReportRenderer.markdown(shape.model).split(separator: "\n", omittingEmptySubsequences: false)
            var width: Int?
            for line in lines {
                guard line.hasPrefix("|") else {
                    width = nil
                    continue
                }
                let cells = line.replacing("\\|", with: "").split(separator: "|", omittingEmptySubsequences: false)
                    .count
                #expect(width == nil || width == cells, "\(line)")
                width = cells
            }
            #expect(lines.count { $0.hasPrefix("<details>") } == lines.count { $0 == "</details>" })
        }
    }

    @Test(
        "foreign text stays text and pings nobody",
        arguments: [
            ("@everyone #1", "@\u{200B}everyone #\u{200B}1"), ("<script>", "&lt;script&gt;"), ("a|b", "a\\|b"),
            ("[x](javascript:1)", "\\[x\\](javascript:1)"), ("**b**\nc", "\\*\\*b\\*\\* c"),
        ])
    func foreign(text: String, shown: String) {
        var fixture = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 2)
        fixture.run.environment = RunEnvironment(warnings: [text])
        let markdown = ReportRenderer.markdown(fixture.model())
        #expect(markdown.contains(shown))
        #expect(!markdown.contains(text))
    }

    @Test("a case's prompt stands in code that its own backticks cannot leave")
    func code() throws {
        var fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 2)
        fixture.cases[0].messages = [.user("```` @all | <b>")]
        let line = try #require(
            ReportRenderer.markdown(fixture.model()).split(separator: "\n").first { $0.contains("@all") })
        #expect(line.contains("````` ```` @all \\| <b> `````"))
    }

    @Test("a simulated run says so, with its time scale")
    func simulated() {
        let text = ReportRenderer.markdown(HTMLReportTests.Shape.usual.model)
        #expect(text.contains("> **Simulated run**, time scale 0.05"))
        #expect(text.contains("p50 / p95 (time scale 0.05)"))
        #expect(!ReportRenderer.markdown(HTMLReportTests.Shape.real.model).contains("Simulated"))
    }
}
