import ArgumentParser
import BenchCore
import BenchReports
import DirGenBench
import DirGenCore
import LLMCore

/// The command `report`: renders a stored run; the same run gives the same bytes at any time.
struct ReportCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Rebuild a run's report from the database.",
        discussion: "Writes report.html and report.md under --out. With --format it prints that format instead.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "Run: its identifier, a prefix of it, or latest.", transform: TextArgument.name)
    var run = "latest"

    @Option(help: "Print one format on standard output: html, md, csv or json.", transform: Self.format)
    var format: ReportFormat?

    @Flag(help: "Include whole answers instead of their first kilobyte.")
    var full = false

    @Option(help: ArgumentHelp("Folder for reports.", valueName: "dir"), transform: TextArgument.folder)
    var out = "reports"

    func execute(_ console: Console) async throws {
        let store = try common.requiredStore()
        let model = try await BenchReport.model(of: store.requiredRun(run).id, in: store, full: full)
        if let format {
            console.output.write(try ReportRenderer.bytes(model, as: format))
        } else {
            for path in try ReportFiles.write(model, to: out) { console.data(path) }
        }
    }

    @Sendable private static func format(_ text: String) throws -> ReportFormat {
        guard let format = ReportFormat(rawValue: text) else {
            throw ValidationError("expected html, md, csv or json")
        }
        return format
    }
}
