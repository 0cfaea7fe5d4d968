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

/// A run that ended early, as a user has it: from request to table and report.
@Suite("Runs that go on", .timeLimit(.minutes(1)))
struct ResumedRunTests {
    private let fixture = ResumeFixture()

    @Test("a run under an open load goes on at its rates, asks nothing twice, and replaces no table")
    func openLoad() async throws {
        defer { fixture.remove() }
        let (store, control) = (MemoryStore(), RunControl())
        let first = ResumeFixture.Provider { if $0 == 5 { control.stop() } }
        var wanted = try fixture.request()
        wanted.load = .poisson(RateSweep(100, to: 400, steps: 2))
        wanted.objective = ServiceObjective(limits: [.resp: 60_000], share: 0.5)
        let bench = fixture.bench(store, first)
        let prepared = try await bench.prepare(wanted)
        #expect(prepared.summary.contains("2 models × 8 cases × 2 rates = 32 calls · Poisson arrivals, 100/s to 400/s"))
        #expect(prepared.record.environment.concurrency == ["openai": LoadModel.mostInFlight])
        let drained = try await bench.run(prepared, control: control)
        #expect(drained.run.status == .drained && drained.load?.phases.count == 4)
        let second = ResumeFixture.Provider()
        let rest = fixture.bench(store, second)
        let result = try await rest.run(try await rest.prepare(ResumeRequest(run: drained.run.id)))
        #expect(result.run.status == .complete && result.finished == 32 && !result.derived && result.table == nil)
        #expect(first.asked.count + second.asked.count == 32)
        #expect(result.load?.phases.map(\.attempted) == [8, 8, 8, 8] && result.load?.lines.count == 2)
    }

    @Test(
        "a drained run goes on from the database alone: nothing is asked twice, and table and report are as of one run")
    func resumed() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let (run, first) = try await fixture.drained(store)
        try FileManager.default.removeItem(at: fixture.folder.appending(path: "set.jsonl"))
        let provider = ResumeFixture.Provider()
        let bench = fixture.bench(store, provider)
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
        defer { fixture.remove() }
        let store = MemoryStore()
        let provider = ResumeFixture.Provider()
        provider.fail(true)
        let bench = fixture.bench(store, provider)
        let first = try await bench.run(try await bench.prepare(try fixture.request()))
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
        defer { fixture.remove() }
        let store = MemoryStore()
        let (run, _) = try await fixture.drained(store)
        let provider = ResumeFixture.Provider()
        func refusal(_ bench: Bench, _ request: ResumeRequest) async -> InputError? {
            await #expect(throws: InputError.self) { try await bench.prepare(request) }
        }
        #expect(
            await refusal(fixture.bench(store, provider), ResumeRequest(run: RunID(rawValue: "none")))?.code
                == .unknownRun)
        let low = ResumeRequest(run: run, maxCost: USD(pico: 1))
        #expect(await refusal(fixture.bench(store, provider), low)?.message.contains("has spent") == true)
        let moved = fixture.bench(store, provider, endpoint: "https://elsewhere.test")
        #expect(await refusal(moved, ResumeRequest(run: run))?.message.contains("elsewhere.test") == true)
        let simulator = fixture.bench(store, provider, simulated: true)
        #expect(await refusal(simulator, ResumeRequest(run: run))?.message.contains("never mix") == true)
        #expect(provider.asked.isEmpty)

        let prepared = try await fixture.bench(store, provider).prepare(ResumeRequest(run: run))
        // Another process, or this one, takes it first.
        _ = try await store.reopen(
            run, RunReopening(at: TimeSource.live.wallMicroseconds(), process: ProcessMark.current))
        let error = await #expect(throws: StoreError.self) { try await fixture.bench(store, provider).run(prepared) }
        #expect(error?.code == .unfinishedRun)
        let again = await #expect(throws: StoreError.self) {
            try await fixture.bench(store, provider).prepare(ResumeRequest(run: run, force: true))
        }
        #expect(again?.code == .unfinishedRun && provider.asked.isEmpty)
    }

    @Test("answers graded or priced by another version are not gone on with")
    func versions() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let (run, _) = try await fixture.drained(store)
        for change in ["grader", "prices", "version"] {
            var state = store.current
            switch change {
            case "grader": state.runs[0].graderVersion = "another"
            case "prices": (state.runs[0].priceVersion, state.runs[0].prices) = ("another", ["models": []])
            default: state.runs[0].priceVersion = "another"
            }
            let bench = fixture.bench(MemoryStore(state), ResumeFixture.Provider())
            if change == "version" {
                let prepared = try await bench.prepare(ResumeRequest(run: run))
                #expect(prepared.warnings.contains { $0.contains("another") }, "the same prices in a newer list")
            } else {
                let error = await #expect(throws: InputError.self) { try await bench.prepare(ResumeRequest(run: run)) }
                #expect(error?.code == .incomparableRun, "\(change)")
            }
        }
    }
}
