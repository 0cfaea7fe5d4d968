package import BenchCore
import LLMCore

/// The conformance suite of stores of paid work: runs that go on, and answers that stand in for calls.
package enum PaidWorkConformance {
    package typealias Store = TrialStore & RunReader & RunOverviewReader & PaidWorkStore

    package static let checks = reopenChecks + reuseChecks

    private static let worst = USD(pico: 50_000_000_000)

    private static func rows(of run: RunRecord, in store: any Store) async throws -> [TrialRow] {
        var rows: [TrialRow] = []
        for try await page in store.trials(of: run.id) { rows += page }
        return rows
    }

    private static func reopening(maxCost: USD? = nil, force: Bool = true, after seconds: Int64 = 1) -> RunReopening {
        RunReopening(
            at: BenchFixtures.start + seconds * 1_000_000, process: ["pid": 7], maxCost: maxCost, force: force)
    }

    private static let reopenChecks: [ConformanceCheck<any Store>] = [
        ConformanceCheck("a run that goes on is running again, with what it spent and its new limit") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(3)
            try await store.begin(run, cases: cases)
            let trial = BenchFixtures.trial(of: cases[0], in: run)
            try await store.reserve(BenchFixtures.intent(trial.call.id), run: run.id)
            try await store.record([trial], storeContent: true)
            for number in 1...2 {
                try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost"), number: number), run: run.id)
            }
            try await store.finish(run.id, status: .drained, endedAt: run.startedAt + 5)
            let limit = USD(pico: 9_000_000_000_000)
            let found = try await store.reopen(run.id, reopening(maxCost: limit))
            let assumed = worst + worst
            try requireEqual(found.spent, (trial.call.cost ?? .zero) + assumed, "what was spent")
            try requireEqual(found.assumed, assumed, "what was assumed")
            var expected = run
            expected.maxCost = limit
            expected.environment.process = ["pid": 7]
            expected.environment.resumptions = [.init(at: BenchFixtures.start + 1_000_000, after: .drained)]
            try requireEqual(found.record, expected, "the run")
            try requireEqual(try await store.run(matching: run.id.rawValue), expected, "the run, read back")
            let overview = try await store.overview(of: run.id)
            try requireEqual(overview.reserved, 0, "attempts that are reserved")
            try requireEqual(overview.assumed, 2, "attempts that were settled at their worst case")
            try requireEqual(overview.assumedCost, assumed, "their cost")
            try requireEqual(try await rows(of: run, in: store).count, 1, "trials")
        },
        ConformanceCheck("a call that ended with an unknown cost counts at the worst case of its attempts") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(1)
            try await store.begin(run, cases: cases)
            var trial = BenchFixtures.trial(of: cases[0], in: run, attempts: 2)
            trial.call.attempts[1].cost = CostReading(unknownBecause: "a cut stream")
            trial.metrics.cost = nil
            for number in 1...3 {
                try await store.reserve(BenchFixtures.intent(trial.call.id, number: number), run: run.id)
            }
            try await store.record([trial], storeContent: true)
            try await store.finish(run.id, status: .aborted, endedAt: run.startedAt + 5)
            let found = try await store.reopen(run.id, reopening())
            try requireEqual(found.spent, worst + worst, "what was spent")
            try requireEqual(found.assumed, found.spent, "what was assumed")
        },
        ConformanceCheck("a run is taken from no process that lives, and from one that is unknown only after a silence")
        {
            store in
            var run = BenchFixtures.run("alive")
            run.environment.process = ProcessMark.current
            try await store.begin(run, cases: [])
            try await requireUnfinished { _ = try await store.reopen(run.id, reopening()) }
            try await store.finish(run.id, status: .aborted, endedAt: run.startedAt + 5)
            _ = try await store.reopen(run.id, reopening(force: false))

            var other = BenchFixtures.run("elsewhere")
            other.environment.process = ["pid": 1, "started": "1", "boot": "another machine's"]
            try await store.begin(other, cases: [])
            try await requireUnfinished { _ = try await store.reopen(other.id, reopening(force: false, after: 899)) }
            let found = try await store.reopen(other.id, reopening(force: false, after: 900))
            try requireEqual(found.record.environment.resumptions.map(\.after), [.killed], "how it had ended")
            // It has just been taken: by a process that cannot be seen either.
            try await requireUnfinished { _ = try await store.reopen(other.id, reopening(force: false, after: 0)) }
            try requireEqual(
                try await store.reopen(other.id, reopening(force: true, after: 1)).record.environment.resumptions.count,
                2, "times it went on")
        },
        ConformanceCheck("an attempt that goes to a dearer model is reserved at the dearer worst case") { store in
            let run = BenchFixtures.run()
            try await store.begin(run, cases: [])
            var intent = BenchFixtures.intent(CallID(rawValue: "c"))
            for pico in [50_000_000_000, 80_000_000_000, 20_000_000_000] as [Int64] {
                intent.worstCase = USD(pico: pico)
                try await store.reserve(intent, run: run.id)
            }
            try requireEqual(
                try await store.overview(of: run.id).reservedWorst, USD(pico: 80_000_000_000), "worst case")
        },
        ConformanceCheck("a new trial takes the place of one that failed, whose cost stays spent; no answer gives way")
        {
            store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(2)
            try await store.begin(run, cases: cases)
            let failed = BenchFixtures.trial(of: cases[0], in: run, outcome: .attempt(.serverError))
            let answered = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1)
            try await store.record([failed, answered], storeContent: true)
            var second = BenchFixtures.trial(of: cases[0], in: run, callID: "second")
            second.replaces = failed.call.id
            try await store.record([second], storeContent: true)
            try await store.record([second], storeContent: true)
            var third = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1, callID: "third")
            third.replaces = answered.call.id
            do {
                try await store.record([third], storeContent: true)
                throw ConformanceFailure(description: "an answer was replaced")
            } catch is StoreError {}
            try requireEqual(
                try await rows(of: run, in: store).map(\.callID), [second.call.id, answered.call.id], "the trials")
            let overview = try await store.overview(of: run.id)
            try requireEqual(
                [overview.trials, overview.ok, overview.replaced], [2, 2, 1], "trials, good ones, replaced")
            let spent = [failed, second, answered].compactMap(\.metrics.cost).reduce(USD.zero, +)
            try requireEqual(overview.cost, spent, "what was spent")
            try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 9)
            try requireEqual(try await store.reopen(run.id, reopening()).spent, spent, "what had been spent")
        },
    ]

    private static func requireUnfinished(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let error as StoreError where error.code == .unfinishedRun { return }
        throw ConformanceFailure(description: "a run that may still go on was taken")
    }

    private static func query(of run: RunRecord, _ cases: [BenchCase], arms: [Arm]? = nil) -> EarlierAnswerQuery {
        EarlierAnswerQuery(
            simulated: run.simulated, timeScale: run.timeScale, seed: run.simulated ? run.seed : nil, route: .direct,
            arms: arms ?? run.arms, caseHashes: Set(cases.map(\.hash)))
    }

    private static func run(_ id: String, simulated: Bool = false, at: Int64 = BenchFixtures.start) -> RunRecord {
        let arm = BenchFixtures.arm(simulated: simulated)
        var run = BenchFixtures.run(id, arms: [arm], simulated: simulated, startedAt: at)
        run.environment.route = .direct
        return run
    }

    private static let reuseChecks: [ConformanceCheck<any Store>] = [
        ConformanceCheck("earlier answers come with their verdicts and content, the newest first, failures never") {
            store in
            let cases = BenchFixtures.cases(3)
            let (old, new) = (run("old"), run("new", at: BenchFixtures.start + 9_000_000))
            for run in [old, new] { try await store.begin(run, cases: cases) }
            let trials = [
                BenchFixtures.trial(of: cases[0], in: old), BenchFixtures.trial(of: cases[1], in: old, ordinal: 1),
                BenchFixtures.trial(of: cases[2], in: old, ordinal: 2, outcome: .attempt(.overloaded)),
                BenchFixtures.trial(of: cases[1], in: new, ordinal: 1, outcome: .attempt(.refusal)),
                BenchFixtures.trial(of: cases[0], in: new, outcome: .attempt(.timeoutTotal)),
            ]
            try await store.record(trials, storeContent: true)
            let found = try await store.earlierAnswers(query(of: new, cases)) { _ in true }
            try requireEqual(
                Set(found.map(\.trial.callID)), [trials[0].call.id, trials[3].call.id], "the calls of answers")
            let older = try await store.earlierAnswers(query(of: new, cases)) { $0.trial.run == old.id }
            try requireEqual(
                Set(older.map(\.trial.callID)), [trials[0].call.id, trials[1].call.id],
                "the newest of those that can be used")
            for answer in found {
                let trial = trials.first { $0.call.id == answer.trial.callID }
                try requireEqual(answer.trial.verdicts, trial?.grade.verdicts ?? [], "its verdicts")
                try requireEqual(answer.trial.metrics, trial?.metrics, "its metrics")
                try requireEqual(answer.answer?.text, trial?.call.answer.text, "its text")
                try requireEqual(answer.answer?.toolCalls, trial?.call.answer.toolCalls, "its tool calls")
                try requireEqual(answer.answer?.refusal, trial?.call.answer.refusal, "its refusal")
            }
            var others = query(of: new, cases)
            others.excluding = new.id
            try requireEqual(
                Set(try await store.earlierAnswers(others, where: { _ in true }).map(\.trial.callID)),
                [trials[0].call.id, trials[1].call.id], "those of other runs")
        },
        ConformanceCheck("an answer that could not be graded comes where no graded one does, with its content") {
            store in
            let cases = BenchFixtures.cases(3)
            let (old, new) = (run("old"), run("new", at: BenchFixtures.start + 9_000_000))
            for run in [old, new] { try await store.begin(run, cases: cases) }
            let graded = BenchFixtures.trial(of: cases[0], in: old)
            let ungraded = [
                BenchFixtures.trial(of: cases[0], in: new, outcome: .graderError),
                BenchFixtures.trial(of: cases[1], in: new, ordinal: 1, outcome: .judgeError),
            ]
            try await store.record([graded] + ungraded, storeContent: true)
            try await store.record(
                [BenchFixtures.trial(of: cases[2], in: new, ordinal: 2, outcome: .judgeError)], storeContent: false)
            let found = try await store.earlierAnswers(query(of: new, cases)) { _ in true }
            try requireEqual(
                Set(found.map(\.trial.callID)), [graded.call.id, ungraded[1].call.id], "the calls of answers")
            for answer in found {
                let trial = answer.trial.callID == graded.call.id ? graded : ungraded[1]
                try requireEqual(answer.outcome, trial.call.outcome, "the result of its call")
            }
        },
        ConformanceCheck("simulated and real answers, other addresses, seeds, parameters, rows and routes never mix") {
            store in
            let cases = BenchFixtures.cases(2)
            let (real, simulated) = (run("real"), run("sim", simulated: true))
            for run in [real, simulated] {
                try await store.begin(run, cases: cases)
                try await store.record([BenchFixtures.trial(of: cases[0], in: run)], storeContent: true)
            }
            func count(of run: RunRecord, _ change: (inout EarlierAnswerQuery) -> Void) async throws -> Int {
                var asked = query(of: run, cases)
                change(&asked)
                let found = try await store.earlierAnswers(asked) { _ in true }
                return found.count
            }
            try requireEqual(try await count(of: real) { _ in }, 1, "the real one")
            try requireEqual(try await count(of: simulated) { _ in }, 1, "the simulated one")
            try requireEqual(try await count(of: real) { $0.simulated = true }, 0, "a real arm in a simulated run")
            try requireEqual(try await count(of: real) { $0.arms = simulated.arms }, 0, "a simulated arm in a real run")
            try requireEqual(try await count(of: simulated) { $0.seed = 3 }, 0, "another seed")
            try requireEqual(try await count(of: real) { $0.timeScale = 1 }, 0, "another time scale")
            try requireEqual(try await count(of: real) { $0.route = .service }, 0, "another route")
            try requireEqual(
                try await count(of: real) { $0.arms[0].endpoint = "https://else.test" }, 0, "another address")
            try requireEqual(try await count(of: real) { $0.arms[0].parameters.temperature = 0 }, 0, "other parameters")
            try requireEqual(try await count(of: real) { $0.caseHashes = [cases[1].hash] }, 0, "another row")
        },
        ConformanceCheck("a reused answer counts, keeps its origin, and cost its run nothing") { store in
            let cases = BenchFixtures.cases(1)
            let (old, new) = (run("old"), run("new", at: BenchFixtures.start + 9_000_000))
            for run in [old, new] { try await store.begin(run, cases: cases) }
            let paid = BenchFixtures.trial(of: cases[0], in: old)
            try await store.record([paid], storeContent: true)
            var reused = BenchFixtures.trial(of: cases[0], in: new, startedAt: paid.call.startedAt)
            reused.reused = AnswerOrigin(run: old.id, call: paid.call.id)
            reused.metrics = paid.metrics
            reused.call.attempts = []
            try await store.record([reused], storeContent: true)
            let row = try await rows(of: new, in: store).first
            try requireEqual(row?.reused, reused.reused, "its origin")
            try requireEqual(row?.metrics.cost, paid.metrics.cost, "what it cost then")
            let overview = try await store.overview(of: new.id)
            try requireEqual(overview.cost, .zero, "what it cost here")
            try requireEqual([overview.trials, overview.reused], [1, 1], "trials, reused ones")
            for run in [old, new] { try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 99) }
            try requireEqual(try await store.reopen(new.id, reopening(after: 99)).spent, .zero, "what was spent")
            let found = try await store.earlierAnswers(query(of: new, cases)) { _ in true }
            try requireEqual(found.map(\.trial.callID), [paid.call.id], "the one that was paid for stands before it")
            let evidence = try await store.evidence(
                EvidenceQuery(
                    task: new.task, simulated: false, timeScale: new.timeScale, graderVersion: new.graderVersion,
                    priceVersion: new.priceVersion, includePartial: true))
            try requireEqual(evidence.map(\.callID), [paid.call.id], "it is one piece of evidence, not two")
        },
        ConformanceCheck("the use of a model is measured over its answers to a task, in one environment") { store in
            let cases = BenchFixtures.cases(4)
            let (real, simulated) = (run("real"), run("sim", simulated: true))
            for run in [real, simulated] { try await store.begin(run, cases: cases) }
            // Tokens are 21 and the ordinal.
            try await store.record(
                [
                    BenchFixtures.trial(of: cases[0], in: real, ordinal: 0),
                    BenchFixtures.trial(of: cases[1], in: real, ordinal: 4),
                    BenchFixtures.trial(of: cases[2], in: real, ordinal: 90, outcome: .attempt(.serverError)),
                    BenchFixtures.trial(of: cases[0], in: simulated, ordinal: 7),
                ], storeContent: true)
            let found = try await store.measuredUse(of: real.task, simulated: false, timeScale: real.timeScale)
            try requireEqual(found.map(\.arm), real.arms.map(\.id), "the arms")
            try requireEqual(found.first?.trials, 2, "trials")
            try requireEqual(found.first?.outputTokens, 23, "tokens")
            try requireEqual(found.first?.outputDeviation, 2, "their deviation")
            try requireEqual(found.first.map { Int(($0.resp * 10).rounded()) }, 21, "tenths of a millisecond")
            try requireEqual(
                try await store.measuredUse(of: "another", simulated: false, timeScale: real.timeScale).count, 0,
                "another task's")
            try requireEqual(
                try await store.measuredUse(of: real.task, simulated: true, timeScale: 1).count, 0, "another scale's")
        },
    ]
}
