import BenchCore
import DirGenAPI
import LLMCore

extension DerivedTablesDocument.Row {
    var verdictWords: String { verdict.words(confidence: model == nil ? nil : confidence) }

    /// A paragraph.
    func page(worth: [SelectionWorth]) -> String {
        let name = arm?.rawValue ?? "no model"
        var lines = ["\(task): \(name) (\(verdictWords))", "  \(reason)"]
        if let quality, let low = qualityLow, let high = qualityHigh {
            let interval = "[\(NumberText.fixed(low, 3)), \(NumberText.fixed(high, 3))]"
            let price = cost.map { "\(NumberText.dollars($0)) a case" } ?? "cost unknown"
            lines.append(
                "  quality \(NumberText.fixed(quality, 3)) \(interval), \(price), n = \(n)\(clusters == n ? "" : " in \(clusters) groups")"
            )
        }
        lines += worth.map { "  " + $0.sentence }
        if let runnerUp { lines.append("  runner-up: \(runnerUp)") }
        lines += leftOut.map { "  left out: \($0.arm): \($0.reason)" }
        return lines.joined(separator: "\n")
    }
}

extension StoredTableDocument {
    static func table(_ rows: [StoredTableDocument]) -> String {
        var table = TextTable([
            ("TABLE", .left), ("TASK", .left), ("DERIVED", .left), ("CASES", .right), ("MODEL", .left),
            ("VERDICT", .left), ("STATE", .left),
        ])
        for row in rows {
            table.add([
                row.table, row.task.rawValue + (row.simulated ? " (simulated)" : ""),
                NumberText.timestamp(microseconds: row.derivedAt), "\(row.n)", row.choice.arm?.rawValue ?? "none",
                row.choice.verdictWords, row.state,
            ])
        }
        return table.text
    }

    fileprivate var state: String { pinned ? "pinned" : inUse ? "in use" : "" }
}

extension TableDetailDocument {
    var page: String {
        let choice = table.choice
        var lines = [
            "\(table.table), \(table.task)\(table.simulated ? ", simulated" : ""), derived \(NumberText.timestamp(microseconds: table.derivedAt))"
                + (table.state.isEmpty ? "" : ", \(table.state)"),
            "\(choice.arm?.rawValue ?? "no model") (\(choice.verdictWords)): \(choice.reason)", "", armTable,
        ]
        if let low = choice.qualityLow, let high = choice.qualityHigh, arms.count > 1 {
            lines.append(
                "The chosen model's interval is [\(NumberText.fixed(low, 3)), \(NumberText.fixed(high, 3))] when its having been chosen is paid for."
            )
        }
        if frontier.count > 1 { lines += ["", frontierTable] }
        lines += leftOut.map { "left out: \($0.arm): \($0.reason)" }
        return lines.joined(separator: "\n")
    }

    private var armTable: String {
        var text = TextTable([
            ("MODEL", .left), ("QUALITY", .right), ("95 %", .left), ("A CASE", .right), ("P95", .right),
            ("FAILED", .right), ("CONFIDENCE", .right), ("BEST", .right),
        ])
        for row in arms {
            text.add([
                row.arm.rawValue, NumberText.fixed(row.quality, 3),
                "[\(NumberText.fixed(row.qualityLow, 3)), \(NumberText.fixed(row.qualityHigh, 3))]",
                row.cost.map(NumberText.dollars) ?? NumberText.unknown,
                row.respP95.map { NumberText.duration(milliseconds: $0) } ?? NumberText.unknown,
                NumberText.percent(row.failureRate, 1),
                row.confidence.map { NumberText.confidence($0) } ?? NumberText.unknown,
                row.probabilityBest.map { NumberText.percent($0) } ?? NumberText.unknown,
            ])
        }
        return text.text
    }

    private var frontierTable: String {
        var text = TextTable([
            ("A POINT WORTH", .right), ("MODEL", .left), ("QUALITY", .right), ("A CASE", .right),
        ])
        for step in frontier {
            text.add([
                step.willingToPay == .zero ? "less" : NumberText.dollars(step.willingToPay), step.arm.rawValue,
                NumberText.fixed(step.quality, 3), NumberText.dollars(step.cost),
            ])
        }
        return text.text
    }
}

extension TableDiffDocument {
    var page: String {
        let (old, new) = (from.arm?.rawValue ?? "no model", to.arm?.rawValue ?? "no model")
        let choice = changed ? "\(old) -> \(new)" : "\(new), as before"
        let header = [
            "\(from.table) -> \(to.table)", "\(to.task): \(choice)",
            "  was \(from.verdictWords), is \(to.verdictWords)",
        ]
        var text = TextTable([
            ("MODEL", .left), ("QUALITY", .left), ("A CASE", .left), ("P95", .left), ("", .left),
        ])
        for arm in arms {
            text.add([
                arm.arm.rawValue, Self.change(arm.qualityFrom, arm.qualityTo) { NumberText.fixed($0, 3) },
                Self.change(arm.costFrom, arm.costTo) { NumberText.dollars($0) },
                Self.change(arm.respP95From, arm.respP95To) { NumberText.duration(milliseconds: $0) },
                arm.note,
            ])
        }
        return (header + [text.text]).joined(separator: "\n")
    }

    private static func change<Value: Equatable>(
        _ old: Value?, _ new: Value?, _ text: (Value) -> String
    ) -> String {
        let (left, right) = (old.map(text) ?? NumberText.unknown, new.map(text) ?? NumberText.unknown)
        return left == right ? right : "\(left) -> \(right)"
    }
}

extension TableDiffDocument.ArmChange {
    fileprivate var note: String {
        if qualityFrom == nil { return "new" }
        if qualityTo == nil { return "gone" }
        return qualityMoved ? "quality moved beyond both intervals" : ""
    }
}
