import BenchCore
import BenchReports
import DirGenAPI
import LLMCore
import TestSupport
import Testing

@Suite("All formats say the same", .timeLimit(.minutes(2))) struct FormatTests {
    private static let model = HTMLReportTests.Shape.real.model

    private func json(_ model: ReportModel) throws -> JSONValue {
        try JSONValue.parse(try ReportRenderer.bytes(model, as: .json))
    }

    /// Header and rows; the fixture's cells hold no line feeds.
    private func csv(_ model: ReportModel) -> [[String]] {
        ReportRenderer.csv(model).split(separator: "\r\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("CSV and JSON hold the same figures for every model and metric")
    func machine() throws {
        let json = try json(Self.model)
        let rows = csv(Self.model)
        let header = try #require(rows.first)
        let arms = try #require(json["arms"]?.array)
        #expect(arms.count == rows.count - 1)
        for (arm, row) in zip(arms, rows.dropFirst()) {
            for metric in ReportMetric.allCases {
                for (suffix, key) in [("", "value"), ("_low", "low"), ("_high", "high"), ("_n", "n")] {
                    let place = try #require(header.firstIndex(of: metric.rawValue + suffix))
                    let value = try #require(arm[metric.rawValue]?[key])
                    let isInfinite =
                        arm[metric.rawValue]?[key == "value" ? "infinite" : "\(key)_infinite"]?.bool == true
                    let said = isInfinite ? "inf" : value.isNull ? "" : value.string ?? value.text
                    #expect(row[place] == said || row[place] == "inf" && value.isNull, "\(metric) \(key)")
                }
            }
        }
    }

    @Test("Markdown and HTML print the same cells")
    func human() throws {
        let page = try HTMLReportTests.Shape.real.page
        let markdown = ReportRenderer.markdown(Self.model)
        let lines = markdown.split(separator: "\n").filter { $0.hasPrefix("| ") }
        for arm in Self.model.arms {
            let line = try #require(
                lines.first { $0.contains(arm.arm.model.name) && $0.split(separator: "|").count > 9 })
            let row = try #require(
                page.all("tr").first { $0.path.contains("tbody") && $0.text.contains(arm.arm.model.name) })
            let quality = arm[.quality].value.map { NumberText.fixed($0, 2) } ?? NumberText.unknown
            #expect(line.contains(quality) && row.text.contains(quality))
            if let rate = arm[.passRate].value {
                let pass = NumberText.percent(rate)
                #expect(line.contains(pass) && row.text.contains(pass))
            }
        }
        let chosen = try #require(Self.model.verdict.chosen)
        #expect(markdown.contains("**\(chosen.id.rawValue)** is the choice"))
    }

    @Test("JSON is the report's document, whole though it is written case by case", arguments: [false, true])
    func document(full: Bool) throws {
        let model = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(2)), caseCount: 10).model(full: full)
        let bytes = try ReportRenderer.bytes(model, as: .json)
        let document = try ReportDocument(bytes: bytes)
        #expect(document == ReportDocument(model))
        #expect(document.cases.count == 10 && document.full == full)
    }

    @Test("JSON is one document with sorted keys, and lists every trial")
    func sorted() throws {
        let json = try json(Self.model)
        func check(_ value: JSONValue) {
            if let object = value.object {
                #expect(object.keys == object.keys.sorted())
                for member in object { check(member.value) }
            }
            for element in value.array ?? [] { check(element) }
        }
        for (key, value) in try #require(json.object).map({ ($0.key, $0.value) }) where key != "cases" { check(value) }
        let cases = try #require(json["cases"]?.array)
        check(try #require(cases.first))
        #expect(try #require(json.object).keys == (try #require(json.object)).keys.sorted())
        #expect(cases.reduce(0) { $0 + ($1["trials"]?.array?.count ?? 0) } == Self.model.trialCount)
    }

    @Test("times end in _ms and are numbers; money ends in _usd and is decimal text")
    func units() throws {
        let trial = try #require(try json(Self.model)["cases"]?[0]?["trials"]?[0])
        for member in try #require(trial.object) {
            if member.key.hasSuffix("_ms") { #expect(member.value.double != nil || member.value.isNull) }
            if member.key.hasSuffix("_usd") {
                #expect(member.value.isNull || member.value.string.flatMap(USD.init) != nil)
            }
        }
    }

    @Test("a cell that a spreadsheet would run is made text")
    func formula() {
        var fixture = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 3)
        let arm = Arm(model: ModelID(provider: "=cmd|' /C calc'!A0", name: "x"), endpoint: "e", simulated: true)
        fixture.run.arms = [arm]
        for index in fixture.trials.indices { fixture.trials[index].arm = arm }
        let csv = ReportRenderer.csv(fixture.model(verdict: .infeasible))
        #expect(csv.contains(",'=cmd|"))
        #expect(!csv.contains(",=cmd|"))
    }

    @Test("no format changes when trials come in pages of another size")
    func pages() async throws {
        let fixture = RunFixture(caseCount: 12)
        let table = fixture.table()
        let choice = fixture.choice(table)
        func model(page: Int) async throws -> ReportModel {
            let pages = stride(from: 0, to: fixture.trials.count, by: page).map { start in
                Array(fixture.trials[start..<min(start + page, fixture.trials.count)])
            }
            let stream = AsyncStream { continuation in
                for page in pages { continuation.yield(page) }
                continuation.finish()
            }
            return try await ReportModel.build(
                run: fixture.run, cases: fixture.cases, trials: stream, table: table, choice: choice, resamples: 500)
        }
        let whole = try ReportRenderer.bytes(fixture.model(), as: .json)
        for size in [1, 7, 1_000] {
            #expect(try ReportRenderer.bytes(try await model(page: size), as: .json) == whole)
        }
    }
}
