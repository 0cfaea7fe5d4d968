import BenchCore
import LLMCore

extension TrialStoreConformance {
    static let refusalChecks = [
        Check("a batch is recorded as a whole or not at all") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            var stray = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1)
            stray.caseID = "no-such-case"
            let batch = [BenchFixtures.trial(of: cases[0], in: run), stray]
            try await expectRefusal("a trial of an unknown case") { try await store.record(batch, storeContent: true) }
            try expectEqual(try await rows(of: run, in: store), [], "trials")
        },
        Check("a trial outside the plan is refused") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            let strangers = [
                BenchFixtures.trial(of: cases[0], in: run, arm: BenchFixtures.arm("xai/grok-4")),
                BenchFixtures.trial(of: cases[0], in: run, arm: BenchFixtures.arm(endpoint: "https://elsewhere.test")),
                BenchFixtures.trial(of: cases[0], in: BenchFixtures.run("02RUN")),
            ]
            for stranger in strangers {
                try await expectRefusal("a trial outside the plan") {
                    try await store.record([stranger], storeContent: true)
                }
            }
            try await expectRefusal("an attempt of an unknown run") {
                try await store.reserve(BenchFixtures.intent(CallID(rawValue: "c")), run: RunID(rawValue: "02RUN"))
            }
        },
        Check("a second call for one case, arm and repetition is refused") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run)
            let first = BenchFixtures.trial(of: cases[0], in: run)
            try await store.record([first], storeContent: true)
            let second = BenchFixtures.trial(of: cases[0], in: run, ordinal: 5, callID: "another")
            try await expectRefusal("a second call") { try await store.record([second], storeContent: true) }
            try expectEqual(try await rows(of: run, in: store), [TrialRow(first, of: cases[0])], "the trial")
        },
        Check("a writer whose row is refused takes nobody with it") { store in
            let run = BenchFixtures.run()
            let cases = try await begun(store, run, cases: 40)
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for (ordinal, row) in cases.enumerated() {
                    var trial = BenchFixtures.trial(of: row, in: run, ordinal: ordinal)
                    if ordinal.isMultiple(of: 10) { trial.caseID = "no-such-case" }
                    group.addTask { [trial] in
                        do { try await store.record([trial], storeContent: true) } catch { return true }
                        return false
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(refused, 4, "refused writers")
            try expectEqual(try await rows(of: run, in: store).count, 36, "trials")
        },
    ]
}
