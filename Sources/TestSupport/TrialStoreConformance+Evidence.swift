import BenchCore
import LLMCore

extension TrialStoreConformance {
    static let evidenceChecks = [
        Check("evidence is the newest trial of each arm, case and repetition") { store in
            let cases = BenchFixtures.cases(3)
            let old = BenchFixtures.run("OLD")
            let new = BenchFixtures.run("NEW", startedAt: BenchFixtures.start + 1_000_000)
            let oldTrials = cases.enumerated().flatMap { ordinal, row in
                (0..<2).map {
                    BenchFixtures.trial(of: row, in: old, repetition: $0, ordinal: 2 * ordinal + $0)
                }
            }
            let newTrial = BenchFixtures.trial(of: cases[1], in: new, attempts: 2)
            try await complete(new, cases, [newTrial], in: store)
            try await complete(old, cases, oldTrials, in: store)
            let replaced = BenchFixtures.trial(of: cases[1], in: old)
            let expected =
                oldTrials.filter { $0.call.id != replaced.call.id }.map { TrialRow($0, of: row($0, cases)).asEvidence }
                + [TrialRow(newTrial, of: cases[1]).asEvidence]
            let found = try await store.evidence(query)
            try expectEqual(found, expected.sorted(by: inOrder), "the evidence")
        },
        Check("arms that differ in endpoint or parameters are kept apart") { store in
            var warm = BenchFixtures.arm()
            warm.parameters.temperature = 0.7
            let arms = [BenchFixtures.arm(), warm, BenchFixtures.arm(endpoint: "https://other.test")]
            let run = BenchFixtures.run(arms: arms)
            let cases = BenchFixtures.cases(1)
            let trials = arms.enumerated().map {
                BenchFixtures.trial(of: cases[0], in: run, arm: $1, ordinal: $0, callID: "call-\($0)")
            }
            try await complete(run, cases, trials, in: store)
            try expectEqual(Set(try await store.evidence(query).map(\.arm)), Set(arms), "the arms")
        },
        Check("evidence of other tasks, simulators, time scales, graders and prices never crosses") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(1)
            try await complete(run, cases, [BenchFixtures.trial(of: cases[0], in: run)], in: store)
            try expectEqual(try await store.evidence(query).count, 1, "its own evidence")
            var others = Array(repeating: query, count: 5)
            others[0].task = .planning
            others[1].simulated = true
            others[2].timeScale = 1
            others[3].graderVersion = "grader/2"
            others[4].priceVersion = "2026-12-01"
            for other in others { try expectEqual(try await store.evidence(other), [], "evidence of \(other)") }
        },
        Check("runs that are partial or did not complete count only when asked for") { store in
            let cases = BenchFixtures.cases(4)
            let statuses: [RunRecord.Status] = [.drained, .budgetStopped, .complete]
            for (index, status) in statuses.enumerated() {
                var run = BenchFixtures.run("RUN\(index)")
                run.partial = status == .complete
                let trial = BenchFixtures.trial(of: cases[index], in: run)
                try await complete(run, cases, [trial], as: status, in: store)
            }
            let running = BenchFixtures.run("RUNNING")
            try await store.begin(running, cases: cases)
            try await store.record([BenchFixtures.trial(of: cases[3], in: running)], storeContent: true)
            try expectEqual(try await store.evidence(query), [], "evidence of complete runs")
            var partial = query
            partial.includePartial = true
            try expectEqual(try await store.evidence(partial).count, 4, "evidence of all runs")
        },
        Check("runs under an open load count only when asked for") { store in
            let cases = BenchFixtures.cases(1)
            var run = BenchFixtures.run("RUN")
            run.environment.load = .poisson(RateSweep(1, to: 8, steps: 3))
            try await complete(run, cases, [BenchFixtures.trial(of: cases[0], in: run)], in: store)
            try expectEqual(try await store.evidence(query), [], "evidence of closed loops")
            var partial = query
            partial.includePartial = true
            try expectEqual(try await store.evidence(partial).count, 1, "evidence of all runs")
        },
        Check("what was ours is no evidence and hides none, and holdout cases are left out") { store in
            var cases = BenchFixtures.cases(2)
            cases[1].split = .holdout
            cases[1].hash = cases[1].contentHash
            let old = BenchFixtures.run("OLD")
            let good = BenchFixtures.trial(of: cases[0], in: old)
            let held = BenchFixtures.trial(of: cases[1], in: old, ordinal: 1)
            try await complete(old, cases, [good, held], in: store)
            let new = BenchFixtures.run("NEW", startedAt: BenchFixtures.start + 1_000_000)
            let ours = BenchFixtures.trial(of: cases[0], in: new, outcome: .harnessError)
            try await complete(new, cases, [ours], in: store)
            try expectEqual(
                try await store.evidence(query), [TrialRow(good, of: cases[0]).asEvidence], "the evidence")
        },
    ]

    private static let query = EvidenceQuery(
        task: .architecture, simulated: false, timeScale: 0.05, graderVersion: "grader/1", priceVersion: "2026-11-01")

    private static func complete(
        _ run: RunRecord, _ cases: [BenchCase], _ trials: [Trial], as status: RunRecord.Status = .complete,
        in store: any Store
    ) async throws {
        try await store.begin(run, cases: cases)
        try await store.record(trials, storeContent: true)
        try await store.finish(run.id, status: status, endedAt: run.startedAt + 1_000)
    }

    private static func row(_ trial: Trial, _ cases: [BenchCase]) -> BenchCase {
        cases.first { $0.id == trial.caseID } ?? cases[0]
    }

    private static func inOrder(_ left: TrialRow, _ right: TrialRow) -> Bool {
        (left.arm.id.rawValue, left.arm.endpoint, left.caseHash, left.repetition)
            < (right.arm.id.rawValue, right.arm.endpoint, right.caseHash, right.repetition)
    }
}
