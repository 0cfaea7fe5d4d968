import BenchCore
import LLMCore

/// Answers that stand in for calls, and what earlier calls say of later ones.
extension PaidWorkConformance {
    private static func query(of run: RunRecord, _ cases: [BenchCase], arms: [Arm]? = nil) -> EarlierAnswerQuery {
        EarlierAnswerQuery(
            simulated: run.simulated, timeScale: run.timeScale, seed: run.simulated ? run.seed : nil, route: .direct,
            arms: arms ?? run.arms, cases: cases)
    }

    private static func run(_ id: String, simulated: Bool = false, at: Int64 = BenchFixtures.start) -> RunRecord {
        let arm = BenchFixtures.arm(simulated: simulated)
        var run = BenchFixtures.run(id, arms: [arm], simulated: simulated, startedAt: at)
        run.environment.route = .direct
        return run
    }

    static let reuseChecks: [ConformanceCheck<any Store>] = [
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
            try requireEqual(try await count(of: real) { $0.cases = [cases[1]] }, 0, "another prompt")
        },
        ConformanceCheck("an answer to the same messages is found whatever else its row says, and comes with that row")
        {
            store in
            let cases = BenchFixtures.cases(2)
            let old = run("old")
            try await store.begin(old, cases: cases)
            try await store.record([BenchFixtures.trial(of: cases[0], in: old)], storeContent: true)
            var row = cases[0]
            (row.id, row.tags, row.target) = ("renamed", ["new"], ["other"])
            row.hash = row.contentHash
            let found = try await store.earlierAnswers(query(of: old, [row])) { _ in true }
            try requireEqual(found.map(\.trial.caseHash), [cases[0].hash], "the row of the answer")
            try requireEqual(found.first?.row.canonicalJSON, cases[0].canonicalJSON, "the row")
            try requireEqual(found.first?.row.hash, cases[0].hash, "its hash")
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
        ConformanceCheck("a judge's verdicts are measured over its questions, and embeddings are none") { store in
            let cases = BenchFixtures.cases(1)
            let real = run("real")
            try await store.begin(real, cases: cases)
            let trial = BenchFixtures.trial(of: cases[0], in: real)
            try await store.record([trial], storeContent: true)
            let judge = BenchFixtures.arm("xai/grok-4", simulated: false)
            for (name, question) in [("a", "q1"), ("b", "q2"), ("c", nil)] {
                var intent = BenchFixtures.intent(CallID(rawValue: name), arm: judge)
                intent.question = question
                try await store.reserve(intent, run: real.id)
                let call = BenchFixtures.call(
                    intent.call, arm: judge, task: .verification, startedAt: BenchFixtures.start)
                try await store.record(judge: call, of: trial.call.id, run: real.id, storeContent: true)
            }
            let expected = MeasuredUse(
                arm: judge.id, endpoint: judge.endpoint, trials: 2, outputTokens: 34, outputDeviation: 0, resp: nil)
            try requireEqual(try await store.measuredVerdicts(simulated: false), [expected], "the judge's use")
            try requireEqual(try await store.measuredVerdicts(simulated: true).count, 0, "simulated judges")
        },
        ConformanceCheck("the use of a model is measured over its answers to a task, in one environment") { store in
            let cases = BenchFixtures.cases(4)
            let (real, simulated) = (run("real"), run("sim", simulated: true))
            var (loaded, open) = (run("loaded"), run("open", at: BenchFixtures.start + 9_000_000))
            loaded.environment.load = .poisson(RateSweep(10))
            open.environment.load = loaded.environment.load
            open.arms[0].endpoint = "https://open.test"
            for run in [real, simulated, loaded, open] { try await store.begin(run, cases: cases) }
            // Tokens are 21 and the ordinal.
            try await store.record(
                [
                    BenchFixtures.trial(of: cases[0], in: real, ordinal: 0),
                    BenchFixtures.trial(of: cases[1], in: real, ordinal: 4),
                    BenchFixtures.trial(of: cases[2], in: real, ordinal: 90, outcome: .attempt(.serverError)),
                    BenchFixtures.trial(of: cases[0], in: simulated, ordinal: 7),
                ], storeContent: true)
            var waited = BenchFixtures.trial(of: cases[0], in: loaded, ordinal: 2)
            waited.metrics.resp = 60_000
            let other = BenchFixtures.trial(of: cases[0], in: open, arm: open.arms[0], ordinal: 3)
            try await store.record([waited, other], storeContent: true)
            let all = try await store.measuredUse(of: real.task, simulated: false, timeScale: real.timeScale)
            let found = all.filter { $0.endpoint == real.arms[0].endpoint }
            try requireEqual(found.map(\.arm), real.arms.map(\.id), "the arms")
            try requireEqual(found.first?.trials, 3, "trials")
            let unloaded = all.filter { $0.endpoint == open.arms[0].endpoint }
            try requireEqual(unloaded.map(\.trials), [1], "trials under a load alone")
            try requireEqual(unloaded.first?.resp, Double?.none, "a time that holds no wait")
            try requireEqual(found.first?.outputTokens, 23, "tokens")
            try requireEqual(found.first.map { Int($0.outputDeviation * 100) }, 163, "their deviation")
            try requireEqual(found.first?.resp.map { Int(($0 * 10).rounded()) }, 21, "tenths of a millisecond")
            try requireEqual(
                try await store.measuredUse(of: "another", simulated: false, timeScale: real.timeScale).count, 0,
                "another task's")
            try requireEqual(
                try await store.measuredUse(of: real.task, simulated: true, timeScale: 1).count, 0, "another scale's")
        },
    ]
}
