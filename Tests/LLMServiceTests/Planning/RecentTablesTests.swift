import LLMCore
import LLMService
import TestSupport
import Testing

@Suite("Selection tables that were read a moment ago", .timeLimit(.minutes(1)))
struct RecentTablesTests {
    @Test("the source is looked at once within the time, for each task and world, also where there is no table")
    func once() async throws {
        let clock = ManualClock()
        let source = FixedTables()
        let tables = RecentTables(source, age: .milliseconds(250), time: clock.source)
        for _ in 0..<3 { #expect(try await tables.table(for: .general, simulated: false) == nil) }
        #expect(source.worldsAsked == [false])
        _ = try await tables.table(for: .general, simulated: true)
        _ = try await tables.table(for: .architecture, simulated: true)
        #expect(source.worldsAsked == [false, true, true])
        clock.advance(by: .milliseconds(249))
        _ = try await tables.table(for: .general, simulated: false)
        #expect(source.worldsAsked.count == 3)
        clock.advance(by: .milliseconds(1))
        _ = try await tables.table(for: .general, simulated: false)
        #expect(source.worldsAsked.count == 4)
    }
}
