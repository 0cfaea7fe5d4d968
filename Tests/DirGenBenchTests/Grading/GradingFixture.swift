import BenchCore
import BenchRunner
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

/// Runs over small datasets, a judge that says what it is told to, and a folder of their own.
struct GradingFixture {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-grade-" + Identifier.make())
    let judge = "anthropic/claude-haiku-4-5"

    /// Answers `yes`, and judges by `verdict`.
    struct Models: Asker {
        var verdict: @Sendable (_ key: String) -> String = { #"{"key":"\#($0)","reason":"fine","score":1}"# }
        let asked: Counter

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream(ending: { try await answer(request) })
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            asked.count(model)
            let arm = Arm(model: model, endpoint: "https://\(model.provider).test", simulated: false)
            try await request.recorder?.reserve(BenchFixtures.intent(request.id, arm: arm))
            var record = BenchFixtures.call(request.id, arm: arm, task: request.task, startedAt: BenchFixtures.start)
            let system = request.chat.messages[0].text
            guard let mark = system.firstRange(of: "{\"key\": \"") else {
                record.answer = Answer(text: "yes")
                return record
            }
            record.answer = Answer(text: verdict(String(system[mark.upperBound...].prefix { $0 != "\"" })))
            return record
        }
    }

    final class Counter: Sendable {
        private let counts = Mutex<[ModelID: Int]>([:])
        func count(_ model: ModelID) { counts.withLock { $0[model, default: 0] += 1 } }
        var all: Int { counts.withLock { $0.values.reduce(0, +) } }
    }

    func bench(_ store: MemoryStore, _ models: any Asker, concurrency: Int = 4) -> Bench {
        let providers = ["openai", "anthropic", "gemini"].map { id in
            BenchProvider(
                id: ProviderID(id), endpoint: "https://\(id).test", simulated: false, isLocal: false,
                defaultModels: [], concurrency: concurrency, probe: { _ in .usable(models: nil) })
        }
        return Bench(
            asker: models, store: store, prices: PriceBook.builtIn, providers: providers, toolVersion: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func dataset(_ name: String = "set", assert: String, input: String = "Is it so?", cases: Int = 4) throws
        -> String
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let rows = (0..<cases).map {
            #"{"id":"c\#($0)","task":"planning","input":"\#(input) \#($0)","assert":[\#(assert)]}"#
        }
        let path = folder.appending(path: name + ".jsonl").path
        try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    func run(
        _ bench: Bench, _ path: String, judge: String? = nil, storeContent: Bool = true, maxCost: USD? = nil
    ) async throws -> BenchResult {
        let request = BenchRequest(
            datasetPath: path, models: [try ArmSpec("openai/gpt-5-mini")], maxCost: maxCost,
            judge: JudgeRequest(model: judge), storeContent: storeContent,
            output: folder.appending(path: "reports").path)
        return try await bench.run(try await bench.prepare(request))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    static let contains = #"{"type":"contains","value":"yes"}"#
    static let rubric = #"{"type":"llm-rubric","value":"says yes"}"#
}
