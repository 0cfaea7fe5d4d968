import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("The schema", .timeLimit(.minutes(2)))
struct SchemaTests {
    @Test("every table is strict, and every reference has its key")
    func strict() async throws {
        try await SQLiteStore.withTemporary { store in
            let loose = try await store.read { db in
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM pragma_table_list
                        WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'
                        """)
            }
            #expect(loose.isEmpty)
            let names: String? = try await store.value(
                "SELECT group_concat(name) FROM (SELECT name FROM pragma_table_list WHERE strict ORDER BY name)")
            #expect(
                names
                    == "arms,attempts,budget_leases,cache,cache_counts,cache_size,calls,cases,gradings,health,health_version,"
                    + "judge_calibrations,judge_calls,judge_questions,replaced_trials,result_cases,result_files,results,runs,selection_evidence,"
                    + "selection_pins,selection_rows,"
                    + "selection_table_evidence,selection_tables,trials,verdicts,virtual_keys")
        }
    }

    @Test("trials have a column for every metric that is defined per call, and the view has the aggregates")
    func metrics() async throws {
        let perCall = [
            "queue_ms", "ttfb_ms", "ttft_ms", "ttfa_ms", "e2e_ms", "resp_ms", "work_ms", "retry_wait_ms", "decode_ms",
            "tpot_ms", "decode_tps", "e2e_tps", "chars_per_s", "max_gap_ms", "p95_gap_ms", "n_gaps", "streamed_tokens",
            "connect_ms", "output_tokens", "reasoning_tokens", "usage_source", "cost_pusd",
        ]
        let aggregates = [
            "system_tps", "goodput_rps", "slo_attainment", "ok_rate", "pass_rate", "pass_rate_strict",
            "cost_per_pass_pusd", "time_per_pass_ms",
        ]
        try await SQLiteStore.withTemporary { store in
            let (trials, view) = try await store.read { db in
                (try Set(db.columns(in: "trials").map(\.name)), try Set(db.columns(in: "arm_metrics").map(\.name)))
            }
            #expect(Set(perCall).subtracting(trials).isEmpty)
            #expect(Set(aggregates).subtracting(view).isEmpty)
        }
    }

    @Test("insert lists name every column of their table")
    func columnLists() async throws {
        let lists: [(String, [String], Set<String>)] = [
            ("runs", RunRows.columns, []), ("arms", RunRows.armColumns, []), ("cases", RunRows.caseColumns, []),
            ("calls", CallRows.columns, []),
            ("attempts", AttemptRows.columns, ["reserved_at", "worst_pusd", "lease_ms"]),
            ("trials", TrialRows.columns, []), ("verdicts", TrialRows.verdictColumns, []),
            ("virtual_keys", VirtualKeyRows.columns, Set(VirtualKeyRows.usageColumns)),
        ]
        try await SQLiteStore.withTemporary { store in
            for (table, columns, others) in lists {
                let found = try await store.read { try $0.columns(in: table).map(\.name) }
                #expect(Set(columns).union(others) == Set(found), "\(table)")
                #expect(Set(columns).count == columns.count, "\(table) names a column twice")
            }
        }
    }

    @Test(
        "the file itself refuses what cannot be",
        arguments: [
            "INSERT INTO runs (id) VALUES ('x')",
            "UPDATE runs SET status = 'finished'",
            "UPDATE runs SET status = 'complete', ended_at = NULL",
            "UPDATE runs SET simulated = 2",
            "UPDATE runs SET prices = '{'",
            "UPDATE calls SET state = 'closed', outcome = NULL",
            "UPDATE calls SET origin = 'cron'",
            "UPDATE attempts SET state = 'lost'",
            "UPDATE attempts SET class = NULL",
            "UPDATE trials SET passed = 2",
            "UPDATE trials SET fault = 'nobody'",
            "UPDATE trials SET resp_ms = 'fast'",
            "UPDATE trials SET case_id = 'none'",
            "UPDATE trials SET arm_id = 'none'",
            "UPDATE verdicts SET result = 'maybe'",
            "DELETE FROM cases",
        ])
    func refusals(sql: String) async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.record(try await store.begun(cases: 1), storeContent: true)
            let error = await #expect(throws: DatabaseError.self) {
                try await store.pool.write { try $0.execute(sql: sql) }
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
        }
    }

    @Test("the view's aggregates are those that metrics.md defines")
    func aggregates() async throws {
        try await SQLiteStore.withTemporary { store in
            let run = BenchFixtures.run()
            var cases = BenchFixtures.cases(5)
            cases[0].slo = .init(ttfa: 1_000, resp: 50)
            cases[1].slo = .init(resp: 5)
            try await store.begin(run, cases: cases)
            var trials = cases.enumerated().map {
                BenchFixtures.trial(of: $1, in: run, startedAt: 1_000_000 * Int64($0))
            }
            for index in trials.indices { trials[index].ordinal = index }
            // One too slow for its case, one that fails, one that answers wrongly, one that is ours.
            trials[1].metrics.resp = 10
            trials[2].outcome = .attempt(.serverError)
            trials[2].grade = Grade(verdicts: [], score: nil, passed: nil)
            trials[3].grade = Grade(verdicts: [], score: 0, passed: false)
            trials[4].outcome = .harnessError
            for index in 0..<4 { trials[index].metrics.resp += 10 }
            try await store.record(trials, storeContent: true)
            let figures = try #require(try await store.figures(of: run.id).first)
            #expect(figures.attempted == 4)
            #expect(figures.okRate == 0.75)
            #expect(figures.passRate == 2.0 / 3)
            #expect(figures.passRateStrict == 0.5)
            #expect(figures.sloAttainment == 0.25)
            let cost = try #require(trials[0].metrics.cost)
            #expect(figures.cost == cost * 4)
            #expect(figures.costPerPass == cost * 2)
            #expect(figures.timePerPass == trials[..<4].reduce(0) { $0 + $1.metrics.resp } / 2)
            // From t_send of the first to the end of the fourth, which began 3 s later and took 12.345 ms.
            let seconds = 3.012345
            #expect(abs((figures.goodput ?? 0) - 1 / seconds) < 1e-9)
            let tokens = [0, 1, 3].reduce(0) { $0 + (trials[$1].metrics.outputTokens ?? 0) }
            #expect(abs((figures.systemTokensPerSecond ?? 0) - Double(tokens) / seconds) < 1e-6)
        }
    }

    @Test(
        "a rate over tokens is one of tokens of one origin, and of none that are estimated",
        arguments: [
            ([.reported, .reported], true), ([nil, .reported], true), ([.counted, .counted], true),
            ([.counted, .reported], false), ([nil, .counted], false), ([.estimated, .estimated], false),
        ] as [([UsageSource?], Bool)])
    func tokenRate(sources: [UsageSource?], isKnown: Bool) async throws {
        try await SQLiteStore.withTemporary { store in
            var trials = try await store.begun(cases: 2)
            for index in trials.indices { trials[index].metrics.usageSource = sources[index] }
            try await store.record(trials, storeContent: true)
            let figures = try #require(try await store.figures(of: trials[0].run).first)
            #expect((figures.systemTokensPerSecond != nil) == isKnown)
            #expect(try await store.rows(of: trials[0].run).map(\.metrics.usageSource) == sources)
        }
    }

    @Test("one unknown cost makes the sum unknown, never smaller")
    func unknownCost() async throws {
        try await SQLiteStore.withTemporary { store in
            var trials = try await store.begun(cases: 2)
            trials[1].metrics.cost = nil
            try await store.record(trials, storeContent: true)
            let figures = try #require(try await store.figures(of: trials[0].run).first)
            #expect(figures.cost == nil && figures.costPerPass == nil)
            let overview = try await store.overview(of: trials[0].run)
            #expect(overview.unpriced == 1)
        }
    }

    @Test("estimated tokens are on record, and no history of anything", arguments: UsageSource.allCases)
    func estimatedTokens(source: UsageSource) async throws {
        try await SQLiteStore.withTemporary { store in
            var trials = try await store.begun(cases: 1)
            let last = trials[0].call.attempts.count - 1
            trials[0].call.attempts[last].report.usage?.source = source
            try await store.record(trials, storeContent: true)
            let page = try await store.attempts(after: nil, simulated: trials[0].arm.simulated, limit: 9)
            let fact = try #require(page.facts.last)
            #expect(fact.outputTokens == (source == .estimated ? nil : 34))
            #expect((fact.streamedTokens == nil) == (source == .estimated))
            let stored = try await store.read { db in
                try String.fetchOne(
                    db, sql: "SELECT usage_source || ' ' || output_tokens FROM attempts ORDER BY number DESC LIMIT 1")
            }
            #expect(stored == "\(source.rawValue) 34")
        }
    }

    @Test("an attempt that was settled for a killed process has no times, and stops no reader")
    func assumedAttempts() async throws {
        try await SQLiteStore.withTemporary { store in
            let trials = try await store.begun(cases: 2)
            try await store.record(trials, storeContent: true)
            try await store.tamper(
                "UPDATE attempts SET assumed = 1, class = NULL, sent_ms = NULL, e2e_ms = NULL WHERE call_id ="
                    + " '\(trials[0].call.id)'")
            #expect(
                try await store.rows(of: trials[0].run).map(\.attempts.count) == [0, trials[1].call.attempts.count])
            let page = try await store.attempts(after: nil, simulated: trials[0].arm.simulated, limit: 9)
            #expect(page.facts.map(\.call) == trials[1].call.attempts.map { _ in trials[1].call.id })
        }
    }
}
