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

/// A run that ended early, and one that takes earlier answers, as a user has them: from request to table and report.
@Suite("Runs that go on and runs that reuse", .timeLimit(.minutes(1)))
struct ResumedRunTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-resumed-" + Identifier.make())

    /// Answers every prompt, keeps the prompts it was asked, and fails while it is told to.
    private final class Provider: Asker {
        private let state = Mutex((asked: [String](), isFailing: false))
        var asked: [String] { state.withLock { $0.asked } }
        /// Runs when a call has been answered; its argument is how many have.
        let onAnswer: @Sendable (Int) -> Void

        init(onAnswer: @escaping @Sendable (Int) -> Void = { _ in }) { self.onAnswer = onAnswer }

        func fail(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream {
                let isDone = Mutex(false)
                return {
                    let wasDone = isDone.withLock { done in
                        defer { done = true }
                        return done
                    }
                    return wasDone ? nil : .ended(try await self.answer(request))
                }
            }
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

    private func bench(
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

    private func request(cases: Int = 8, reuse: Bool = false) throws -> BenchRequest {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let rows = (0..<cases).map {
            #"{"id":"c\#($0)","task":"planning","input":"Is it so? \#($0)","assert":[{"type":"contains","value":"yes"}]}"#
        }
        let path = folder.appending(path: "set.jsonl").path
        try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return BenchRequest(
            datasetPath: path, models: [try ArmSpec("openai/gpt-5"), try ArmSpec("openai/gpt-5-mini")], reuse: reuse,
            maxFailureRate: 0.3, output: folder.appending(path: "reports").path)
    }

    /// A run of sixteen calls that was drained after some of them.
    private func drained(_ store: MemoryStore) async throws -> (run: RunID, asked: [String]) {
        let control = RunControl()
        let provider = Provider { if $0 == 5 { control.stop() } }
        let bench = bench(store, provider)
        let result = try await bench.run(try await bench.prepare(try request()), control: control)
        #expect(result.run.status == .drained && !result.derived)
        return (result.run.id, provider.asked)
    }

    @Test("a run under an open load goes on at its rates, asks nothing twice, and replaces no table")
    func openLoad() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (store, control) = (MemoryStore(), RunControl())
        let first = Provider { if $0 == 5 { control.stop() } }
        var wanted = try request()
        wanted.load = .poisson(RateSweep(100, to: 400, steps: 2))
        wanted.objective = ServiceObjective(limits: [.resp: 60_000], share: 0.5)
        let bench = bench(store, first)
        let prepared = try await bench.prepare(wanted)
        #expect(prepared.summary.contains("2 models × 8 cases × 2 rates = 32 calls · Poisson arrivals, 100/s to 400/s"))
        #expect(prepared.record.environment.concurrency == ["openai": LoadModel.mostInFlight])
        let drained = try await bench.run(prepared, control: control)
        #expect(drained.run.status == .drained && drained.load?.phases.count == 4)
        let second = Provider()
        let rest = self.bench(store, second)
        let result = try await rest.run(try await rest.prepare(ResumeRequest(run: drained.run.id)))
        #expect(result.run.status == .complete && result.finished == 32 && !result.derived && result.table == nil)
        #expect(first.asked.count + second.asked.count == 32)
        #expect(result.load?.phases.map(\.attempted) == [8, 8, 8, 8] && result.load?.lines.count == 2)
    }

    @Test(
        "a drained run goes on from the database alone: nothing is asked twice, and table and report are as of one run")
    func resumed() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let (run, first) = try await drained(store)
        try FileManager.default.removeItem(at: folder.appending(path: "set.jsonl"))
        let provider = Provider()
        let bench = bench(store, provider)
        let prepared = try await bench.prepare(ResumeRequest(run: run))
        #expect(prepared.estimate.calls == 16 - first.count)
        #expect(prepared.summary.hasPrefix("plan of \(run): 2 models × 8 cases = 16 calls, \(first.count) done, "))
        #expect(prepared.request.maxFailureRate == 0.3)
        let result = try await bench.run(prepared)
        #expect(result.run.status == .complete && result.finished == 16 && result.derived)
        #expect(Set(first + provider.asked).count == 16 && first.count + provider.asked.count == 16)
        let overview = try await store.overview(of: run)
        #expect(overview.trials == 16 && overview.cost == result.spent && overview.run.status == .complete)
        #expect(overview.run.environment.resumptions.map(\.after) == [.drained])
        let model = try await BenchReport.model(of: run, in: store)
        #expect(model.warnings.contains { $0.code == "resumed" } && !model.facts.contains { $0.name == "took" })
        #expect(model.verdict.tableID == result.table?.id)
        #expect(try result.reports.get().count == 2)
    }

    @Test("a complete run is refused with what failed in it, and goes on when errors are to be asked again")
    func retried() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let provider = Provider()
        provider.fail(true)
        let bench = bench(store, provider)
        let first = try await bench.run(try await bench.prepare(try request()))
        #expect(first.run.status == .complete && first.failed == 16)
        let error = await #expect(throws: InputError.self) {
            try await bench.prepare(ResumeRequest(run: first.run.id))
        }
        #expect(error?.code == .completeRun && error?.advice?.hasPrefix("asks 16 trials again") == true)
        provider.fail(false)
        let again = try await bench.run(
            try await bench.prepare(ResumeRequest(run: first.run.id, retryErrors: true)))
        #expect(again.failed == 0 && again.finished == 16 && again.spent >= first.spent)
        let overview = try await store.overview(of: first.run.id)
        #expect(overview.replaced == 16 && overview.ok == 16 && overview.cost == again.spent)
        let nothing = await #expect(throws: InputError.self) {
            try await bench.prepare(ResumeRequest(run: first.run.id, retryErrors: true))
        }
        #expect(nothing?.code == .completeRun && nothing?.advice == nil)
    }

    @Test(
        "a run that lives, another address, a simulator in a provider's place and a limit below what is spent are refused"
    )
    func refusals() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let (run, _) = try await drained(store)
        let provider = Provider()
        func refusal(_ bench: Bench, _ request: ResumeRequest) async -> InputError? {
            await #expect(throws: InputError.self) { try await bench.prepare(request) }
        }
        #expect(await refusal(bench(store, provider), ResumeRequest(run: RunID(rawValue: "none")))?.code == .unknownRun)
        let low = ResumeRequest(run: run, maxCost: USD(pico: 1))
        #expect(await refusal(bench(store, provider), low)?.message.contains("has spent") == true)
        let moved = bench(store, provider, endpoint: "https://elsewhere.test")
        #expect(await refusal(moved, ResumeRequest(run: run))?.message.contains("elsewhere.test") == true)
        let simulator = bench(store, provider, simulated: true)
        #expect(await refusal(simulator, ResumeRequest(run: run))?.message.contains("never mix") == true)
        #expect(provider.asked.isEmpty)

        let prepared = try await bench(store, provider).prepare(ResumeRequest(run: run))
        // Another process, or this one, takes it first.
        _ = try await store.reopen(
            run, RunReopening(at: TimeSource.live.wallMicroseconds(), process: ProcessMark.current))
        let error = await #expect(throws: StoreError.self) { try await bench(store, provider).run(prepared) }
        #expect(error?.code == .unfinishedRun)
        let again = await #expect(throws: StoreError.self) {
            try await bench(store, provider).prepare(ResumeRequest(run: run, force: true))
        }
        #expect(again?.code == .unfinishedRun && provider.asked.isEmpty)
    }

    @Test("answers graded or priced by another version are not gone on with")
    func versions() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let (run, _) = try await drained(store)
        for change in ["grader", "prices", "version"] {
            var state = store.current
            switch change {
            case "grader": state.runs[0].graderVersion = "another"
            case "prices": (state.runs[0].priceVersion, state.runs[0].prices) = ("another", ["models": []])
            default: state.runs[0].priceVersion = "another"
            }
            let bench = bench(MemoryStore(state), Provider())
            if change == "version" {
                let prepared = try await bench.prepare(ResumeRequest(run: run))
                #expect(prepared.warnings.contains { $0.contains("another") }, "the same prices in a newer list")
            } else {
                let error = await #expect(throws: InputError.self) { try await bench.prepare(ResumeRequest(run: run)) }
                #expect(error?.code == .incomparableRun, "\(change)")
            }
        }
    }

    @Test(
        "a run that reuses pays for no answer again, shows its cost, and leaves it out of latency",
        arguments: [false, true])
    func reused(regraded: Bool) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let (first, asked) = try await drained(store)
        var state = store.current
        if regraded { state.runs[0].graderVersion = "another" }
        let next = MemoryStore(state)
        let provider = Provider()
        let bench = bench(next, provider)
        let prepared = try await bench.prepare(try request(reuse: true))
        #expect(prepared.estimate.calls == 16 - asked.count && prepared.reused.count == asked.count)
        let result = try await bench.run(prepared)
        #expect(result.run.status == .complete && result.finished == 16 && result.reused == asked.count)
        #expect(Set(asked + provider.asked).count == 16 && asked.count + provider.asked.count == 16)
        let overview = try await next.overview(of: result.run.id)
        #expect(overview.reused == asked.count && overview.cost == result.spent && overview.passed == 16)
        let model = try await BenchReport.model(of: result.run.id, in: next)
        #expect(model.money.known == result.spent)
        for arm in model.arms {
            #expect(arm.counts.attempted == 8 && arm.counts.passed == 8)
            #expect(arm.respSorted.count == 8 - arm.counts.reused)
            #expect(arm[.costPerThousand].value != nil && arm[.costPerThousand].n == 8)
        }
        let trials = model.cases.flatMap(\.trials)
        #expect(trials.count { $0.reused?.run == first } == asked.count)
        #expect(result.table?.rows.allSatisfy { $0.n == 8 } == true)
        #expect(try await next.check().problems.isEmpty)
    }

    @Test("a run that does not ask for it reuses nothing")
    func notReused() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        _ = try await drained(store)
        let prepared = try await bench(store, Provider()).prepare(try request())
        #expect(prepared.reused.isEmpty && prepared.estimate.calls == 16)
    }
}
