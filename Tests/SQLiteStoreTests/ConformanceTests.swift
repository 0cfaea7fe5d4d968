import BenchCore
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

    @Test("SQLite keeps that of paid work", arguments: PaidWorkConformance.checks)
    func paidWork(check: ConformanceCheck<any PaidWorkConformance.Store>) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the store in memory keeps that of paid work", arguments: PaidWorkConformance.checks)
    func paidWorkInMemory(check: ConformanceCheck<any PaidWorkConformance.Store>) async throws {
        try await check.body(MemoryStore())
    }

    @Test("SQLite keeps that of imported results", arguments: ResultStoreConformance.checks)
    func results(check: ConformanceCheck<ResultStoreConformance.Store>) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the store in memory keeps that of imported results", arguments: ResultStoreConformance.checks)
    func resultsInMemory(check: ConformanceCheck<ResultStoreConformance.Store>) async throws {
        try await check.body(MemoryStore())
    }

    @Test("SQLite keeps that of call logs", arguments: CallLogConformance.checks)
    func calls(check: ConformanceCheck<CallLogConformance.Store>) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the store in memory keeps that of call logs", arguments: CallLogConformance.checks)
    func callsInMemory(check: ConformanceCheck<CallLogConformance.Store>) async throws {
        try await check.body(MemoryStore())
    }

    @Test("SQLite keeps that of caches", arguments: CacheConformance.checks)
    func cache(check: CacheConformance.Check) async throws {
        let clock = ManualClock()
        let options = SQLiteStore.Options(cacheLimits: CacheConformance.limits, time: clock.source)
        try await SQLiteStore.withTemporary(options: options) { try await check.body($0, clock) }
    }

    @Test("the store in memory keeps that of caches", arguments: CacheConformance.checks)
    func cacheInMemory(check: CacheConformance.Check) async throws {
        let clock = ManualClock()
        try await check.body(MemoryStore(limits: CacheConformance.limits, time: clock.source), clock)
    }

    @Test("SQLite keeps that of overviews, removal, export, check and backup", arguments: MaintenanceConformance.checks)
    func maintenance(check: ConformanceCheck<MaintenanceConformance.Store>) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test(
        "the store in memory keeps that of overviews, removal, export, check and backup",
        arguments: MaintenanceConformance.checks)
    func maintenanceInMemory(check: ConformanceCheck<MaintenanceConformance.Store>) async throws {
        try await check.body(MemoryStore())
    }

    @Test("SQLite keeps that of virtual keys", arguments: VirtualKeyConformance.checks)
    func virtualKeys(check: ConformanceCheck<VirtualKeyConformance.Store>) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the store in memory keeps that of virtual keys", arguments: VirtualKeyConformance.checks)
    func virtualKeysInMemory(check: ConformanceCheck<VirtualKeyConformance.Store>) async throws {
        try await check.body(MemoryStore())
    }

    @Test("the store in memory keeps that of health", arguments: HealthStoreConformance.checks)
    func healthInMemory(check: HealthStoreConformance.Check) async throws { try await check.body(MemoryStore()) }

    @Test("the store in memory keeps that of histories", arguments: AttemptHistoryConformance.checks)
    func historyInStore(check: AttemptHistoryConformance.Check) async throws { try await check.body(MemoryStore()) }

    @Test("SQLite keeps that of histories", arguments: AttemptHistoryConformance.checks)
    func history(check: AttemptHistoryConformance.Check) async throws {
        try await SQLiteStore.withTemporary { try await check.body($0) }
    }

    @Test("the history in memory keeps it", arguments: AttemptHistoryConformance.checks)
    func historyInMemory(check: AttemptHistoryConformance.Check) async throws {
        try await check.body(InMemoryAttemptHistory())
    }
}
