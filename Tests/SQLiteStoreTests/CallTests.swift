import BenchCore
import Foundation
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("Calls and attempts", .timeLimit(.minutes(2)))
struct CallTests {
    private static let id = CallID(rawValue: "call-1")

    private func call(outcome: AttemptClass = .ok, attempts: Int = 1) -> CallRecord {
        BenchFixtures.call(
            Self.id, arm: BenchFixtures.arm(), task: .general, startedAt: 77, outcome: outcome, attempts: attempts,
            origin: .live)
    }

    @Test("an attempt is reserved with its worst case before it is sent, and settled with its call")
    func reservedThenSettled() async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.reserve(BenchFixtures.intent(Self.id, origin: .live))
            let reserved = "SELECT state || ' ' || number || ' ' || worst_pusd || ' ' || key_fingerprint FROM attempts"
            #expect(try await store.value(reserved) == "reserved 1 50000000000 a1b2c3d4e5f6")
            #expect(try await store.value("SELECT state FROM calls") == "open")
            try await store.record(call())
            let settled = "SELECT state || ' ' || class || ' ' || worst_pusd || ' ' || computed_pusd FROM attempts"
            #expect(try await store.value(settled) == "settled ok 50000000000 7812500001")
            #expect(try await store.value("SELECT state || ' ' || outcome FROM calls") == "closed ok")
            #expect(try await store.value("SELECT cost_pusd FROM calls") == 7_812_500_001 as Int64)
        }
    }

    @Test(
        "a batch is written as its calls are by themselves: what was set aside for an attempt that never was reserved comes with its end"
    )
    func batch() async throws {
        try await SQLiteStore.withTemporary { store in
            let ids = ["open", "reserved", "unreserved"].map { CallID(rawValue: $0) }
            for number in 1...2 {
                try await store.reserve(BenchFixtures.intent(ids[1], number: number, origin: .live))
            }
            var batch = CallBatch()
            batch.intents = [BenchFixtures.intent(ids[0], origin: .live)]
            batch.reserved = [ended(ids[1])]
            batch.unreserved = [ended(ids[2])]
            try await store.keep(batch)
            let rows: String? = try await store.value(
                """
                SELECT group_concat(row, ', ') FROM (SELECT k.id || ' ' || k.state || ' ' || a.state || ' ' || a.worst_pusd AS row
                FROM attempts a JOIN calls k ON k.id = a.call_id ORDER BY k.id, a.number)
                """)
            #expect(
                rows
                    == "open open reserved 50000000000, reserved closed settled 50000000000, unreserved closed settled 70000000000"
            )
        }
    }

    private func ended(_ id: CallID) -> CallRecord {
        var call = BenchFixtures.call(id, arm: BenchFixtures.arm(), task: .general, startedAt: 1, origin: .live)
        for index in call.attempts.indices { call.attempts[index].worstCase = USD(pico: 70_000_000_000) }
        return call
    }

    @Test("an attempt that was reserved and never sent costs nothing once its call has ended")
    func released() async throws {
        try await SQLiteStore.withTemporary { store in
            for number in 1...3 { try await store.reserve(BenchFixtures.intent(Self.id, number: number)) }
            try await store.record(call(outcome: .serverError, attempts: 2))
            let found: String? = try await store.value(
                "SELECT group_concat(number || class) FROM (SELECT * FROM attempts ORDER BY number)")
            #expect(found == "1overloaded,2server_error")
        }
    }

    @Test("a call whose cost is unknown is read back with the most it can have cost")
    func costAtMost() async throws {
        try await SQLiteStore.withTemporary { store in
            for number in 1...2 {
                try await store.reserve(BenchFixtures.intent(Self.id, number: number, origin: .live))
            }
            var record = call(attempts: 2)
            record.attempts[0].cost = CostReading(unknownBecause: "it was cancelled")
            try await store.record(record)
            #expect(try await store.value("SELECT cost_pusd IS NULL FROM calls") == 1)
            let kept = try #require(try await store.call(matching: Self.id.rawValue))
            #expect(kept.cost == nil && kept.costAtMost == USD(pico: 57_812_500_001))
            #expect(kept.attempts.map(\.costAtMost) == [USD(pico: 50_000_000_000), USD(pico: 7_812_500_001)])
        }
    }

    @Test("the budget that stopped a call is kept with it")
    func stopped() async throws {
        try await SQLiteStore.withTemporary { store in
            var record = call(outcome: .cancelled, attempts: 0)
            record.stoppedBy = BudgetExhausted(limit: USD(pico: 7), spent: .zero, needed: nil)
            try await store.record(record)
            let kept = #"{"limit_usd":"0.000000000007","spent_usd":"0","needed_usd":null}"#
            #expect(try await store.value("SELECT stopped_by FROM calls") == kept)
        }
    }

    @Test("a live call that is recorded twice is kept as it was first")
    func twice() async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.record(call())
            try await store.record(call(outcome: .serverError))
            #expect(try await store.value("SELECT outcome FROM calls") == "ok")
            #expect(try await store.value("SELECT count(*) FROM attempts") == 1)
        }
    }

    @Test("answers of live calls are kept only when that was asked for", arguments: [false, true])
    func liveContent(keeps: Bool) async throws {
        try await SQLiteStore.withTemporary(options: .init(keepsLiveContent: keeps)) { store in
            try await store.record(call())
            let answer: String? = try await store.value("SELECT answer FROM calls")
            #expect(answer == (keeps ? "Answer to call-1" : nil))
            #expect(try await store.value("SELECT tool_calls IS NULL FROM calls") == !keeps)
            #expect(try await store.value("SELECT json_extract(decision, '$.reason') FROM calls") == "asked for")
        }
    }

    @Test("times are milliseconds with their microseconds, usage is kept raw and in our words")
    func attemptColumns() async throws {
        try await SQLiteStore.withTemporary { store in
            try await store.record(call(outcome: .rateLimited, attempts: 2))
            let sql = """
                SELECT json_array(sent_ms, connect_ms, ttfb_ms, ttft_ms, ttfa_ms, last_token_ms, e2e_ms, max_gap_ms,
                    p95_gap_ms, n_gaps, status, failure_type, failure_message, limit_window, retry_after_ms,
                    json(headers), json_extract(rate_limit, '$.buckets[0].reset_after_ms')) FROM attempts WHERE number = 2
                """
            let expected = #"""
                [10.0,0.7,1.1,2.2,3.3,8.8,9.9,1.234,0.999,7,529,"overloaded_error","busy","minute",1500.0,\#
                {"x-request-id":"req-1"},3000]
                """#
            #expect(try await store.value(sql) == expected)
            try await store.record(
                BenchFixtures.call(CallID(rawValue: "b"), arm: BenchFixtures.arm(), task: .general, startedAt: 1))
            let usage = """
                SELECT json_array(json(usage_raw), json(price_context), prompt_tokens, cache_read_tokens, cache_write_tokens,
                    cache_write_1h_tokens, output_tokens, reasoning_tokens, web_searches) FROM attempts WHERE call_id = 'b'
                """
            let tokens = #"[{"prompt_tokens":12,"completion_tokens":34},{"service_tier":"flex"},12,3,2,1,34,5,0]"#
            #expect(try await store.value(usage) == tokens)
        }
    }

    @Test("a NUL in an answer does not cut it short")
    func nul() async throws {
        try await SQLiteStore.withTemporary { store in
            var trial = try await store.begun(cases: 1)[0]
            trial.call.answer.text = "before\0after 👩🏽‍💻\u{1B}[2J"
            trial.call.attempts[0].report.failure = ProviderFailure(message: "\0")
            try await store.record([trial], storeContent: true)
            let rows = try await store.rows(of: trial.run)
            #expect(rows[0].answer == "before\u{2400}after 👩🏽‍💻\u{1B}[2J")
        }
    }

    @Test("no key reaches the file, its log or a backup")
    func canary() async throws {
        try await withTemporaryFolder { folder in
            let key = APIKey("sk-canary-0123456789abcdef")
            let store = try SQLiteStore.open(
                at: folder.appending(path: "db.sqlite").path, options: .init(keepsLiveContent: true))
            var intent = BenchFixtures.intent(Self.id)
            intent.key = key.fingerprint
            try await store.reserve(intent)
            var record = call(outcome: .auth)
            record.attempts[0].report.key = key.fingerprint
            try await store.record(record)
            try await store.backup(to: folder.appending(path: "backup.sqlite").path)
            #expect(try !SQLiteStoreTests.folder(folder, holds: "sk-canary"))
            #expect(try SQLiteStoreTests.folder(folder, holds: key.fingerprint.rawValue))
        }
    }
}
