import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("A winner of the bench that fails or slows down", .timeLimit(.minutes(2)))
struct LiveSelectionTests {
    private static let winner = HistoryFixtures.model
    private static let other = ModelID(provider: "gemini", name: "gemini-2.5-pro")
    private static let halfLife = Duration.seconds(3 * 3_600)

    private let clock = ManualClock()
    private let source = InMemoryAttemptHistory()

    private static func row(_ model: ModelID, cost: Int64, simulated: Bool) -> SelectionRow {
        var row = SelectionRow.fixture(
            model, quality: 0.9, cost: USD(pico: cost), simulated: simulated, p95: 2_400)
        row.baseline = PerformanceBaseline(
            firstToken: 400, secondsPerToken: 0.02, streamedTokens: 100, promptTokens: 100, outputTokens: 100)
        return row
    }

    private func service(history simulated: Bool = false) -> LLMService {
        let table = SelectionTable.fixture(
            rows: [
                Self.row(Self.winner, cost: 1_000_000_000, simulated: false),
                Self.row(Self.other, cost: 5_000_000_000, simulated: false),
            ])
        let targets = [Self.winner, Self.other].map { model in
            ProviderTarget(
                client: ScriptedClient(model.provider, clock: clock, .text("Yes.")), keys: [APIKey("key")],
                defaultModel: model)
        }
        let history = CallHistory(
            source, simulated: simulated, options: .init(halfLife: Self.halfLife), time: clock.source,
            logger: ServiceHarness.quietLogger)
        return LLMService(
            configuration: ServiceConfiguration(targets: targets), tables: FixedTables(table),
            recorder: InMemoryCallRecorder(), background: BackgroundWork { _ in }, time: clock.source, jitter: { 0.5 },
            logger: ServiceHarness.quietLogger, history: history)
    }

    private func selection(_ service: LLMService, maxP95: Double? = nil) async throws -> ModelSelection {
        try await service.selectOptimalModel(
            for: .architecture, constraints: SelectionConstraints.Overrides(maxP95: maxP95))
    }

    private func asked(_ service: LLMService) async throws -> CallRecord? {
        let request = AskRequest(
            id: CallID(rawValue: "call"), model: .auto, chat: ServiceHarness.question, task: .architecture)
        for try await event in service.ask(request) { if case .ended(let record) = event { return record } }
        return nil
    }

    /// Twenty live calls of now, fourteen of which failed.
    private func breakWinner() {
        clock.advance(by: .seconds(3_600))
        let now = clock.source.wallMicroseconds()
        source.add(
            HistoryFixtures.facts(14, "bad") { HistoryFixtures.fact($0, outcome: .serverError, now: now) }
                + HistoryFixtures.facts(6, "good") { HistoryFixtures.fact($0, now: now) })
    }

    @Test("one that fails loses its place, in words, and has it back when the evidence is old")
    func broken() async throws {
        let service = service()
        #expect(try await selection(service).model == Self.winner)
        breakWinner()
        let now = try await selection(service)
        #expect(now.model == Self.other)
        #expect(now.reason.contains("Since the benchmark, openai/gpt-5: 14 of 20 live calls failed."))
        #expect(now.live["openai/gpt-5"]?.failed == 14)
        #expect(now.live["gemini/gemini-2.5-pro"] == nil)
        let record = try #require(await asked(service))
        #expect(record.model == Self.other)
        #expect(record.decision.reason.contains("14 of 20 live calls failed"))
        #expect(
            record.decision.candidates.contains { $0.why.contains("since the benchmark: 14 of 20 live calls failed") })
        clock.advance(by: Self.halfLife)
        #expect(try await selection(service).model == Self.other)
        clock.advance(by: Self.halfLife * 2)
        let later = try await selection(service)
        #expect(later.model == Self.winner)
        #expect(!later.reason.contains("live calls"))
        #expect(try await asked(service)?.model == Self.winner)
    }

    @Test("one that slows down loses its place, also where no p95 is asked for, and has it back")
    func slow() async throws {
        let service = service()
        #expect(try await selection(service, maxP95: 5_000).model == Self.winner)
        clock.advance(by: .seconds(60))
        let now = clock.source.wallMicroseconds()
        source.add(
            HistoryFixtures.facts(30, "slow") {
                HistoryFixtures.fact($0, firstToken: .seconds(9), duration: .seconds(11), now: now)
            })
        let slowed = try await selection(service, maxP95: 5_000)
        #expect(slowed.model == Self.other)
        #expect(slowed.reason.contains("3.7 × as slow"))
        // Nobody asked for a speed, but this is not what was chosen.
        let unlimited = try await selection(service)
        #expect(unlimited.model == Self.other)
        #expect(unlimited.reason.contains("passed over: "), "\(unlimited.reason)")
        // Who says how slow is too slow is taken at the word.
        #expect(try await selection(service, maxP95: 60_000).model == Self.winner)
        clock.advance(by: Self.halfLife * 3)
        #expect(try await selection(service, maxP95: 5_000).model == Self.winner)
    }

    @Test("calls from before the bench are the bench's to judge")
    func before() async throws {
        source.add(
            HistoryFixtures.facts(20, "old") { HistoryFixtures.fact($0, age: .seconds(60), outcome: .serverError) })
        #expect(try await selection(service()).model == Self.winner)
    }

    @Test("calls of another task, of the bench, or of the simulator change nothing", arguments: [0, 1, 2])
    func elsewhere(kind: Int) async throws {
        clock.advance(by: .seconds(60))
        let now = clock.source.wallMicroseconds()
        let facts = HistoryFixtures.facts(20, "bad") {
            HistoryFixtures.fact(
                $0, task: kind == 0 ? .planning : .architecture, origin: kind == 1 ? .bench : .live,
                outcome: .serverError, now: now)
        }
        source.add(facts, simulated: kind == 2)
        #expect(try await selection(service()).model == Self.winner)
        // A history of the other world is not even looked at.
        #expect(try await selection(service(history: true)).model == Self.winner)
    }

    @Test("a call that is replayed is judged by the live calls of now")
    func replay() async throws {
        let service = service()
        breakWinner()
        let logged = LoggedCall(
            id: CallID(rawValue: "then"), origin: .live, isClosed: true, simulated: false,
            startedAt: ManualClock.wallStart, task: .architecture, requested: .auto)
        let decision = try await service.replay(logged)
        #expect(decision.candidates.first?.model == Self.other)
        #expect(decision.reason.contains("14 of 20 live calls failed"))
    }
}
