import BenchCore
import LLMCore

/// The selection table: one row per arm, the best of each column bold, what is tied with it in the same shade.
struct SelectionContext {
    let values: [String: Any]

    init(_ model: ReportModel) {
        let texts = FigureText(model.run)
        let columns: [[String: Any]] = ReportMetric.columns.map { metric in
            var column: [String: Any] = ["label": metric.term.label, "help": Help.button(metric.term)]
            if metric.isTimed { column["note"] = model.latencyNote }
            return column
        }
        values = [
            "columns": columns, "n": Help.button(.n), "interval": Help.button(.interval), "tie": Help.button(.tie),
            "rows": model.arms.map { SelectionContext.row($0, texts) },
            "hasPartialCosts": model.arms.contains { arm in
                arm.inRun && arm[.costPerThousand].value != nil && arm[.costPerThousand].n < arm.counts.attempted
            },
        ]
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
        var cell: [String: Any] = ["value": texts.value(figure, metric.unit), "interval": interval]
        cell["look"] = isBest ? "best" : isTied ? "tied" : nil
        cell["said"] = isBest ? "best" : isTied ? "tied with the best" : nil
        return cell
    }
}
