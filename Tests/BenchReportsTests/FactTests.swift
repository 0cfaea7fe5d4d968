import BenchCore
import BenchReports
import LLMCore
import TestSupport
import Testing

/// Facts that limit what a report shows: none may be missing in a format.
@Suite("Facts in every format", .timeLimit(.minutes(2))) struct FactTests {
    enum Fact: CaseIterable {
        case killed, partial, unknownFinish, unknownCost, costInterval, unsettled, assumed, counted

        /// What a format must hold; of Markdown also after its escaping.
        func words(_ format: ReportFormat) -> [String] {
            switch (self, format) {
            case (.killed, .html): ["<b class=\"alert\">killed</b>", "its status is killed"]
            case (.killed, .md): ["· **killed**", "its status is killed"]
            case (.killed, .json): ["\"status\":\"killed\""]
            case (.killed, .csv): ["run_status=killed"]
            case (.partial, .html), (.partial, .md): ["covers only part of its dataset"]
            case (.partial, .json): ["\"partial\":true"]
            case (.partial, .csv): ["run_partial=true"]
            case (.unknownFinish, .html): ["the finish word of 1 answer is unknown (zork)", "unknown finish word zork"]
            case (.unknownFinish, .md): ["the finish word of 1 answer is unknown (zork)"]
            case (.unknownFinish, .json):
                ["\"finish_unknown\":1", "\"unknown_finishes\":[\"zork\"]", "\"finish_unknown\":true"]
            case (.unknownFinish, .csv): ["finish_unknown=1"]
            case (.unknownCost, .html): ["the cost of 1 trial is unknown", "9 of 10 priced"]
            case (.unknownCost, .md): ["the cost of 1 trial is unknown", "1 trial is unpriced"]
            case (.unknownCost, .json): ["\"unpriced_trials\":1", "\"total_usd\":null"]
            case (.unknownCost, .csv): ["unpriced_trials=1", "cost_per_1k_cases_usd_n=9"]
            case (.costInterval, .html), (.costInterval, .md): ["[2.00, 2.00]"]
            case (.costInterval, .json):
                ["\"cost_per_1k_cases_usd\":{\"high\":\"2\",\"low\":\"2\",\"n\":9,\"value\":\"2\"}"]
            case (.costInterval, .csv): ["cost_per_1k_cases_usd_low=2", "cost_per_1k_cases_usd_high=2"]
            case (.unsettled, .html), (.unsettled, .md):
                ["2 attempts never ended", "attempts that never ended may add"]
            case (.unsettled, .json): ["\"reserved\":2", "\"reserved_worst_usd\":\"0.25\""]
            case (.unsettled, .csv): ["run_reserved=2", "run_reserved_worst_usd=0.25"]
            case (.assumed, .html), (.assumed, .md):
                ["1 attempt of a killed process", "attempts of a killed process count at their worst case"]
            case (.assumed, .json): ["\"assumed\":1", "\"assumed_usd\":\"0.125\""]
            case (.assumed, .csv): ["run_assumed=1", "run_assumed_usd=0.125"]
            case (.counted, .html), (.counted, .md):
                ["output tokens are counted by its tokenizer, and tokens per second are marked †", "\u{A0}†"]
            case (.counted, .json):
                ["\"speed_source\":\"counted\"", "\"usage_source\":\"counted\"", "\"output_tokens\":0"]
            case (.counted, .csv): ["speed_source=counted", "output_tokens=0"]
            }
        }
    }

    @Test(
        "a run that was cut short says so in every format", arguments: ReportFormat.allCases,
        [RunRecord.Status.drained, .aborted, .budgetStopped, .failed])
    func cutShort(format: ReportFormat, status: RunRecord.Status) throws {
        var model = Self.model
        model.run.status = status
        let text = String(decoding: try ReportRenderer.bytes(model, as: format), as: UTF8.self)
        #expect(text.replacing("\\_", with: "_").contains(status.rawValue))
    }

    /// Ten trials of one model in a run that was killed.
    private static let model: ReportModel = {
        var fixture = RunFixture(
            shapes: [RunFixture.Shape.usual[0]], caseCount: 10, timeScale: 1, simulated: false, hostile: false)
        (fixture.run.status, fixture.run.partial, fixture.run.endedAt) = (.killed, true, nil)
        for index in fixture.trials.indices {
            fixture.trials[index].outcome = .ok
            (fixture.trials[index].passed, fixture.trials[index].score) = (true, 1)
            fixture.trials[index].metrics.cost = index == 0 ? nil : USD("0.002")
            fixture.trials[index].metrics.usageSource = .counted
            fixture.trials[index].finishReason = index == 1 ? "zork" : "stop"
        }
        return ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: nil, choice: nil,
            overview: RunOverview(
                run: fixture.run, reserved: 2, reservedWorst: USD(pico: 250_000_000_000), assumed: 1,
                assumedCost: USD(pico: 125_000_000_000)),
            resamples: 200)
    }()

    private static let texts: [ReportFormat: String] = Dictionary(
        uniqueKeysWithValues: ReportFormat.allCases.map { format in
            let text = String(decoding: (try? ReportRenderer.bytes(model, as: format)) ?? [], as: UTF8.self)
            return (format, format == .csv ? cells(text) : format == .md ? text.replacing("\\", with: "") : text)
        })

    /// The cells of the first model as `column=cell`, a line each.
    private static func cells(_ csv: String) -> String {
        let rows = csv.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard rows.count == 2, rows[0].count == rows[1].count else { return "" }
        return zip(rows[0], rows[1]).map { "\($0)=\($1)\n" }.joined()
    }

    @Test("each states the fact", arguments: Fact.allCases, ReportFormat.allCases)
    func stated(_ fact: Fact, _ format: ReportFormat) throws {
        let text = try #require(Self.texts[format])
        for words in fact.words(format) {
            let found = format == .csv ? "\n\(text)".contains("\n\(words)\n") : text.contains(words)
            #expect(found, "\(words)")
        }
    }

    @Test("a run without such facts states none of them", arguments: ReportFormat.allCases)
    func silent(_ format: ReportFormat) throws {
        let text = String(
            decoding: try ReportRenderer.bytes(RunFixture(caseCount: 4).model(), as: format), as: UTF8.self)
        for word in ["killed", "never ended", "finish word"] { #expect(!text.contains(word), "\(word)") }
    }
}
