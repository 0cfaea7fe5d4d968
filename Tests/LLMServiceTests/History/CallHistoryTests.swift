import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The history of calls", .timeLimit(.minutes(2)))
struct CallHistoryTests {
    private let clock = ManualClock()
    private let source = InMemoryAttemptHistory()

    private func history(_ options: CallHistory.Options = .init(), simulated: Bool = false) -> CallHistory {
        CallHistory(
            source, simulated: simulated, options: options, time: clock.source, logger: ServiceHarness.quietLogger)
    }

    private func weight(_ history: CallHistory) async -> Double? {
        await history.figures(of: HistoryFixtures.model, at: HistoryFixtures.endpoint)?.weight
    }

    @Test("attempts of the bench and live ones count, of this model at this endpoint")
    func figures() async throws {
        source.add([
            HistoryFixtures.fact("a"), HistoryFixtures.fact("b", origin: .bench),
            HistoryFixtures.fact("c", model: ModelID(provider: "groq", name: "x")),
        ])
        let history = history()
        #expect(await weight(history) == 2)
        #expect(await history.figures(of: HistoryFixtures.model, at: "https://elsewhere.test") == nil)
    }

    @Test("what is new is read after a few seconds, and once")
    func refreshing() async throws {
        source.add([HistoryFixtures.fact("a")])
        let history = history(.init(halfLife: .seconds(1_000_000)))
        #expect(await weight(history) == 1)
        source.add([HistoryFixtures.fact("b")])
        clock.advance(by: .seconds(4))
        #expect(await weight(history).map { ($0 * 1_000).rounded() } == 1_000)
        #expect(source.reads == 1)
        clock.advance(by: .seconds(1))
        #expect(await weight(history).map { ($0 * 1_000).rounded() } == 2_000)
        #expect(source.reads == 2)
    }

    @Test("figures fade while nothing is asked")
    func fading() async throws {
        source.add([HistoryFixtures.fact("a")])
        let history = history(.init(halfLife: .seconds(600)))
        _ = await weight(history)
        clock.advance(by: .seconds(1_200))
        #expect(await weight(history) == 0.25)
    }

    @Test("a history that cannot be read leaves what was known")
    func broken() async throws {
        source.add([HistoryFixtures.fact("a")])
        let history = history(.init(halfLife: .seconds(1_000_000)))
        _ = await weight(history)
        source.isBroken = true
        clock.advance(by: .seconds(10))
        #expect(await weight(history) != nil)
        source.isBroken = false
        source.add([HistoryFixtures.fact("b")])
        clock.advance(by: .seconds(10))
        #expect(await weight(history).map { ($0 * 100).rounded() } == 200)
    }

    @Test("nothing of the simulator reaches the real environment, nor the other way")
    func worlds() async throws {
        source.add([HistoryFixtures.fact("a")], simulated: true)
        #expect(await weight(history()) == nil)
        #expect(await weight(history(simulated: true)) == 1)
    }

    @Test("the window keeps the newest, and a run pushes out no live call")
    func window() async throws {
        source.add([HistoryFixtures.fact("live", outcome: .serverError)])
        source.add(HistoryFixtures.facts(50, "bench") { HistoryFixtures.fact($0, origin: .bench) })
        let figures = await history(.init(capacity: 10))
            .figures(of: HistoryFixtures.model, at: HistoryFixtures.endpoint)
        #expect(figures?.weight == 11)
        #expect(figures.map { ($0.failureShare * 11).rounded() } == 1)
    }

    @Test("many who ask at once read once")
    func together() async throws {
        source.add([HistoryFixtures.fact("a")])
        let history = history()
        await withTaskGroup(of: Double?.self) { group in
            for _ in 0..<50 { group.addTask { await weight(history) } }
            for await found in group { #expect(found == 1) }
        }
        #expect(source.reads == 1)
    }
}
