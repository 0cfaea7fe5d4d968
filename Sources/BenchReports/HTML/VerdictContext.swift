import BenchCore
import LLMCore

/// The strip at the top: what to use, how sure that is, and the figures that matter.
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
        case .tie, .notEnoughData: "weak"
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
