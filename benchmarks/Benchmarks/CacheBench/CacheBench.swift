import Benchmark
import LLMCore
import LLMService
import Logging
import SQLiteStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Served from memory by a cache that asks no storage.
private func memoryHits(_ benchmark: Benchmark) async throws {
    try await withAsker(storage: nil) { asker in
        try await finish(asker.ask(question()))
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try await finish(asker.ask(question()))) }
        benchmark.stopMeasurement()
    }
}

/// Served from a database of a thousand answers, by a memory that holds nothing.
private func storageHits(_ benchmark: Benchmark) async throws {
    try await withStore { store in
        for number in 0..<1_000 {
            try await store.store(entry(), for: CacheKey(rawValue: ContentHash.sha256("\(number)")))
        }
        try await withAsker(CachePolicy(memoryBytes: 0), storage: store) { asker in
            try await finish(asker.ask(question()))
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { blackHole(try await finish(asker.ask(question()))) }
            benchmark.stopMeasurement()
        }
    }
}

/// A thousand callers of one question that nobody asked before.
private func singleFlight(_ benchmark: Benchmark) async throws {
    try await withAsker(storage: nil) { asker in
        benchmark.startMeasurement()
        for round in benchmark.scaledIterations {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<1_000 {
                    group.addTask { try await finish(asker.ask(question("round \(round)"))) }
                }
                try await group.waitForAll()
            }
        }
        benchmark.stopMeasurement()
    }
}

/// The digest of a question of 4 kB.
private func keys(_ benchmark: Benchmark) {
    let asked = CacheRequest(
        tenant: nil, simulated: false, endpoint: endpoint, model: model,
        chat: ChatRequest(messages: [.system("Be brief."), .user(String(repeating: "question ", count: 450))]))
    for _ in benchmark.scaledIterations { blackHole(asked.key) }
}

let benchmarks: @Sendable () -> Void = {
    let many = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .throughput], scalingFactor: .kilo, maxDuration: .seconds(5))
    Benchmark("cache key of a 4 kB question", configuration: many) { keys($0) }
    Benchmark("cache hit in memory", configuration: many) { try await memoryHits($0) }
    // Each iteration fills a database first.
    var few = many
    few.maxIterations = 5
    Benchmark("cache hit in SQLite", configuration: few) { try await storageHits($0) }
    Benchmark(
        "single-flight with 1000 waiters",
        configuration: .init(metrics: [.wallClock, .cpuTotal, .peakMemoryResident], maxDuration: .seconds(5))
    ) { try await singleFlight($0) }
}
