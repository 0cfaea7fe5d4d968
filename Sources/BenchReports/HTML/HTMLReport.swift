import BenchCore
import LLMCore
import Mustache

/// One page that needs nothing but itself: its frame from a template, its cases streamed into the middle.
struct HTMLReport {
    private let model: ReportModel

    init(_ model: ReportModel) { self.model = model }

    /// The marker at which the cases are inserted. No cleaned text can hold it: it is a control character.
    private static let seam = "\u{1}"

    func write(into sink: inout some ReportSink) throws {
        let template = try MustacheTemplate(string: PageTemplates.frame)
        let frame = template.render(PageContext(model, seam: HTMLReport.seam).values)
        let halves = frame.split(separator: HTMLReport.seam, maxSplits: 1, omittingEmptySubsequences: false)
        try sink.write(Array(halves[0].utf8))
        let cases = CaseMarkup(model)
        var out = Markup()
        for row in model.cases {
            cases.write(row, into: &out)
            try sink.write(out.bytes)
            out.removeAll()
        }
        if halves.count > 1 { try sink.write(Array(halves[1].utf8)) }
    }
}

/// The values that the page's template renders.
struct PageContext {
    let values: [String: Any]

    init(_ model: ReportModel, seam: String) {
        let style = PageTemplates.style
        let script = PageTemplates.script
        let run = model.run
        let charts = ReportFigures(model)
        let verdict = VerdictContext(model)
        var values: [String: Any] = [
            "title": "\(run.datasetName) · \(run.program)", "program": ReportText.clean(run.program),
            "policy": PagePolicy.text(style: style, script: script), "style": style, "script": script,
            "dataset": ReportText.clean(run.datasetName), "task": run.task.rawValue,
            "run": run.id.rawValue, "date": NumberText.timestamp(microseconds: run.startedAt),
            "size": PageContext.size(model), "status": run.status.rawValue,
            "isComplete": run.status == .complete,
            "verdict": verdict.values,
            "selection": SelectionContext(model).values, "quality": charts.quality, "difference": charts.difference,
            "latency": charts.latency, "times": charts.times, "speed": charts.speed, "failures": charts.failures,
            "budget": charts.budget, "cost": charts.cost, "cases": seam, "filters": PageContext.filters(model),
            "warnings": model.warnings.map { ["text": $0.text] },
            "facts": model.facts.map { ["name": $0.name, "value": $0.value] },
            "arms": PageContext.arms(model),
            "definitions": ReportTerm.all.map { ["label": $0.label, "text": $0.definition] },
            "cards": Help.cards(ReportTerm.all),
            "aspects": PageContext.aspects(model),
            "help": Dictionary(uniqueKeysWithValues: ReportTerm.all.map { ($0.key, Help.button($0)) }),
            "named": Dictionary(uniqueKeysWithValues: ReportTerm.all.map { ($0.key, Help.named($0)) }),
        ]
        values["banner"] = PageContext.banner(model)
        if model.load != nil { values["load"] = charts.load }
        values["latencyNote"] = model.latencyNote
        self.values = values
    }

    private static func size(_ model: ReportModel) -> String {
        func count(_ value: Int, _ noun: String) -> String {
            "\(NumberText.count(value)) \(noun)\(value == 1 ? "" : "s")"
        }
        return "\(count(model.cases.count, "case")) × \(count(model.arms.count { $0.inRun }, "model")), "
            + count(model.trialCount, "trial")
    }

    private static func banner(_ model: ReportModel) -> [String: Any]? {
        guard model.run.simulated || model.latencyNote != nil else { return nil }
        let what =
            model.run.simulated
            ? "Simulated run. Answers, waits and failures came from the built-in simulator; nothing was paid."
            : "Scaled run."
        let scale = model.latencyNote.map { note in
            "Measured at \(note): latencies and speeds are not those of the models."
        }
        var banner: [String: Any] = ["text": what]
        banner["scale"] = scale
        return banner
    }

    private static func filters(_ model: ReportModel) -> [String: Any] {
        let tasks = Set(model.cases.map(\.task)).sorted()
        let seen = Set(model.arms.flatMap { $0.outcomes.map(\.outcome) })
        let outcomes = ReportOutcomes.inOrder.filter { seen.contains($0) && $0 != .ok }
        return [
            "tasks": tasks.count > 1 ? ["items": tasks.map { ["value": $0.rawValue] }] as Any : false,
            "arms": model.arms.filter(\.inRun).map { ["index": String($0.index), "name": $0.id.rawValue] },
            "outcomes": outcomes.map { ["value": $0.rawValue, "label": ReportOutcomes.label($0)] },
        ]
    }

    /// One row a model: the effective parameters and the served models.
    private static func arms(_ model: ReportModel) -> [[String: Any]] {
        model.arms.map { arm in
            [
                "icon": Marker.icon(arm.index), "name": arm.id.rawValue, "endpoint": ReportText.clean(arm.arm.endpoint),
                "parameters": arm.arm.parameters == GenerationParameters()
                    ? "the cases' own" : "fixed by the configuration, as its name says",
                "served": arm.servedModels.isEmpty ? NumberText.unknown : arm.servedModels.joined(separator: ", "),
                "fingerprints": arm.fingerprints.isEmpty
                    ? NumberText.unknown : arm.fingerprints.joined(separator: ", "),
            ]
        }
    }

    private static func aspects(_ model: ReportModel) -> String {
        let names = Set(model.arms.flatMap { $0.metricScores.map(\.name) }).sorted()
        guard !names.isEmpty else { return "" }
        let rows = model.arms.filter(\.inRun).map { arm in
            [arm.id.rawValue]
                + names.map { name in
                    arm.metricScores.first { $0.name == name }.map { "\(NumberText.fixed($0.score, 2)) (n = \($0.n))" }
                        ?? NumberText.unknown
                }
        }
        return "<details class=\"twin\"><summary>Scores by aspect\(Help.button(.metricScore))</summary>"
            + DataTable(header: ["model"] + names, rows: rows).html + "</details>"
    }
}

/// The content security policy of the page: its own script, its own styles, and no address.
enum PagePolicy {
    static func text(style: String, script: String) -> String {
        "default-src 'none'; style-src '\(ContentHash.integrity(style))'; script-src '\(ContentHash.integrity(script))'; base-uri 'none'; form-action 'none'"
    }
}
