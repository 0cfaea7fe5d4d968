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

/// The bench needs no database of a kind: any store that keeps the contracts will do.
@Suite("A whole run on a store in memory", .timeLimit(.minutes(1)))
struct MemoryRunTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-memory-" + Identifier.make())

    /// Answers every prompt; one model of the two gets every third one wrong.
    private struct QuickAsker: Asker {
        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream(ending: { try await answer(request) })
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            let arm = Arm(model: model, endpoint: "https://\(model.provider).test", simulated: false)
            try await request.recorder?.reserve(BenchFixtures.intent(request.id, arm: arm))
            var record = BenchFixtures.call(request.id, arm: arm, task: request.task, startedAt: BenchFixtures.start)
            let prompt = request.chat.messages.last?.text ?? ""
            record.answer = Answer(text: model.name == "gpt-5-mini" && prompt.hasSuffix("3") ? "no" : "yes")
            return record
        }
    }

    private func bench(
        _ store: MemoryStore, preload: (@Sendable (ModelID) async throws -> Duration)? = nil
    ) -> Bench {
        let provider = BenchProvider(
            id: "openai", endpoint: "https://openai.test", simulated: false, isLocal: false, defaultModels: [],
            concurrency: 4, probe: { _ in .usable(models: nil) }, preload: preload)
        return Bench(
            asker: QuickAsker(), store: store, prices: PriceBook.builtIn, providers: [provider], toolVersion: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func dataset(cases: Int) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let rows = (0..<cases).map {
            #"{"id":"c\#($0)","task":"planning","input":"Is it so? \#($0)","assert":[{"type":"contains","value":"yes"}]}"#
        }
        let path = folder.appending(path: "set.jsonl").path
        try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("plans, asks, grades, records, derives a table and writes its reports")
    func whole() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let bench = bench(store)
        let request = BenchRequest(
            datasetPath: try dataset(cases: 8),
            models: [try ArmSpec("openai/gpt-5"), try ArmSpec("openai/gpt-5-mini")],
            output: folder.appending(path: "reports").path)
        let result = try await bench.run(try await bench.prepare(request))
        #expect(result.run.status == .complete && result.finished == 16 && result.failed == 0)
        #expect(result.derived && result.table?.rows.count == 2)

        let run = result.run.id
        let overview = try await store.overview(of: run)
        #expect(overview.run.status == .complete && overview.trials == 16 && overview.passed == 15)
        #expect(overview.cost == result.spent && overview.reserved == 0)
        let environment = overview.run.environment
        #expect(environment.plan?.calls == 16 && environment.warnings == [] && environment.loadModel == "closed loop")
        #expect(environment.concurrency == ["openai": 4] && environment.retries == 2 && environment.route == .direct)
        #expect(environment.timeouts == .init(request.limits) && environment.others.isEmpty)
        #expect(try await store.table(for: .planning, simulated: false) == result.table)
        #expect(try await store.firstTable(from: run) == result.table)

        let reports = try result.reports.get()
        #expect(reports.map { URL(filePath: $0).lastPathComponent }.sorted() == ["report.html", "report.md"])
        #expect(try reports.allSatisfy { try !Data(contentsOf: URL(filePath: $0)).isEmpty })
        let model = try await BenchReport.model(of: run, in: store)
        #expect(model.arms.count == 2 && model.run.id == run)
        #expect(try await store.check().problems.isEmpty)
    }

    @Test("a stop while a local model loads ends the run at once, with what it has")
    func stoppedWhileLoading() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let control = RunControl()
        let loads = Mutex(0)
        let bench = bench(MemoryStore()) { _ in
            loads.withLock { $0 += 1 }
            control.stop()
            control.stop()
            try await Task.sleep(for: .seconds(3_600))
            return .zero
        }
        let request = BenchRequest(
            datasetPath: try dataset(cases: 2),
            models: [try ArmSpec("openai/gpt-5"), try ArmSpec("openai/gpt-5-mini")],
            output: folder.appending(path: "reports").path)
        let result = try await bench.run(try await bench.prepare(request), control: control)
        #expect(result.run.status == .aborted && result.finished == 0 && !result.derived)
        #expect(loads.withLock { $0 } == 1)
    }

    @Test(
        "a run of more calls than fit is refused before it is planned, and no more connections are opened than there are calls"
    )
    func limits() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let connections = Mutex(0)
        let provider = BenchProvider(
            id: "openai", endpoint: "https://openai.test", simulated: false, isLocal: false, defaultModels: [],
            concurrency: 4,
            probe: { count in
                connections.withLock { $0 = count }
                return .usable(models: nil)
            })
        let bench = Bench(
            asker: QuickAsker(), store: MemoryStore(), prices: PriceBook.builtIn, providers: [provider],
            toolVersion: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var request = BenchRequest(
            datasetPath: try dataset(cases: 8), models: [try ArmSpec("openai/gpt-5")], repeats: 1_000_000_000,
            concurrency: 10_000, output: folder.appending(path: "reports").path)
        await #expect(throws: InputError.self) { try await bench.prepare(request) }
        request.repeats = 2
        let prepared = try await bench.prepare(request)
        #expect(prepared.plan.items.count == 16 && connections.withLock { $0 } == 16)
        #expect(prepared.summary.hasPrefix("plan: 1 model × 8 cases × 2 repeats = 16 calls"))
    }

    @Test("a report of a run that the store does not hold is an input error")
    func unknown() async throws {
        await #expect(throws: InputError.self) {
            try await BenchReport.model(of: RunID(rawValue: "none"), in: MemoryStore())
        }
    }
}
