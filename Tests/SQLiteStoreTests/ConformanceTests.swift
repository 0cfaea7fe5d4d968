import SQLiteStore
import TestSupport
import Testing

@Suite("The contract of stores", .timeLimit(.minutes(2)))
struct ConformanceTests {
    @Test("SQLite keeps it", arguments: TrialStoreConformance.checks)
    func sqlite(check: TrialStoreConformance.Check) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the store in memory keeps it", arguments: TrialStoreConformance.checks)
    func memory(check: TrialStoreConformance.Check) async throws {
        try await check.body(MemoryStore())
    }

    @Test("SQLite keeps that of histories", arguments: AttemptHistoryConformance.checks)
    func history(check: AttemptHistoryConformance.Check) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the history in memory keeps it", arguments: AttemptHistoryConformance.checks)
    func historyInMemory(check: AttemptHistoryConformance.Check) async throws {
        try await check.body(InMemoryAttemptHistory())
    }
}
