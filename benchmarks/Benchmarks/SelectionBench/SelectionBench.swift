import BenchCore
import Benchmark
import LLMCore
import SyntheticRun

let benchmarks: @Sendable () -> Void = {
    let source = SyntheticRun(cases: 12_500, arms: 8)
    let provenance = SelectionDeriver.Provenance(
        task: .architecture, simulated: true, timeScale: 1, datasetHash: "0", graderVersion: Grader.version,
        priceVersion: "2026-11-22", derivedAt: source.run.startedAt, seed: 7)
    Benchmark(
        "derive a table from 100k trials (target 2 s)",
        configuration: .init(
            metrics: [.wallClock, .cpuTotal, .peakMemoryResident], warmupIterations: 0, maxDuration: .seconds(20),
            maxIterations: 5)
    ) { benchmark in
        for _ in benchmark.scaledIterations {
            guard
                let evidence = SelectionEvidence(task: .architecture, trials: source.trials, simulated: true)
            else { preconditionFailure("no evidence was found") }
            let table = SelectionDeriver.derive(evidence, provenance: provenance)
            precondition(table.rows.count == 8, "no table was derived")
            blackHole(table)
        }
    }
}
