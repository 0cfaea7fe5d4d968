import BenchCore
import LLMCore

/// The charts of a report in order, each with its table.
struct ReportFigures {
    let model: ReportModel
    let figures: FigureText

    init(_ model: ReportModel) {
        self.model = model
        figures = FigureText(model.run)
    }

    private var arms: [ArmSummary] { model.arms.filter(\.inRun) }

    /// ` · time scale 0.05` beside everything that is a time.
    private var note: String { model.latencyNote.map { " · \($0)" } ?? "" }

    private var legend: [ChartFigure.LegendEntry] {
        arms.map { .init(icon: Marker.icon($0.index), label: $0.id.rawValue, style: Marker.style($0.index)) }
    }

    private func table(_ metrics: [ReportMetric], extra: (name: String, cell: (ArmSummary) -> String)? = nil)
        -> DataTable
    {
        let header = ["model"] + metrics.map { $0.term.label + ($0.isTimed ? note : "") } + ["n"]
        let rows = arms.map { arm in
            [arm.id.rawValue] + metrics.map { figures.shown(arm, $0) } + [NumberText.count(arm.counts.attempted)]
                + (extra.map { [$0.cell(arm)] } ?? [])
        }
        return DataTable(header: header + (extra.map { [$0.name] } ?? []), rows: rows)
    }

    var quality: String {
        let chart = QualityCostChart(model)
        guard !chart.isEmpty else { return ReportFigures.nothing("Quality against cost", "No case could be graded.") }
        return ChartFigure(
            id: "fig-quality-cost", title: "Quality against cost", terms: [.frontier, .quality, .costPerThousand],
            note:
                "Each whisker is a 95 % interval. Models below the line are greyed: another is at least as good for no more money.",
            legend: arms.map {
                .init(
                    icon: Marker.icon($0.index, isDominated: !$0.isOnFrontier), label: $0.id.rawValue,
                    style: Marker.style($0.index))
            }, draw: chart.draw,
            table: table(
                [.quality, .costPerThousand, .costPerPass, .respP95],
                extra: ("frontier", { $0.isOnFrontier ? "yes" : "no" }))
        ).html
    }

    var difference: String {
        let others = arms.filter { !$0.isChosen && $0.difference != nil }
        guard let chosen = model.verdict.chosen, !others.isEmpty else { return "" }
        let chart = IntervalChart(
            arms: others, figure: { $0.difference ?? .none }, unit: .score, title: "Score against \(chosen.id)",
            caption: "← worse than the chosen · mean difference in score, case by case · better →",
            shortCaption: "← worse · difference in score · better →", isSigned: true,
            texts: figures)
        guard !chart.isEmpty else { return "" }
        let rows = others.map { arm in
            let figure = arm.difference ?? .none
            return [
                arm.id.rawValue, figures.value(figure, .score), figures.interval(figure, .score) ?? NumberText.unknown,
                NumberText.count(figure.n),
            ]
        }
        return ChartFigure(
            id: "fig-difference", title: "Difference to the chosen", terms: [.difference],
            note: "Paired, case by case. An interval that crosses the line proves nothing either way.",
            draw: chart.draw,
            table: DataTable(header: ["model", "difference", "95 % interval", "cases"], rows: rows)
        ).html
    }

    var latency: String {
        let chart = LatencyChart(model)
        guard !chart.isEmpty else { return ReportFigures.nothing("Latency distribution", "No trial finished.") }
        return ChartFigure(
            id: "fig-latency", title: "Latency distribution\(note)", terms: [.ecdf, .plateau, .resp],
            note:
                "How many of 100 trials have finished after each time. A curve that stops below 100 % belongs to a model that failed.",
            legend: legend, draw: chart.draw,
            table: table(
                [.respP50, .respP95, .respOkP50, .respOkP95],
                extra: ("finished", { "\($0.respSorted.count) of \($0.counts.attempted - $0.counts.reused)" }))
        ).html
    }

    var times: String {
        let chart = TimeBarsChart(model)
        guard !chart.isEmpty else {
            return ReportFigures.nothing(
                "Time to first token", "No call streamed a token.")
        }
        return ChartFigure(
            id: "fig-times", title: "Time to first token, then decoding\(note)", terms: [.ttft, .ttfa, .decode],
            note:
                "Medians. Light: waiting for the first token, with its interval. Solid: decoding. The tick is where the answer itself begins.",
            draw: chart.draw, table: table([.ttftP50, .ttfaP50, .decodeP50])
        ).html
    }

    var speed: String {
        let chart = IntervalChart(
            arms: arms, figure: { $0[.decodeSpeed] }, unit: .perSecond, title: "Output tokens per second",
            caption: "output tokens per second, median\(note)", shortCaption: "tokens per second, median\(note)",
            isSigned: false, texts: figures)
        guard !chart.isEmpty else { return ReportFigures.nothing("Output speed", "No speed could be measured.") }
        return ChartFigure(
            id: "fig-speed", title: "Output speed\(note)",
            terms: [.decodeSpeed, .endToEndSpeed, .characterSpeed, .countedTokens],
            draw: chart.draw,
            table: table([.decodeSpeed, .endToEndSpeed, .characterSpeed])
        ).html
    }

    /// The phases under load, with a chart where there are rates; nothing without a load.
    var load: String {
        guard let load = model.load else { return "" }
        let text = LoadText(load, of: model.run)
        let table = DataTable(header: LoadText.header, rows: text.rows)
        let findings = text.findings.map { "<li>\(Markup.escaped($0))</li>" }.joined()
        let terms: [ReportTerm] = [
            .loadModel, .objective, .good, .attainment, .offered, .achieved, .goodput, .queued, .capacity,
        ]
        var out = "<p class=\"note\">\(Markup.escaped(text.summary))</p>"
        if !findings.isEmpty { out += "<ul class=\"findings\">\(findings)</ul>" }
        let chart = LoadChart(load, model)
        guard !chart.isEmpty else {
            return out + "<p class=\"terms\">\(terms.map(Help.named).joined())</p>" + table.html
        }
        return out + table.html
            + ChartFigure(
                id: "fig-load", title: "Good trials against the rate\(note)", terms: terms,
                note: "Each whisker is a 95 % interval; the line is the share that the objective asks for.",
                legend: legend, draw: chart.draw, table: table
            ).html
    }

    var failures: String {
        let chart = FailureChart(model)
        guard !chart.isEmpty else {
            return ReportFigures.nothing(
                "Failures by class", chart.arms.isEmpty ? "No trial was made." : "Every trial ended well.")
        }
        let legend = chart.classes.map { outcome in
            ChartFigure.LegendEntry(
                icon: "<i class=\"sw \(chart.look(outcome))\"></i>",
                label: "\(ReportOutcomes.label(outcome)) (\(ReportFigures.blame(outcome)))")
        }
        let header = ["model"] + chart.classes.map(ReportOutcomes.label) + ["retried", "fail", "n"]
        let rows = chart.arms.map { arm in
            [arm.id.rawValue]
                + chart.classes.map { outcome in String(arm.outcomes.first { $0.outcome == outcome }?.count ?? 0) }
                + [
                    String(arm.counts.retried), figures.shown(arm, .failureRate),
                    NumberText.count(arm.counts.attempted),
                ]
        }
        return ChartFigure(
            id: "fig-failures", title: "Failures by class", terms: [.outcomes, .failureRate], legend: legend,
            draw: chart.draw,
            table: DataTable(header: header, rows: rows)
        ).html
    }

    private static func blame(_ outcome: TrialOutcome) -> String {
        switch outcome.fault {
        case .provider: "provider"
        case .caseOutcome: "case"
        case .ours, .none: "harness, not counted"
        }
    }

    var budget: String {
        let chart = MoneyChart(model)
        guard !chart.isEmpty else { return ReportFigures.nothing("Money", "No call was made.") }
        let money = model.money
        func amount(_ value: USD?) -> String { value.map { NumberText.dollars($0) } ?? NumberText.unknown }
        let judges = money.judges.flatMap { $0.calls > 0 ? $0 : nil }
        let rows =
            [
                ["spent", money.spending.sum], ["spent on trials", amount(money.known)],
                ["spent on failures", amount(money.onFailures)],
                ["spent on retries", amount(money.onRetries)],
            ] + (judges.map { [["spent on judges", amount($0.known)]] } ?? []) + [
                ["estimate", amount(money.likely)], ["budget", amount(money.limit)],
                ["worst case", amount(money.worstCase)],
                ["trials without a known cost", NumberText.count(money.unpricedTrials)],
                ["cached input", money.cachedShare.map { NumberText.percent($0) } ?? NumberText.unknown],
            ]
        return ChartFigure(
            id: "fig-budget", title: "Spent against the plan", terms: [.budget, .likely, .worstCase, .cost],
            note: MoneyText(money, simulated: model.run.simulated).sentence, draw: chart.drawBudget,
            table: DataTable(header: ["", "USD"], rows: rows)
        ).html
    }

    var cost: String {
        let chart = MoneyChart(model)
        guard !chart.isEmpty else { return "" }
        let rows = arms.map { arm in
            let money = arm.money
            let all = money.unpricedTrials > 0 && money.unpricedTrials == arm.counts.attempted + arm.counts.excluded
            return [
                arm.id.rawValue, all ? "unpriced" : NumberText.dollars(money.known),
                all ? "unpriced" : NumberText.dollars(money.onFailures),
                all ? "unpriced" : NumberText.dollars(money.onRetries), NumberText.count(money.unpricedTrials),
                NumberText.count(money.promptTokens),
                money.cachedShare.map { NumberText.percent($0) } ?? NumberText.unknown,
                ReportFigures.outputTokens(money), NumberText.count(money.reasoningTokens),
                money.pricedAsOf.isEmpty ? NumberText.unknown : money.pricedAsOf.joined(separator: ", "),
            ]
        }
        let header = [
            "model", "cost", "on failures", "on retries", "unpriced trials", "input tokens", "cached", "output tokens",
            "of them reasoning",
            "prices as of",
        ]
        return ChartFigure(
            id: "fig-cost", title: "Cost by model", terms: [.wasted, .retryCost, .cachedShare, .unpriced],
            legend: [
                .init(icon: "<i class=\"sw spent\"></i>", label: "useful"),
                .init(icon: "<i class=\"sw wasted\"></i>", label: "failures and retries"),
            ], draw: chart.drawArms, table: DataTable(header: header, rows: rows)
        ).html
    }

    /// Reported ones, then those of other origins, each by itself.
    private static func outputTokens(_ money: ArmSummary.Money) -> String {
        var parts = money.outputTokens > 0 ? [NumberText.count(money.outputTokens)] : []
        if money.countedTokens > 0 { parts.append("\(NumberText.count(money.countedTokens))\u{A0}†") }
        if money.estimatedTokens > 0 { parts.append("≈ \(NumberText.count(money.estimatedTokens))") }
        return parts.isEmpty ? NumberText.count(0) : parts.joined(separator: " and ")
    }

    private static func nothing(_ title: String, _ why: String) -> String {
        "<figure><figcaption><h3>\(Markup.escaped(title))</h3></figcaption><p class=\"empty\">\(Markup.escaped(why))</p></figure>"
    }
}
