import BenchCore
import LLMCore
import Testing

@Suite("Stored tables", .timeLimit(.minutes(1)))
struct StoredTableTests {
    private func table(_ id: String, _ task: String, simulated: Bool) -> StoredTable {
        StoredTable(
            id: id, task: TaskType(task), simulated: simulated, derivedAt: 1, sharedCases: 40, runs: [],
            isPinned: false,
            isInUse: true)
    }

    @Test("a task's name means the providers' tables, and the simulator's where it alone answered or is asked for")
    func tablesOfTask() {
        let stored = [
            table("s1", "planning", simulated: true), table("s2", "general", simulated: true),
            table("r1", "general", simulated: false), table("s3", "general", simulated: true),
        ]
        #expect(stored.tables(of: "planning", simulated: false).map(\.id) == ["s1"])
        #expect(stored.tables(of: "planning", simulated: true).map(\.id) == ["s1"])
        #expect(stored.tables(of: "general", simulated: false).map(\.id) == ["r1"])
        #expect(stored.tables(of: "general", simulated: true).map(\.id) == ["s2", "s3"])
        #expect(stored.tables(of: "verification", simulated: false).isEmpty)
        #expect(stored.filter { !$0.simulated }.tables(of: "general", simulated: true).isEmpty)
    }
}
