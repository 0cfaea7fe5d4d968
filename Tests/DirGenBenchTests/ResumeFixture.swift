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

/// Runs over a small dataset with a provider that can stop or fail them, and a folder of their own.
struct ResumeFixture {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-resumed-" + Identifier.make())

    /// Answers every prompt, keeps the prompts it was asked, and fails while it is told to.
    final class Provider: Asker {
        private let state = Mutex((asked: [String](), isFailing: false))
        var asked: [String] { state.withLock { $0.asked } }
        /// Runs when a call has been answered; its argument is how many have.
        let onAnswer: @Sendable (Int) -> Void

        init(onAnswer: @escaping @Sendable (Int) -> Void = { _ in }) { self.onAnswer = onAnswer }

        func fail(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream(ending: { try await self.answer(request) })
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            let arm = Arm(model: model, endpoint: "https://\(model.provider).test", simulated: false)
            try await request.recorder?.reserve(BenchFixtures.intent(request.id, arm: arm))
            let (count, isFailing) = state.withLock { state in
                state.asked.append("\(model) \(request.chat.messages.last?.text ?? "")")
                return (state.asked.count, state.isFailing)
            }
            var record = BenchFixtures.call(
                request.id, arm: arm, task: request.task, startedAt: BenchFixtures.start,
                outcome: isFailing ? .serverError : .ok)
            if !isFailing { record.answer = Answer(text: "yes") }
            onAnswer(count)
            return record
        }
    }

    func bench(
        _ store: MemoryStore, _ provider: Provider, endpoint: String = "https://openai.test", simulated: Bool = false,
        prices: PriceBook = .builtIn
    ) -> Bench {
        let target = BenchProvider(
            id: "openai", endpoint: endpoint, simulated: simulated, isLocal: false, defaultModels: [],
            concurrency: 2, probe: { _ in .usable(models: nil) })
        return Bench(
            asker: provider, store: store, prices: prices, providers: [target], toolVersion: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func request(
        cases: Int = 8, reuse: Bool = false, row change: (String) -> String = { $0 }
    ) throws -> BenchRequest {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let rows = (0..<cases).map {
            change(
                #"{"id":"c\#($0)","task":"planning","input":"Is it so? \#($0)","assert":[{"type":"contains","value":"yes"}]}"#
            )
        }
        let path = folder.appending(path: "set.jsonl").path
        try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return BenchRequest(
            datasetPath: path, models: [try ArmSpec("openai/gpt-5"), try ArmSpec("openai/gpt-5-mini")], reuse: reuse,
            maxFailureRate: 0.3, output: folder.appending(path: "reports").path)
    }

    /// A run of sixteen calls that was drained after some of them.
    func drained(_ store: MemoryStore) async throws -> (run: RunID, asked: [String]) {
        let control = RunControl()
        let provider = Provider { if $0 == 5 { control.stop() } }
        let bench = bench(store, provider)
        let result = try await bench.run(try await bench.prepare(try request()), control: control)
        #expect(result.run.status == .drained && !result.derived)
        return (result.run.id, provider.asked)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
