import BenchCore
import Foundation
import GRDB
import LLMCore
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("What killed processes leave behind", .timeLimit(.minutes(2)))
struct AbandonedWorkTests {
    /// Who reserved an attempt.
    enum Owner: String, Sendable, CaseIterable {
        case alive, killed, elsewhere, contained, unmarked

        var mark: JSONValue {
            guard var mark = ProcessMark.current.object else { return .null }
            switch self {
            case .alive: break
            case .killed: mark["started"] = "1"
            case .elsewhere: mark["boot"] = "another machine's"
            case .contained: mark["namespace"] = "pid:[1]"
            case .unmarked: return .null
            }
            return .object(mark)
        }
    }

    private static let start: Int64 = 1_800_000_000_000_000
    private static let lease = Duration.seconds(120)
    private static let worst = USD(pico: 50_000_000_000)

    private static func open(_ path: String, after seconds: Int64, mode: SQLiteStore.Mode = .readWrite) throws
        -> SQLiteStore
    {
        let time = TimeSource(
            now: TimeSource.live.now, wallMicroseconds: { start + seconds * 1_000_000 }, sleep: TimeSource.live.sleep)
        return try SQLiteStore.open(at: path, mode: mode, options: .init(time: time))
    }

    private static let call = CallID(rawValue: "call-1")

    /// A live call with an attempt that `owner` reserved.
    private func reserve(
        in path: String, by owner: Owner, lease: Duration? = lease, worst: USD? = worst
    ) async throws {
        let store = try Self.open(path, after: 0)
        var intent = BenchFixtures.intent(Self.call, origin: .live)
        intent.lease = lease
        intent.worstCase = worst
        try await store.reserve(intent)
        try await store.pool.write {
            try $0.execute(
                sql: "UPDATE calls SET decision = json_set(decision, '$.process', json(?))",
                arguments: [owner.mark.canonicalText])
        }
        try store.close()
    }

    private func found(in path: String, after seconds: Int64, mode: SQLiteStore.Mode = .readWrite) async throws
        -> LoggedCall
    {
        let store = try Self.open(path, after: seconds, mode: mode)
        let call = try #require(try await store.call(matching: Self.call.rawValue))
        try store.close()
        return call
    }

    /// When an owner's attempt with a lease of two minutes is settled, in seconds; `nil`: never.
    private static let settledAfter: [Owner: Int64] = [
        .killed: 120, .elsewhere: 720, .contained: 720, .unmarked: 720,
    ]

    @Test(
        "an attempt is settled at its worst case once its lease has passed and its process is not known to live",
        arguments: Owner.allCases, [SQLiteStore.Mode.readWrite, .readOnly])
    func settled(owner: Owner, mode: SQLiteStore.Mode) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try await reserve(in: path, by: owner)
            let due = Self.settledAfter[owner]
            for seconds in [0, 1, 119, 120, 121, 719, 720, 100_000] as [Int64] {
                let attempt = try #require(try await found(in: path, after: seconds, mode: mode).attempts.first)
                let isDue = due.map { $0 <= seconds } ?? false
                #expect(attempt.isAssumed == isDue, "\(owner) after \(seconds) s")
                #expect(attempt.cost == (isDue ? Self.worst : nil))
                #expect(attempt.end == nil && attempt.outcome == nil, "how it ended stays unknown")
            }
            let call = try await found(in: path, after: 100_000)
            #expect(call.isClosed == false && call.cost == nil)
            #expect(call.isInterrupted == (owner == .alive ? false : true))
            #expect(call.costAtMost == (owner == .alive ? nil : Self.worst))
            let store = try Self.open(path, after: 100_000)
            #expect(try await store.check().problems.isEmpty)
            let state: String? = try await store.value("SELECT state || assumed FROM attempts")
            #expect(state == (owner == .alive ? "reserved0" : "settled1"))
        }
    }

    @Test(
        "a sweep settles what others left behind, and attempts of its own process that outlived their lease by far",
        arguments: Owner.allCases)
    func sweep(owner: Owner) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try await reserve(in: path, by: owner)
            let clock = ManualClock()
            clock.advance(by: .microseconds(Self.start - clock.source.wallMicroseconds()))
            let store = try SQLiteStore.open(at: path, options: .init(time: clock.source))
            let due = Self.settledAfter[owner] ?? 720
            for step in [0, due - 1, due] {
                // Half a second past it: the clock rounds.
                let instant = Self.start + step * 1_000_000 + 500_000
                clock.advance(by: .microseconds(instant - clock.source.wallMicroseconds()))
                try await store.settleAbandonedWork()
                let isSettled = try await store.value("SELECT state FROM attempts") == "settled"
                #expect(isSettled == (step == due), "\(owner) after \(step) s")
            }
        }
    }

    @Test("an attempt without a lease has an hour, and one whose worst case is unknown stays unknown")
    func defaults() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try await reserve(in: path, by: .killed, lease: nil, worst: nil)
            #expect(try await found(in: path, after: 3_599).attempts.first?.isAssumed == false)
            let attempt = try #require(try await found(in: path, after: 3_600).attempts.first)
            #expect(attempt.isAssumed && attempt.cost == nil && attempt.costUnknownBecause != nil)
        }
    }

    @Test("a result that comes after all takes the place of what was assumed")
    func lateResult() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            try await reserve(in: path, by: .killed)
            let store = try Self.open(path, after: 500)
            #expect(try await store.value("SELECT assumed FROM attempts") == 1)
            var record = BenchFixtures.call(Self.call, arm: BenchFixtures.arm(), task: .general, startedAt: Self.start)
            record.origin = .live
            try await store.record(record)
            let call = try #require(try await store.call(matching: Self.call.rawValue))
            #expect(call.isClosed && call.attempts.allSatisfy { !$0.isAssumed && $0.outcome != nil })
            #expect(call.attempts.count == record.attempts.count && call.cost == record.cost)
            #expect(try await store.check().problems.isEmpty)
        }
    }

    @Test(
        "a run whose process was killed is killed, for readers too; one that goes on is not", arguments: Owner.allCases)
    func runs(owner: Owner) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try Self.open(path, after: 0)
            var run = BenchFixtures.run()
            run.environment = RunEnvironment(process: owner.mark)
            try await store.begin(run, cases: BenchFixtures.cases(2))
            var intent = BenchFixtures.intent(Self.call)
            intent.lease = Self.lease
            try await store.reserve(intent, run: run.id)
            try await store.pool.write {
                try $0.execute(
                    sql: "UPDATE calls SET decision = json_set(decision, '$.process', json(?))",
                    arguments: [owner.mark.canonicalText])
            }
            // Before anybody has opened the file again.
            let expected: RunRecord.Status = owner == .killed ? .killed : .running
            #expect(try await store.runs(limit: 1).first?.status == expected)
            try store.close()
            let reader = try Self.open(path, after: 1_000, mode: .readOnly)
            #expect(try await reader.overview(of: run.id).run.status == expected)
            #expect(try await reader.value("SELECT status FROM runs") == expected.rawValue)
            let overview = try await reader.overview(of: run.id)
            #expect(overview.reserved == (owner == .alive ? 1 : 0) && overview.assumed == (owner == .alive ? 0 : 1))
            #expect(overview.assumedCost == (owner == .alive ? .zero : Self.worst))
            try reader.close()
            // It lived after all: how it ended is written over that.
            let other = try Self.open(path, after: 1_000)
            try await other.finish(run.id, status: .complete, endedAt: run.startedAt + 1)
            #expect(try await other.runs(limit: 1).first?.status == .complete)
        }
    }

    @Test(
        "a run of before the machine was started again is killed once it has begun no call for a day",
        arguments: [Owner.elsewhere, .contained, .alive])
    func restarted(owner: Owner) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let store = try Self.open(path, after: 0)
            var run = BenchFixtures.run()
            run.environment = RunEnvironment(process: owner.mark)
            run.startedAt = Self.start
            try await store.begin(run, cases: BenchFixtures.cases(2))
            try store.close()
            func status(after seconds: Int64) async throws -> RunRecord.Status? {
                let reader = try Self.open(path, after: seconds, mode: .readOnly)
                defer { try? reader.close() }
                return try await reader.runs(limit: 1).first?.status
            }
            #expect(try await status(after: 86_000) == .running)
            #expect(try await status(after: 87_000) == (owner == .alive ? .running : .killed))
        }
    }

    @Test("a file of the version before keeps its rows, its references and its view")
    func migration() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "db.sqlite").path
            let old = try DatabaseQueue(path: path)
            try Schema.migrator.migrate(old, upTo: "3")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO runs VALUES ('r', 'running', 1, NULL, 'd', 'd', 'h', 'general', 1, 1, 0, 1, NULL, 0, 'g',
                            'p', 't', '[]', '{}', '{}');
                        INSERT INTO calls (id, run_id, origin, state, simulated, started_at, decision)
                            VALUES ('k', 'r', 'bench', 'open', 0, 1, '{}');
                        INSERT INTO attempts (id, call_id, number, state, model, endpoint, simulated, reserved_at, worst_pusd)
                            VALUES ('a', 'k', 1, 'reserved', 'lab/m', 'e', 0, 1, 7), ('b', 'k', 2, 'reserved', 'lab/m', 'e', 0,
                            9000000000000000, NULL);
                        """)
            }
            try old.close()
            #expect(throws: StoreError.self) { try Self.open(path, after: 0, mode: .readOnly) }
            let store = try Self.open(path, after: 0)
            #expect(
                try await store.value("SELECT group_concat(id || state || assumed) FROM attempts")
                    == "asettled1,breserved0")
            #expect(try await store.value("SELECT computed_pusd FROM attempts WHERE id = 'a'") == 7)
            #expect(try await store.runs(limit: 9).map(\.status) == [.running])
            #expect(try await store.check().problems.isEmpty)
            #expect(try await store.value("SELECT count(*) FROM arm_metrics") == 0)
            try await store.pool.write { try $0.execute(sql: "DELETE FROM runs") }
            #expect(try await store.value("SELECT count(*) FROM attempts") == 0, "references lead to the new tables")
        }
    }
}
