import BenchCore
import LLMCore

/// The verdict at the top of the page: the chosen model, its confidence and its main figures.
struct VerdictContext {
    let values: [String: Any]

    init(_ model: ReportModel) {
        let verdict = model.verdict
        let choice = verdict.choice
        let chosen = model.arms.first { $0.isChosen }
        var values: [String: Any] = [
            "word": verdict.word.rawValue, "look": VerdictContext.look(verdict.word),
            "reason": ReportText.clean(verdict.reason),
            "help": Help.button(.verdict), "certified": verdict.isCertified ? "certified" : "not certified",
        ]
        if let chosen {
            values["chosen"] =
                [
                    "icon": Marker.icon(chosen.index), "provider": chosen.arm.model.provider.rawValue,
                    "name": String(chosen.id.rawValue.dropFirst(chosen.arm.model.provider.rawValue.utf8.count + 1)),
                    "tiles": VerdictContext.tiles(chosen, model),
                ] as [String: Any]
        }
        values["facts"] = VerdictContext.facts(model)
        if let confidence = choice?.confidence, let needed = verdict.constraints?.confidence {
            values["gauge"] = VerdictContext.gauge(confidence, needed: needed)
        }
        self.values = values
    }

    private static func look(_ word: ReportVerdict.Word) -> String {
        switch word {
        case .proven: "good"
        case .likely: "fair"
        case .tie, .notEnoughData, .measured: "weak"
        case .infeasible, .noTable: "none"
        }
    }

    private static func facts(_ model: ReportModel) -> [[String: Any]] {
        let verdict = model.verdict
        var facts: [[String: Any]] = []
        func add(_ term: ReportTerm, _ text: String) {
            facts.append(["label": term.label, "help": Help.button(term), "text": text])
        }
        if let confidence = verdict.choice?.confidence {
            let needed = verdict.constraints.map { ", \(NumberText.confidence($0.confidence)) needed" } ?? ""
            add(.confidence, NumberText.confidence(confidence) + needed)
        }
        if verdict.chosen != nil {
            let more = verdict.choice?.casesNeeded.map { "no, needs about \(NumberText.count($0)) more cases" } ?? "no"
            add(.certified, verdict.isCertified ? "yes, over \(verdict.sharedCases) shared cases" : more)
        }
        if let other = verdict.runnerUp { add(.runnerUp, other.id.rawValue) }
        if let incumbent = verdict.incumbent { add(.incumbent, incumbent.rawValue) }
        return facts
    }

    private static func tiles(_ arm: ArmSummary, _ model: ReportModel) -> [[String: Any]] {
        let texts = FigureText(model.run)
        let metrics: [ReportMetric] = [.passRate, .quality, .respP95, .ttfaP50, .costPerThousand, .failureRate]
        return metrics.map { metric in
            var tile: [String: Any] = [
                "label": metric.term.label, "help": Help.button(metric.term),
                "value": texts.value(arm[metric], metric.unit),
                "interval": texts.interval(arm[metric], metric.unit) ?? "",
            ]
            if metric.isTimed { tile["note"] = model.latencyNote }
            return tile
        }
    }

    /// A bar of the confidence with a tick at what was asked for.
    private static func gauge(_ confidence: Double, needed: Double) -> String {
        let n = SVG.number
        return "<svg class=\"gauge\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
            + "<rect class=\"track\" x=\"0\" y=\"3\" width=\"200\" height=\"4\" rx=\"2\"/>"
            + "<rect class=\"fill\" x=\"0\" y=\"3\" width=\"\(n(confidence * 200))\" height=\"4\" rx=\"2\"/>"
            + "<rect class=\"need\" x=\"\(n(needed * 200 - 1))\" y=\"0\" width=\"2\" height=\"10\"/></svg>"
    }
}

/// The selection table: one row per model, the best of each column bold, what is tied with it in the same shade.
struct SelectionContext {
    let values: [String: Any]

    init(_ model: ReportModel) {
        let texts = FigureText(model.run)
        let columns: [[String: Any]] = ReportMetric.columns.map { metric in
            var column: [String: Any] = ["label": metric.term.label, "help": Help.button(metric.term)]
            if metric.isTimed { column["note"] = model.latencyNote }
            return column
        }
        var values: [String: Any] = [
            "columns": columns, "n": Help.button(.n), "interval": Help.button(.interval), "tie": Help.button(.tie),
            "rows": model.arms.map { SelectionContext.row($0, texts) },
            "hasPartialCosts": model.arms.contains { arm in
                arm.inRun && arm[.costPerThousand].value != nil && arm[.costPerThousand].n < arm.counts.attempted
            },
        ]
        values["uncompared"] = model.uncomparedNote
        self.values = values
    }

    private static func row(_ arm: ArmSummary, _ texts: FigureText) -> [String: Any] {
        var badges: [[String: Any]] = []
        if arm.isChosen { badges.append(["look": "chosen", "text": "chosen"]) }
        if arm.isRunnerUp { badges.append(["look": "plain", "text": "runner-up"]) }
        if arm.isIncumbent { badges.append(["look": "plain", "text": "incumbent"]) }
        if !arm.inRun { badges.append(["look": "plain", "text": "earlier run"]) }
        return [
            "icon": Marker.icon(arm.index), "provider": arm.arm.model.provider.rawValue,
            "name": String(arm.id.rawValue.dropFirst(arm.arm.model.provider.rawValue.utf8.count + 1)), "badges": badges,
            "isChosen": arm.isChosen, "cells": ReportMetric.columns.map { cell(arm, $0, texts) },
            "n": NumberText.count(arm.counts.attempted),
        ]
    }

    private static func cell(_ arm: ArmSummary, _ metric: ReportMetric, _ texts: FigureText) -> [String: Any] {
        let figure = arm[metric]
        var interval = texts.interval(figure, metric.unit) ?? ""
        if metric.unit == .usd, figure.value != nil, arm.inRun, figure.n < arm.counts.attempted {
            interval += " \(figure.n) of \(arm.counts.attempted) priced"
        }
        // A speed is defined for fewer trials than were made: its own n says how many.
        if metric.unit == .perSecond, figure.value != nil, figure.n < arm.counts.attempted {
            interval += " n\u{A0}=\u{A0}\(NumberText.count(figure.n))"
        }
        let isBest = arm.best.contains(metric)
        let isTied = arm.tied.contains(metric)
        var cell: [String: Any] = ["value": texts.value(arm, metric), "interval": interval]
        cell["look"] = isBest ? "best" : isTied ? "tied" : nil
        cell["said"] = isBest ? "best" : isTied ? "tied with the best" : nil
        return cell
    }
}
