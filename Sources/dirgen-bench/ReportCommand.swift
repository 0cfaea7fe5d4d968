import ArgumentParser
import BenchCore
import BenchReports
import DirGenBench
import DirGenCore
import LLMCore

/// A stored run's report, again: the same bytes at any time.
struct ReportCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Rebuild a run's report from the database.",
        discussion: "Writes report.html and report.md under --out; with --format prints that format instead.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "Run: its identifier, the beginning of it, or latest.")
    var run = "latest"

    @Option(help: "Print html, md, csv or json on standard output.", transform: Self.format)
    var format: ReportFormat?

    @Flag(help: "Include whole answers instead of their first kilobyte.")
    var full = false

    @Option(help: ArgumentHelp("Folder of the reports.", valueName: "dir"))
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
            throw ValidationError("--format is html, md, csv or json")
        }
        return format
    }
}
