import BenchCore
import LLMCore
import SQLiteStore
import TestSupport
import Testing

@Suite("Gradings and calibrations in stores", .timeLimit(.minutes(1)))
struct GradingStoreTests {
    private static func run(_ store: any BenchStore) async throws -> (run: RunRecord, cases: [BenchCase]) {
        let run = BenchFixtures.run()
        let cases = BenchFixtures.cases(3)
        try await store.begin(run, cases: cases)
        let trials = cases.enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
        try await store.record(Array(trials.prefix(2)), storeContent: true)
        try await store.record([trials[2]], storeContent: false)
        try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 9)
        return (run, cases)
    }

    private static func answers(_ store: any BenchStore, _ run: RunID) async throws -> [StoredAnswer] {
        var answers: [StoredAnswer] = []
        for try await page in store.answers(of: run) { answers += page }
        return answers
    }

    private func onBoth(_ body: (any BenchStore) async throws -> Void) async throws {
        try await SQLiteStore.withTemporary { try await body($0) }
        try await body(MemoryStore())
    }

    @Test("answers come back with what a grade depends on; those that were not stored without it")
    func answers() async throws {
        try await onBoth { store in
            let (run, cases) = try await Self.run(store)
            let answers = try await Self.answers(store, run.id)
            #expect(answers.map(\.trial.caseID) == cases.map(\.id))
            let result = try #require(answers[0].result)
            let call = BenchFixtures.trial(of: cases[0], in: run).call
            #expect(result == CallResult(call))
            #expect(answers[2].result == nil && answers[1].result != nil)
        }
    }

    @Test("a judge's reply is found by its question from the moment it is settled, and goes with its call")
    func replies() async throws {
        try await onBoth { store in
            let (run, cases) = try await Self.run(store)
            let trial = BenchFixtures.trial(of: cases[0], in: run).call.id
            func ask(_ name: String, _ question: String?, storeContent: Bool = true) async throws {
                let id = CallID(rawValue: name)
                var intent = BenchFixtures.intent(id, arm: run.arms[0])
                intent.question = question
                try await store.reserve(intent, run: run.id)
                #expect(try await !store.replies(to: "q1").contains(name))
                var call = BenchFixtures.call(id, arm: run.arms[0], task: .verification, startedAt: run.startedAt)
                call.answer = Answer(text: name)
                try await store.record(judge: call, of: trial, run: run.id, storeContent: storeContent)
            }
            try await ask("j1", "q1")
            try await ask("j2", "q1")
            try await ask("j3", "q2")
            try await ask("j4", nil)
            try await ask("j5", "q1", storeContent: false)
            #expect(try await store.replies(to: "q1") == ["j2", "j1"])
            #expect(try await store.replies(to: "q2") == ["j3"])
            try await store.delete(run.id, unfinished: false)
            #expect(try await store.replies(to: "q1").isEmpty)
        }
    }

    @Test("a grading replaces grades, rows and the grader's version at once; answers, calls and measurements stay")
    func regrade() async throws {
        try await onBoth { store in
            let (run, cases) = try await Self.run(store)
            let before = try await Self.answers(store, run.id)
            var row = cases[0]
            row.assertions = [Assertion(kind: .equals, value: "other")]
            row.hash = row.contentHash
            let grade = Grade(
                verdicts: [
                    Verdict(
                        type: "equals", index: 0, result: .failed, score: 0, weight: 1, metric: nil, reason: "differs")
                ], score: 0, passed: false)
            let trial = RegradedTrial(
                call: before[0].trial.callID, caseHash: row.hash, outcome: .ok, grade: grade, judgeCost: USD(pico: 11))
            let change = GradingRecord.Change(
                caseID: row.id, arm: before[0].trial.arm.id, repetition: 0,
                before: .init(outcome: .ok, score: 1, passed: true),
                after: .init(outcome: .ok, score: 0, passed: false), reason: "equals: differs")
            let grading = GradingRecord(
                run: run.id, gradedAt: run.startedAt + 50, graderVersion: "grader/2", earlierGraderVersion: "grader/1",
                datasetPath: "new.jsonl", datasetHash: "new", judge: ModelID(provider: "openai", name: "gpt-5"),
                judgeCost: USD(pico: 11), regraded: 1, changes: [change])
            try await store.regrade(grading, cases: [row], trials: [trial])

            let found = try #require(try await store.run(matching: run.id.rawValue))
            #expect(found.graderVersion == "grader/2" && found.datasetHash == "new" && found.status == .complete)
            #expect(try await store.cases(of: run.id) == [row, cases[1], cases[2]])
            let after = try await Self.answers(store, run.id)
            #expect(after[0].trial.verdicts == grade.verdicts && after[0].trial.passed == false)
            #expect(after[0].trial.caseHash == row.hash && after[0].trial.metrics.judgeCost == USD(pico: 11))
            #expect(after[0].result == before[0].result && after[0].trial.attempts == before[0].trial.attempts)
            #expect(after[1].trial == before[1].trial)
            #expect(try await store.gradings(of: run.id) == [grading])
            #expect(try await store.check().problems.isEmpty)

            try await store.regrade(grading, cases: [], trials: [trial])
            let twice = try await Self.answers(store, run.id)
            #expect(twice[0].trial.metrics.judgeCost == USD(pico: 22) && twice[0].trial.verdicts == grade.verdicts)
        }
    }

    @Test("a report shows the first table since the run was last graded and last went on")
    func tables() async throws {
        try await onBoth { store in
            let (run, _) = try await Self.run(store)
            let first = BenchFixtures.table("t-1", derivedAt: run.startedAt + 10)
            try await store.save(first, from: [run.id])
            #expect(try await store.firstTable(from: run.id)?.id == "t-1")
            let grading = GradingRecord(
                run: run.id, gradedAt: run.startedAt + 20, graderVersion: "g2", earlierGraderVersion: "g1",
                datasetHash: "h", regraded: 0, changes: [])
            try await store.regrade(grading, cases: [], trials: [])
            #expect(try await store.firstTable(from: run.id) == nil)
            for (id, at) in [("t-3", 40), ("t-2", 30)] {
                try await store.save(
                    BenchFixtures.table(id, derivedAt: run.startedAt + Int64(at)), from: [run.id])
            }
            #expect(try await store.firstTable(from: run.id)?.id == "t-2")
            _ = try await store.reopen(
                run.id, RunReopening(at: run.startedAt + 35, process: .null, force: true))
            #expect(try await store.firstTable(from: run.id)?.id == "t-3")
            var later = grading
            later.gradedAt = run.startedAt + 45
            try await store.regrade(later, cases: [], trials: [])
            #expect(try await store.firstTable(from: run.id) == nil)
        }
    }

    @Test(
        "calls of judges belong to the run and are no trials: nothing is missed, and what they cost is a sum of its own"
    )
    func judgeCalls() async throws {
        try await onBoth { store in
            let (run, cases) = try await Self.run(store)
            let trial = BenchFixtures.trial(of: cases[0], in: run)
            let judge = BenchFixtures.arm("anthropic/claude-haiku-4-5")
            let id = CallID(rawValue: "judge-1")
            try await store.reserve(BenchFixtures.intent(id, arm: judge), run: run.id)
            #expect(try await store.overview(of: run.id).reserved == 1)
            let call = BenchFixtures.call(id, arm: judge, task: .verification, startedAt: run.startedAt)
            for _ in 0..<2 {
                try await store.record(judge: call, of: trial.call.id, run: run.id, storeContent: true)
            }
            let overview = try await store.overview(of: run.id)
            #expect(overview.reserved == 0 && overview.judgeCalls == 1 && overview.judgeUnpriced == 0)
            #expect(overview.judgeCost == call.cost && overview.trials == 3)
            // What judges cost before a run goes on is part of what it has spent.
            let reopened = try await store.reopen(
                run.id, RunReopening(at: run.startedAt + 20, process: .null, force: true))
            #expect(reopened.judgeCalls == 1 && reopened.judgeCost == call.cost)
            #expect(reopened.spent == overview.cost + overview.judgeCost && reopened.assumed == .zero)
            // A reused answer is judged before its call is written.
            let early = BenchFixtures.call(
                CallID(rawValue: "judge-2"), arm: judge, task: .verification, startedAt: run.startedAt)
            try await store.record(
                judge: early, of: CallID(rawValue: "not yet"), run: run.id, storeContent: true)
            try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 30)
            #expect(try await store.check().problems.isEmpty)
            try await store.delete(run.id, unfinished: false)
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test("the newest calibration of a judge counts, real and simulated apart")
    func calibrations() async throws {
        try await onBoth { store in
            let judge = ModelID(provider: "openai", name: "gpt-5")
            func made(_ at: Int64, simulated: Bool) -> JudgeCalibration {
                JudgeCalibration(
                    judge: judge, simulated: simulated, calibratedAt: at, promptVersion: "p", path: "f", hash: "h",
                    positives: Int(at), truePositives: 1, negatives: 2, trueNegatives: 2)
            }
            for calibration in [made(3, simulated: false), made(5, simulated: false), made(9, simulated: true)] {
                try await store.save(calibration)
            }
            #expect(try await store.calibration(of: judge, simulated: false) == made(5, simulated: false))
            #expect(try await store.calibration(of: judge, simulated: true) == made(9, simulated: true))
            #expect(try await store.calibration(of: ModelID(provider: "a", name: "b"), simulated: true) == nil)
        }
    }

    @Test("what calibrations cost is known by judge, with the worst of what never ended; no run's judges are in it")
    func calibrationSpending() async throws {
        try await onBoth { store in
            let (run, cases) = try await Self.run(store)
            let (judge, simulated) = (BenchFixtures.arm("xai/grok-4"), BenchFixtures.arm("xai/grok-4", simulated: true))
            #expect(try await store.calibrationSpending().isEmpty)
            var costs: [USD] = []
            for (name, arm) in [("a", judge), ("b", judge), ("lost", judge), ("c", simulated)] {
                var intent = BenchFixtures.intent(CallID(rawValue: name), arm: arm)
                intent.question = name
                try await store.reserve(intent)
                guard name != "lost" else { continue }
                let call = BenchFixtures.call(
                    intent.call, arm: arm, task: .verification, startedAt: run.startedAt, attempts: name == "b" ? 2 : 1)
                try await store.record(call)
                costs.append(try #require(call.cost))
            }
            var intent = BenchFixtures.intent(CallID(rawValue: "of the run"), arm: judge)
            intent.question = "a"
            try await store.reserve(intent, run: run.id)
            try await store.record(
                judge: BenchFixtures.call(intent.call, arm: judge, task: .verification, startedAt: run.startedAt),
                of: BenchFixtures.trial(of: cases[0], in: run).call.id, run: run.id, storeContent: true)
            let worst = try #require(intent.worstCase)
            #expect(
                try await store.calibrationSpending() == [
                    CalibrationSpending(
                        judge: judge.model, simulated: false, calls: 3, cost: costs[0] + costs[1], assumed: worst),
                    CalibrationSpending(judge: judge.model, simulated: true, calls: 1, cost: costs[2]),
                ])
        }
    }
}
