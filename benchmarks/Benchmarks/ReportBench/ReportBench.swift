import BenchCore
import BenchReports
import Benchmark
import LLMCore
import SyntheticRun

let benchmarks: @Sendable () -> Void = {
    let source = SyntheticRun(cases: 1_250, arms: 8)
    Benchmark(
        "render a report of 10k trials (target 2 s, 300 MB)",
        configuration: .init(
            metrics: [.wallClock, .cpuTotal, .peakMemoryResident], warmupIterations: 0, maxDuration: .seconds(15),
            maxIterations: 5)
    ) { benchmark in
        for _ in benchmark.scaledIterations {
            let model = ReportModel.build(
                run: source.run, cases: source.cases, trials: source.trials, table: nil, choice: nil)
            let page = try ReportRenderer.bytes(model, as: .html)
            precondition(model.trialCount == 10_000, "trials were left out")
            blackHole(page)
        }
    }
}
