package import BenchCore
import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The contract of the ports that look after a store: overviews, removal, export, check and backup.
package enum MaintenanceConformance {
    package typealias Store = any BenchStore
    typealias Check = ConformanceCheck<Store>

    package static let checks = overviewChecks + removalChecks + exportChecks + checkChecks

    private static let overviewChecks: [ConformanceCheck<Store>] = [
        Check("an overview counts what is there, and what never ended") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(5)
            try await store.begin(run, cases: cases)
            var trials = cases.prefix(3).enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
            trials[1] = BenchFixtures.trial(of: cases[1], in: run, ordinal: 1, outcome: .attempt(.timeoutIdle))
            trials[2].metrics.cost = nil
            try await store.record(trials, storeContent: true)
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost")), run: run.id)
            let expected = RunOverview(
                run: run, cases: 5, trials: 3, ok: 2, providerFailures: 1, gradable: 3, passed: 2,
                cost: USD(pico: 15_625_000_002), unpriced: 1, reserved: 1, reservedWorst: USD(pico: 50_000_000_000))
            try requireEqual(try await store.overview(of: run.id), expected, "the overview")
            try requireEqual(try await store.overviews(limit: 5), [expected], "the overviews")
            try await requireCode(.unknownRun) { _ = try await store.overview(of: RunID(rawValue: "none")) }
        },
        Check("overviews come newest first, as many as asked for") { store in
            for (index, name) in ["B", "C", "A"].enumerated() {
                try await store.begin(
                    BenchFixtures.run(name, startedAt: BenchFixtures.start + Int64(index)), cases: [])
            }
            try requireEqual(try await store.overviews(limit: 2).map(\.run.id.rawValue), ["A", "C"], "the newest two")
        },
        Check("an arm's figures are rates of what was attempted, and unknown costs leave sums unknown") { store in
            let arms = [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4"), BenchFixtures.arm("xai/idle")]
            let run = BenchFixtures.run(arms: arms)
            let cases = BenchFixtures.cases(4)
            try await store.begin(run, cases: cases)
            let outcomes: [TrialOutcome] = [.ok, .ok, .attempt(.serverError), .harnessError]
            var trials = zip(cases, outcomes).enumerated().map { ordinal, pair in
                BenchFixtures.trial(of: pair.0, in: run, ordinal: ordinal, outcome: pair.1)
            }
            var other = BenchFixtures.trial(of: cases[0], in: run, arm: arms[1], ordinal: 4)
            other.metrics.cost = nil
            trials.append(other)
            try await store.record(trials, storeContent: true)
            let figures = try await store.figures(of: run.id)
            try requireEqual(figures.map(\.arm), arms.prefix(2).map(\.id), "the arms that have trials")
            let first = figures[0]
            try requireEqual(first.attempted, 3, "attempted: ours is left out")
            try requireEqual(first.okRate, 2.0 / 3, "the rate of ok")
            try requireEqual(first.passRate, 2.0 / 3, "the pass rate")
            try requireEqual(first.passRateStrict, 2.0 / 3, "the strict pass rate")
            try requireEqual(first.sloAttainment, 2.0 / 3, "SLO attainment")
            try requireEqual(first.cost, USD(pico: 3 * 7_812_500_001), "the cost")
            try requireEqual(first.costPerPass, USD(pico: 3 * 7_812_500_001 / 2), "the cost per pass")
            try requireNear(first.timePerPass, (0.1 + 1.1 + 2.1) / 2, "the time per pass")
            // From the first attempt that was sent to the end of the last call: 12.345 ms and 2 ms between the starts.
            try requireNear(first.goodput, 2 / 0.014345, "good answers a second")
            try requireNear(first.systemTokensPerSecond, (21 + 22) / 0.014345, "tokens a second")
            try require(figures[1].cost == nil && figures[1].costPerPass == nil, "an unknown cost became known")
        },
        Check("without assertions an arm's quality is unknown, never zero; failures alone are known to be no good") {
            store in
            let arms = [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4"), BenchFixtures.arm("xai/failing")]
            let run = BenchFixtures.run(arms: arms)
            let cases = BenchFixtures.cases(2)
            try await store.begin(run, cases: cases)
            let outcomes: [[TrialOutcome]] = [
                [.ok, .ok], [.ok, .attempt(.serverError)], [.attempt(.serverError), .attempt(.serverError)],
            ]
            var trials: [Trial] = []
            for (arm, outcomes) in zip(arms, outcomes) {
                for (row, outcome) in zip(cases, outcomes) {
                    var trial = BenchFixtures.trial(of: row, in: run, arm: arm, ordinal: trials.count, outcome: outcome)
                    trial.grade = Grade(verdicts: [], score: nil, passed: nil)
                    trials.append(trial)
                }
            }
            try await store.record(trials, storeContent: true)
            let figures = try await store.figures(of: run.id)
            try requireEqual(figures.map(\.attempted), [2, 2, 2], "attempted")
            try requireEqual(figures.map(\.passRate), [nil, nil, nil], "the pass rates")
            try requireEqual(figures.map(\.sloAttainment), [nil, nil, 0], "SLO attainment")
            try requireEqual(figures.map { $0.goodput == nil }, [true, true, false], "unknown goodput")
            try requireEqual(figures.map { $0.costPerPass == nil }, [true, true, true], "unknown cost per pass")
        },
    ]

    private static let removalChecks: [ConformanceCheck<Store>] = [
        Check("a deleted run is gone with all that belongs to it; its tables stay") { store in
            let run = try await finished("GONE", in: store)
            try await finished("OTHER", in: store)
            try await store.save(BenchFixtures.table(), from: [run.id])
            try await store.delete(run.id, unfinished: false)
            try requireEqual(try await store.runs(limit: 9).map(\.id.rawValue), ["OTHER"], "the runs")
            let check = try await store.check()
            try requireEqual([check.runs, check.trials, check.calls, check.attempts], [1, 3, 3, 3], "what is left")
            try require(try await store.table(for: .architecture, simulated: false) != nil, "the table is gone")
            try requireEqual(check.problems, [], "problems")
        },
        Check("a run that has not finished is deleted only on request, and an unknown one never") { store in
            let run = BenchFixtures.run()
            try await store.begin(run, cases: BenchFixtures.cases(1))
            try await requireCode(.unfinishedRun) { try await store.delete(run.id, unfinished: false) }
            try await store.delete(run.id, unfinished: true)
            try require(try await store.runs(limit: 1).isEmpty, "it is still there")
            try await requireCode(.unknownRun) { try await store.delete(run.id, unfinished: true) }
        },
        Check("pruning keeps the newest runs, unfinished ones, and those that a table in use came from") { store in
            for (index, name) in ["A", "B", "C", "D", "E"].enumerated() {
                try await finished(name, in: store, day: Int64(index))
            }
            try await store.begin(BenchFixtures.run("OPEN", startedAt: 1), cases: [])
            try await store.save(BenchFixtures.table("old", derivedAt: 1), from: [RunID(rawValue: "A")])
            try await store.save(BenchFixtures.table("new", derivedAt: 2), from: [RunID(rawValue: "B")])
            let plan = try await store.prune(.keepRuns(2), dryRun: true)
            try requireEqual(plan.runs.map(\.run.id.rawValue), ["C", "A"], "the plan")
            try requireEqual(plan.kept.map(\.rawValue), ["B"], "what is kept")
            try requireEqual(try await store.runs(limit: 9).count, 6, "runs after a dry run")
            try requireEqual(try await store.prune(.keepRuns(2), dryRun: false).runs.count, 2, "removed runs")
            try requireEqual(
                try await store.runs(limit: 9).map(\.id.rawValue), ["E", "D", "B", "OPEN"], "runs that are left")
        },
        Check("pruning by age takes old live calls and replaced tables too") { store in
            try await finished("OLD", in: store)
            try await finished("NEW", in: store, day: 40)
            for (id, day) in [("old", Int64(0)), ("new", 40)] {
                try await store.record(
                    BenchFixtures.call(
                        CallID(rawValue: id), arm: BenchFixtures.arm(), task: .general,
                        startedAt: BenchFixtures.start + day * Self.day, origin: .live))
            }
            try await store.save(BenchFixtures.table("t1", derivedAt: BenchFixtures.start), from: [])
            try await store.save(BenchFixtures.table("t2", derivedAt: BenchFixtures.start + 1), from: [])
            let pruned = try await store.prune(.olderThan(BenchFixtures.start + 30 * day), dryRun: false)
            try requireEqual(pruned.runs.map(\.run.id.rawValue), ["OLD"], "removed runs")
            try requireEqual([pruned.liveCalls, pruned.tables], [1, 1], "live calls and tables")
            try require(pruned.bytesAfter <= pruned.bytesBefore, "it grew")
            try require(try await store.call(matching: "old") == nil, "the old call is still there")
            try require(try await store.call(matching: "new") != nil, "the new call is gone")
            try requireEqual(try await store.table(for: .architecture, simulated: false)?.id, "t2", "the table")
        },
    ]

    private static let exportChecks: [ConformanceCheck<Store>] = [
        Check("an export has every row of a run, in units that people read") { store in
            let run = BenchFixtures.run()
            let cases = BenchFixtures.cases(250)
            try await store.begin(run, cases: cases)
            let trials = cases.enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
            try await store.record(trials, storeContent: true)
            try await store.reserve(BenchFixtures.intent(CallID(rawValue: "lost")), run: run.id)
            let lines = try await exported(run.id, in: store)
            let kinds = Dictionary(grouping: lines) { $0["type"]?.string ?? "?" }.mapValues(\.count)
            try requireEqual(kinds, ["run": 1, "arm": 1, "case": 250, "trial": 250, "open_call": 1], "the lines")
            let head = lines[0]
            try requireEqual(head["type"]?.string, "run", "the first line")
            try requireEqual(head["format"]?.string, "dirgen.export/1", "the format")
            try requireEqual(head["max_cost_usd"]?.string, "1.500000000007", "money")
            try requireEqual(head["seed"]?.number?.literal, "18446744073709551609", "the seed")
            try require(head["definitions"]?["resp_ms"]?.string?.isEmpty == false, "a number without a definition")
            guard let trial = lines.first(where: { $0["type"]?.string == "trial" }) else { return }
            try requireEqual(trial["cost_usd"]?.string, "0.007812500001", "a trial's cost")
            try requireEqual(trial["resp_ms"]?.double, 0.1, "a trial's time")
            try requireEqual(trial["passed"]?.bool, true, "a trial's verdict")
            try require(trial["call"]?["answer"]?.string?.hasPrefix("Answer to") == true, "the answer")
            try requireEqual(trial["attempt_list"]?[0]?["usage_raw"]?["prompt_tokens"]?.int, 12, "raw usage")
            try requireEqual(trial["verdicts"]?[1]?["score"], .null, "an unknown score")
            try requireEqual(lines.last?["attempt_list"]?[0]?["worst_usd"]?.string, "0.05", "a reserved attempt")
        },
        Check("an export of a run that is not there is an error") { store in
            try await requireCode(.unknownRun) { _ = try await exported(RunID(rawValue: "none"), in: store) }
        },
    ]

    private static let checkChecks: [ConformanceCheck<Store>] = [
        Check("a sound store has no problem, and counts everything") { store in
            try await finished("RUN", in: store)
            try await store.save(BenchFixtures.table(), from: [])
            let key = HealthFixtures.keys[0]
            try await store.update([key]) { $0[key] = HealthFixtures.state(1, of: key) }
            try await store.store(
                CacheFixtures.entry(storedAt: TimeSource.live.wallMicroseconds()), for: CacheKey(rawValue: "k"))
            let check = try await store.check()
            try requireEqual(check.problems, [], "problems")
            let counts = [check.runs, check.trials, check.calls, check.attempts, check.tables, check.healthStates]
            try requireEqual(counts, [1, 3, 3, 3, 1, 1], "runs, trials, calls, attempts, tables, states")
            try requireEqual(check.cacheEntries, 1, "cached answers")
            try require(check.bytes > 0, "no size")
        },
        Check("a backup is a new file, and never replaces one") { store in
            try await finished("RUN", in: store)
            let path = FileManager.default.temporaryDirectory.path + "/dirgen-backup-" + Identifier.make()
            defer { try? FileManager.default.removeItem(atPath: path) }
            try await store.backup(to: path)
            try require(FileManager.default.contents(atPath: path)?.isEmpty == false, "nothing was written")
            try await requireCode(.exists) { try await store.backup(to: path) }
            try await requireCode(.cannotOpen) { try await store.backup(to: path + "-none/copy") }
        },
    ]

    private static let day: Int64 = 86_400_000_000

    /// A finished run of three trials.
    @discardableResult
    private static func finished(_ name: String, in store: Store, day: Int64 = 0) async throws -> RunRecord {
        let run = BenchFixtures.run(name, startedAt: BenchFixtures.start + day * Self.day)
        let cases = BenchFixtures.cases(3)
        try await store.begin(run, cases: cases)
        let trials = cases.enumerated().map { BenchFixtures.trial(of: $1, in: run, ordinal: $0) }
        try await store.record(trials, storeContent: true)
        try await store.finish(run.id, status: .complete, endedAt: run.startedAt + 1)
        return run
    }

    private static func exported(_ run: RunID, in store: Store) async throws -> [JSONValue] {
        var lines: [JSONValue] = []
        for try await page in store.export(run) { lines += try page.map { try JSONValue.parse($0) } }
        return lines
    }

    private static func requireNear(_ found: Double?, _ expected: Double, _ what: String) throws {
        try require(
            found.map { abs($0 - expected) <= 1e-6 * abs(expected) } ?? false,
            "\(what): found \(found.map { "\($0)" } ?? "nothing"), expected \(expected)")
    }

    private static func requireCode(_ code: StoreError.Code, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as StoreError {
            return try requireEqual(error.code, code, "the code")
        }
        throw ConformanceFailure(description: "no error, where \(code) was expected")
    }
}
