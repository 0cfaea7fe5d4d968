import BenchCore
import Benchmark
import LLMCore
import SQLiteStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Trials of one iteration.
private let count = 1_024
/// Trials of one write: as a run with 32 calls in flight gathers them, and the most that one ever gathers.
private let batches = [32, 256]

/// A database in a folder of its own, which goes with it.
private func withStore(_ body: (SQLiteStore) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dirgen-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLiteStore.open(at: folder.appendingPathComponent("bench.sqlite").path)
    try await body(store)
    try store.close()
}

let benchmarks: @Sendable () -> Void = {
    // Reservation of the attempt aside, all that a run writes of its trials.
    for batch in batches {
        Benchmark(
            "record \(count) trials in batches of \(batch) (target 205 ms)",
            configuration: .init(metrics: [.wallClock, .cpuTotal], maxDuration: .seconds(5), maxIterations: 50)
        ) { benchmark in
            try await withStore { store in
                let source = TrialSource(cases: batch)
                try await store.begin(source.run, cases: source.cases)
                for round in benchmark.scaledIterations {
                    let trials = (0..<count / batch).map { source.batch(round: round, number: $0) }
                    benchmark.startMeasurement()
                    for trials in trials { try await store.record(trials, storeContent: true) }
                    benchmark.stopMeasurement()
                }
            }
        }
    }
}
