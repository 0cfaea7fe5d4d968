import SQLiteStore
import TestSupport
import Testing

@Suite("The contract of stores")
struct ConformanceTests {
    @Test("SQLite keeps it", arguments: TrialStoreConformance.checks)
    func sqlite(check: TrialStoreConformance.Check) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the store in memory keeps it", arguments: TrialStoreConformance.checks)
    func memory(check: TrialStoreConformance.Check) async throws {
        try await check.body(MemoryStore())
    }
}
