import BenchCore
import LLMCore

extension TrialStoreConformance {
    static let trialChecks = [
        Check("trials come back whole and in schedule order, however they were recorded") { store in
            let run = BenchFixtures.run(arms: [BenchFixtures.arm(), BenchFixtures.arm("groq/openai/gpt-oss-120b")])
            let cases = try await begun(store, run)
            let trials = [
                BenchFixtures.trial(of: cases[2], in: run, ordinal: 2, outcome: .attempt(.serverError), attempts: 3),
                BenchFixtures.trial(of: cases[1], in: run, arm: run.arms[1], repetition: 1, ordinal: 1),
                BenchFixtures.trial(of: cases[0], in: run, ordinal: 0, outcome: .graderError),
                unanswered(BenchFixtures.trial(of: cases[1], in: run, ordinal: 3)),
            ]
            try await store.record(Array(trials[..<2]), storeContent: true)
            try await store.record(Array(trials[2...]), storeContent: true)
            let byID = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
            let expected = trials.sorted { $0.ordinal < $1.ordinal }
                .compactMap { trial in byID[trial.caseID].map { TrialRow(trial, of: $0) } }
            let found = try await rows(of: run, in: store)
            try expectEqual(found.count, expected.count, "trials")
            for (found, expected) in zip(found, expected) { try expectEqual(found, expected, "a trial") }
        },
        Check("a run longer than any page comes back whole") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run, cases: 1_201)
            let trials = cases.enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
            try await store.record(trials.reversed(), storeContent: true)
            let found = try await rows(of: run, in: store)
            try expectEqual(found.map(\.ordinal), Array(0..<1_201), "ordinals")
            try expect(found.allSatisfy { $0.verdicts.count == 2 && $0.attempts.count == 1 }, "parts are missing")
        },
        Check("content is left out when it is not to be kept") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            let trial = BenchFixtures.trial(of: cases[0], in: run)
            try await store.record([trial], storeContent: false)
            let found = try await rows(of: run, in: store)
            try expectEqual(found, [TrialRow(trial, of: cases[0], storeContent: false)], "the trial")
            try expect(found[0].answer == nil && found[0].thinking == nil, "content was kept")
        },
        Check("recording a trial again changes nothing") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            let trial = BenchFixtures.trial(of: cases[0], in: run)
            try await store.record([trial], storeContent: true)
            var changed = trial
            changed.grade.score = 0.5
            changed.call.answer.text = "other"
            try await store.record([changed, trial], storeContent: true)
            try expectEqual(try await rows(of: run, in: store), [TrialRow(trial, of: cases[0])], "the trial")
        },
        Check("an answer on disk gets its grade later, and what its judges cost adds up") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            var trial = BenchFixtures.trial(of: cases[0], in: run)
            let graded = trial
            (trial.outcome, trial.grade) = (
                .graderError, Grade(verdicts: [], score: nil, passed: nil, graderError: true)
            )
            trial.metrics.judgeCost = nil
            try await store.record([trial], storeContent: true)
            try expectEqual(try await rows(of: run, in: store), [TrialRow(trial, of: cases[0])], "the answer")
            var grade = RegradedTrial(graded)
            for cost in [USD(pico: 3), USD(pico: 4)] {
                grade.judgeCost = cost
                try await store.record(grade: grade, of: run.id)
            }
            trial.outcome = graded.outcome
            trial.grade = graded.grade
            trial.metrics.judgeCost = USD(pico: 7)
            try expectEqual(try await rows(of: run, in: store), [TrialRow(trial, of: cases[0])], "with its grade")
        },
        Check("a reserved attempt is no trial until it is recorded") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            let trial = BenchFixtures.trial(of: cases[0], in: run, attempts: 2)
            for number in 1...3 {
                try await store.reserve(BenchFixtures.intent(trial.call.id, number: number), run: run.id)
            }
            try expectEqual(try await rows(of: run, in: store), [], "trials")
            try await store.record([trial], storeContent: true)
            try expectEqual(try await rows(of: run, in: store), [TrialRow(trial, of: cases[0])], "the trial")
        },
        Check("concurrent writers all get through") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run, cases: 64)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (ordinal, row) in cases.enumerated() {
                    group.addTask {
                        let trial = BenchFixtures.trial(of: row, in: run, ordinal: ordinal)
                        try await store.reserve(BenchFixtures.intent(trial.call.id), run: run.id)
                        try await store.record([trial], storeContent: true)
                    }
                }
                try await group.waitForAll()
            }
            try expectEqual(try await rows(of: run, in: store).map(\.ordinal), Array(0..<64), "ordinals")
        },
        Check("a cancelled caller's trial is recorded all the same") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Whether it throws is the store's affair; that what was paid for is kept is not.
                    try? await store.record([BenchFixtures.trial(of: cases[0], in: run)], storeContent: true)
                }
                group.cancelAll()
            }
            try expectEqual(try await rows(of: run, in: store).count, 1, "trials")
        },
    ]

    /// A call that failed before anything was sent: almost everything is unknown.
    private static func unanswered(_ trial: Trial) -> Trial {
        var trial = trial
        trial.outcome = .attempt(.timeoutConnect)
        trial.call.outcome = .timeoutConnect
        trial.call.attempts = []
        trial.call.model = nil
        trial.call.endpoint = nil
        trial.call.answer = Answer()
        trial.grade = Grade(verdicts: [], score: nil, passed: nil)
        trial.metrics = TrialMetrics(queue: 0, resp: 10, work: 0, retryWait: 10, attempts: 0)
        return trial
    }
}
