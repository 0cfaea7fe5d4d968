import BenchCore
import BenchReports
import Foundation
import LLMCore
import TestSupport
import Testing

/// Writes reports for eyes and browsers, where `DIRGEN_REPORT_SAMPLES` names a folder (`scripts/report-screenshots` does).
@Suite("Sample reports", .timeLimit(.minutes(2))) struct SampleReports {
    @Test(
        "samples are written where a folder is named",
        .enabled(if: ProcessInfo.processInfo.environment["DIRGEN_REPORT_SAMPLES"] != nil))
    func write() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["DIRGEN_REPORT_SAMPLES"])
        for (name, model) in SampleReports.models {
            for format in ReportFormat.allCases {
                let bytes = try ReportRenderer.bytes(model, as: format)
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).\(format.rawValue)"))
            }
        }
    }

    static var models: [(String, ReportModel)] {
        let shapes = RunFixture.Shape.usual
        let unpriced = RunFixture.Shape(
            "local/ai/gemma3-qat", quality: 0.7, firstToken: 500, tokensPerSecond: 30, price: nil, failureRate: 0.2)
        let dead = RunFixture.Shape(
            "openai/gpt-6-preview", quality: 0.9, firstToken: 500, tokensPerSecond: 30, price: (5, 30), failureRate: 1)
        return [
            ("usual", RunFixture().model()),
            (
                "real",
                RunFixture(shapes: shapes + [unpriced, dead], timeScale: 1, simulated: false).model(
                    verdict: .uncertified)
            ),
            ("small", RunFixture(shapes: Array(shapes.prefix(3)), caseCount: 12).model(verdict: .uncertified)),
            ("single", RunFixture(shapes: [shapes[0]], caseCount: 40).model()),
            ("empty", RunFixture(shapes: shapes, caseCount: 0).model(verdict: .infeasible)),
            ("dead", RunFixture(shapes: [dead], caseCount: 20).model(verdict: .infeasible)),
        ]
    }
}
