import ArgumentParser
import DirGenAPI
import DirGenCore
import Foundation
import LLMCore

/// The command `select`: the model for a task, with the evidence for it.
struct SelectCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "select", abstract: "Choose the model for a task, with its evidence.",
        discussion: "Reads the newest selection table. Without one it prints the configured default and says so.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Task type, such as architecture.")
    var task: TaskType
    @Option(
        help: ArgumentHelp("PCCE: project document with agent profiles, in YAML.", valueName: "file"),
        transform: TextArgument.file)
    var pcce: String?
    @Option(
        help: ArgumentHelp("Agent role of the PCCE document (default: planner).", valueName: "role"),
        transform: TextArgument.name)
    var profile: String?
    @OptionGroup(title: "Constraints") var constraints: ConstraintOptions

    var common: CommonOptions { global.common }

    func validate() throws {
        guard profile == nil || pcce != nil else { throw ValidationError("--profile needs --pcce") }
    }

    func execute(_ console: Console) async throws {
        let selection = try await common.withService(console, database: .readOnly) { dirgen in
            let profile = try pcce.map { try dirgen.configuration.profile(role: self.profile ?? "planner", pcce: $0) }
            for step in profile?.fallbackSteps ?? [] { console.warn(step) }
            return try await dirgen.service.selectOptimalModel(
                for: task, profile: profile, constraints: constraints.overrides)
        }
        try constraints.check(timeScale: selection.timeScale)
        switch global.format {
        case .json: try console.json(selection.document)
        case .text: console.data(SelectionPage(selection).text)
        }
    }
}

/// A selection for people to read.
struct SelectionPage {
    let text: String

    init(_ selection: ModelSelection) {
        let model = selection.model?.description ?? "no model"
        // Where the table did not choose, its confidence in the model is told all the same.
        let verdict = (selection.verdict ?? .uncertified).words(confidence: selection.confidence)
        var lines = ["\(selection.task): \(model) (\(verdict))", "  \(selection.reason)"]
        if let arm = selection.arm, arm.rawValue != model { lines.append("  configuration: \(arm)") }
        lines += selection.worth.map { "  " + $0.sentence }
        if let runnerUp = selection.runnerUp { lines.append("  runner-up: \(runnerUp)") }
        if let row = selection.row { lines += SelectionPage.evidence(row) }
        if let derived = selection.derivedAt {
            let origin = selection.simulated == true ? ", simulated" : ""
            lines.append("  derived \(RFC3339.text(derived))\(origin)")
        }
        text = lines.joined(separator: "\n")
    }

    private static func evidence(_ row: SelectionRow) -> [String] {
        let cost = row.cost.map { "\($0) USD a case" } ?? "cost unknown"
        let p95 =
            row.respP95.map { String(format: "p95 %.0f ms", $0) }
            ?? (row.isLatencyUnknown == true ? "latency unknown" : "p95 beyond the time-out")
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
