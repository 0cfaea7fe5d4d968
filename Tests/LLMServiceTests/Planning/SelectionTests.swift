import LLMCore
import LLMService
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SelectionTests {
    private let good = ModelID(provider: "openai", name: "gpt-5")
    private let cheap = ModelID(provider: "gemini", name: "gemini-2.5-pro")

    private func service(
        _ providers: [ProviderID], simulated: Bool = false, tables: FixedTables
    ) -> ServiceHarness {
        let clock = ManualClock()
        let clients = providers.map {
            ScriptedClient($0, endpoint: simulated ? "simulator" : nil, simulated: simulated, clock: clock)
        }
        return ServiceHarness(clock: clock, tables: tables, clients: clients)
    }

    private var real: SelectionTable {
        .fixture(rows: [
            .fixture(good, quality: 0.95, cost: USD(pico: 9_000_000_000)),
            .fixture(cheap, quality: 0.94, cost: USD(pico: 2_000_000_000)),
        ])
    }
    private var simulated: SelectionTable {
        .fixture(
            id: "simulated", simulated: true,
            rows: [.fixture(good, quality: 0.9, endpoint: "simulator", simulated: true)])
    }

    @Test("the cheapest model within five percent of the best is named with its evidence")
    func evidence() async throws {
        let harness = service(["openai", "gemini"], tables: FixedTables(real))
        let selection = try await harness.service.selectOptimalModel(for: .architecture)
        #expect(selection.model == cheap)
        #expect(selection.certified)
        #expect(selection.runnerUp?.rawValue == good.description)
        #expect(selection.row?.cost == USD("0.002") && selection.row?.quality == 0.94 && selection.row?.n == 100)
        #expect(selection.simulated == false && selection.derivedAt == ManualClock.wallStart)
    }

    @Test("constraints change the choice at call time")
    func constraints() async throws {
        let harness = service(["openai", "gemini"], tables: FixedTables(real))
        let strict = try await harness.service.selectOptimalModel(
            for: .architecture, constraints: .init(minQuality: 0.945))
        #expect(strict.model == good)
        let cheaper = try await harness.service.selectOptimalModel(
            for: .architecture, constraints: .init(relativeQuality: 0.001, maxCaseCost: USD("0.005")))
        #expect(cheaper.certified == false)
    }

    @Test("what select names is what ask uses")
    func askFollows() async throws {
        let clock = ManualClock()
        let harness = ServiceHarness(
            clock: clock, tables: FixedTables(real),
            clients: [
                ScriptedClient("openai", clock: clock, .text("dear")),
                ScriptedClient("gemini", clock: clock, .text("cheap")),
            ])
        let record = try #require(try await harness.ask(harness.request(task: .architecture)).record)
        #expect(record.model == cheap)
        #expect(record.decision.tableID == "table-1")
        #expect(record.decision.arm == cheap.description)
    }

    @Test("without a table all keys are there, figures are null and the reason says so")
    func noTable() async throws {
        let harness = service(["openai"], tables: FixedTables())
        let selection = try await harness.service.selectOptimalModel(for: .planning)
        #expect(selection.model == good)
        #expect(selection.arm == nil && selection.confidence == nil && selection.row == nil && !selection.certified)
        #expect(selection.simulated == nil && selection.live.isEmpty && selection.derivedAt == nil)
        #expect(selection.reason.contains("no selection table"))
    }

    @Test("real providers never see the simulator's table, and the reason mentions it")
    func simulatedTable() async throws {
        let harness = service(["openai"], tables: FixedTables(simulated))
        let selection = try await harness.service.selectOptimalModel(for: .architecture)
        #expect(selection.row == nil)
        #expect(selection.reason.contains("simulator"))

        _ = try await harness.ask(harness.request(task: .architecture))
        #expect(harness.tables.worldsAsked.last == false)
    }

    @Test("the simulated environment reads the simulator's table only")
    func simulatedWorld() async throws {
        let harness = service(["openai", "gemini"], simulated: true, tables: FixedTables(real, simulated))
        let selection = try await harness.service.selectOptimalModel(for: .architecture)
        #expect(selection.model == good)
        #expect(selection.simulated == true)
        #expect(harness.tables.worldsAsked == [true])
    }

    @Test("with nothing configured select tells what was measured, real tables first")
    func nothingConfigured() async throws {
        let both = service([], tables: FixedTables(real, simulated))
        #expect(try await both.service.selectOptimalModel(for: .architecture).simulated == false)
        let one = service([], tables: FixedTables(simulated))
        let selection = try await one.service.selectOptimalModel(for: .architecture)
        #expect(selection.model == good)
        #expect(selection.simulated == true)
        let none = service([], tables: FixedTables())
        #expect(try await none.service.selectOptimalModel(for: .architecture).model == nil)
    }

    @Test("a user's constraints lie over the profile's, and those over the table's")
    func overrides() {
        let base = SelectionConstraints(relativeQuality: 0.05, maxCaseCost: USD("0.01"), confidence: 0.8)
        let user = base.overridden(by: .init(maxP95: 2_000, confidence: 0.95))
        #expect(
            user
                == SelectionConstraints(
                    relativeQuality: 0.05, maxCaseCost: USD("0.01"), maxP95: 2_000, confidence: 0.95))
        #expect(base.overridden(by: .init(minQuality: 0.8)).relativeQuality == nil)
        #expect(base.overridden(by: .init(relativeQuality: 0.1, minQuality: 0.8)).relativeQuality == 0.1)
    }
}
