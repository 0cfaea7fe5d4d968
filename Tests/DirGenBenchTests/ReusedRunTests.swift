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

/// A run that takes earlier answers, as a user has it: from request to table and report.
@Suite("Runs that reuse", .timeLimit(.minutes(1)))
struct ReusedRunTests {
    private let fixture = ResumeFixture()

    @Test(
        "a run that reuses pays for no answer again, shows its cost, and leaves it out of latency",
        arguments: [false, true])
    func reused(regraded: Bool) async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let (first, asked) = try await fixture.drained(store)
        var state = store.current
        if regraded { state.runs[0].graderVersion = "another" }
        let next = MemoryStore(state)
        let provider = ResumeFixture.Provider()
        let bench = fixture.bench(next, provider)
        let prepared = try await bench.prepare(try fixture.request(reuse: true))
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

    /// What a row may become without becoming another request, and whether its answers pass then.
    static let changes: [(name: String, from: String, to: String, passes: Bool)] = [
        ("tags", #""task""#, #""tags":["new"],"task""#, true),
        ("metadata and weight", #""task""#, #""metadata":{"difficulty":3},"weight":2,"task""#, true),
        ("another assertion", #""value":"yes""#, #""value":"no""#, false),
        ("another threshold and assertion", #"{"type":"contains","value":"yes"}"#, #"{"type":"is-json"}"#, false),
        ("another name", #""id":"c"#, #""id":"d"#, true), ("another task", "planning", "verification", true),
    ]

    @Test("an answer is one to what was sent: a row that changed otherwise takes it, graded anew", arguments: changes)
    func changedRows(change: (name: String, from: String, to: String, passes: Bool)) async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        let first = try await fixture.bench(store, ResumeFixture.Provider()).run(
            try await fixture.bench(store, ResumeFixture.Provider()).prepare(try fixture.request()))
        let provider = ResumeFixture.Provider()
        let bench = fixture.bench(store, provider)
        let request = try fixture.request(reuse: true) { $0.replacing(change.from, with: change.to) }
        let prepared = try await bench.prepare(request)
        #expect(prepared.reused.count == 16 && prepared.estimate.calls == 0)
        #expect(prepared.reused.allSatisfy { ($0.ungraded == nil) == change.passes })
        let result = try await bench.run(prepared)
        #expect(provider.asked.isEmpty && result.reused == 16 && result.spent == .zero)
        let overview = try await store.overview(of: result.run.id)
        #expect(overview.passed == (change.passes ? 16 : 0))
        var origins: Set<CallID> = []
        for try await page in store.trials(of: result.run.id) {
            for trial in page {
                let origin = try #require(trial.reused)
                #expect(origin.run == first.run.id && trial.repetition == 0)
                origins.insert(origin.call)
            }
        }
        #expect(origins.count == 16, "no answer stands in twice")
        #expect(try await store.check().problems.isEmpty)
    }

    @Test(
        "what changes what is sent, or only one of two equal prompts, is asked",
        arguments: [
            (#""Is it so"#, #""Is it not so"#, 0), (#""task""#, #""params":{"temperature":0},"task""#, 0),
            (#" so\? \d+""#, #" so? 1""#, 2),
        ])
    func otherRequests(from: String, to: String, reused: Int) async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        _ = try await fixture.bench(store, ResumeFixture.Provider()).run(
            try await fixture.bench(store, ResumeFixture.Provider()).prepare(try fixture.request()))
        let request = try fixture.request(reuse: true) {
            $0.replacingOccurrences(of: from, with: to, options: .regularExpression)
        }
        let prepared = try await fixture.bench(store, ResumeFixture.Provider()).prepare(request)
        #expect(prepared.reused.count == reused && prepared.estimate.calls == 16 - reused)
    }

    @Test("a run that does not ask for it reuses nothing")
    func notReused() async throws {
        defer { fixture.remove() }
        let store = MemoryStore()
        _ = try await fixture.drained(store)
        let prepared = try await fixture.bench(store, ResumeFixture.Provider()).prepare(try fixture.request())
        #expect(prepared.reused.isEmpty && prepared.estimate.calls == 16)
    }
}
