import DirGenCore
import Foundation

/// A selection for people to read.
struct SelectionPage {
    let text: String

    init(_ selection: ModelSelection) {
        let model = selection.model?.description ?? "no model"
        let confidence = selection.confidence.map { ", confidence \(NumberText.confidence($0))" } ?? ""
        let verdict = selection.certified ? "certified" : "not certified"
        var lines = ["\(selection.task): \(model) (\(verdict)\(confidence))", "  \(selection.reason)"]
        if let arm = selection.arm, arm.rawValue != model { lines.append("  arm: \(arm)") }
        if let runnerUp = selection.runnerUp { lines.append("  runner-up: \(runnerUp)") }
        if let row = selection.row { lines += SelectionPage.evidence(row) }
        if let derived = selection.derivedAt {
            let world = selection.simulated == true ? ", simulated" : ""
            lines.append("  derived \(RFC3339.text(derived))\(world)")
        }
        text = lines.joined(separator: "\n")
    }

    private static func evidence(_ row: SelectionRow) -> [String] {
        let cost = row.cost.map { "\($0) USD a case" } ?? "cost unknown"
        let p95 = row.respP95.map { String(format: "p95 %.0f ms", $0) } ?? "p95 beyond the time-out"
        let interval =
            if let low = row.respP95Low, let high = row.respP95High {
                String(format: " [%.0f, %.0f]", low, high)
            } else { "" }
        return [
            String(
                format: "  quality %.3f [%.3f, %.3f], pass rate %.3f, failures %.1f %%, n = %d", row.quality,
                row.qualityLow, row.qualityHigh, row.passRate, row.failureRate * 100, row.n),
            "  \(cost), \(p95)\(interval)",
        ]
    }
}
