import Benchmark
import LLMCore
import LLMService

/// One call of the client by itself: what `ask` is compared with.
private func bareClient(_ benchmark: Benchmark) async throws {
    let client = InstantClient(provider: "openai")
    for _ in benchmark.scaledIterations {
        let call = ModelCall(
            model: models[0], request: chat, credential: nil, deadline: TimeLimits().deadline(from: .now),
            attemptID: AttemptID(rawValue: Identifier.make()))
        for try await event in client.open(call) { blackHole(event) }
    }
}

/// The same through the service: planned, admitted by learnt health, reserved, passed on, settled and recorded by nobody.
private func ask(_ benchmark: Benchmark, _ tables: any SelectionTableSource, _ model: ModelChoice) async throws {
    let service = service(tables)
    // The table is judged before.
    for try await event in service.ask(request(model)) { blackHole(event) }
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
        for try await event in service.ask(request(model)) { blackHole(event) }
    }
    benchmark.stopMeasurement()
}

private func route(_ benchmark: Benchmark) async throws {
    let service = service(OneTable())
    // The table is judged before.
    _ = try await service.selectOptimalModel(for: .general)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try await service.selectOptimalModel(for: .general)) }
    benchmark.stopMeasurement()
}

/// The decision after a table, or what live calls say of it, has changed: it is judged anew.
private func judge(_ benchmark: Benchmark) async throws {
    let table = OneTable()
    for _ in benchmark.scaledIterations {
        let service = service(table)
        benchmark.startMeasurement()
        blackHole(try await service.selectOptimalModel(for: .general))
        benchmark.stopMeasurement()
    }
}

let benchmarks: @Sendable () -> Void = {
    let many = Benchmark.Configuration(
        metrics: [.wallClock, .cpuTotal, .throughput], scalingFactor: .kilo, maxDuration: .seconds(5))
    Benchmark("bare client", configuration: many) { try await bareClient($0) }
    Benchmark("ask for a named model, 6 providers", configuration: many) {
        try await ask($0, NoTables(), .model(models[0]))
    }
    Benchmark("ask auto, 6 providers x 20 models in the table", configuration: many) {
        try await ask($0, OneTable(), .auto)
    }
    Benchmark("routing decision, 6 providers x 20 models", configuration: many) { try await route($0) }
    var one = many
    one.scalingFactor = .one
    Benchmark("first routing decision, 6 providers x 20 models", configuration: one) { try await judge($0) }
}
