import BenchCore
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchRunner

@Suite("The budget of random runs", .timeLimit(.minutes(2)))
struct BudgetPropertyTests {
    /// A generator with a seed: a failure comes again.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 33)) &* 0xff51_afd7_ed55_8ccd
        }
    }

    /// Models that a run may ask under a budget, each in every tier that it sells.
    private static let arms: [Arm] = PriceBook.builtIn.models.filter(isBounded).flatMap { price in
        Set(price.periods.flatMap { $0.rates.map(\.service) }).sorted().map { service in
            Arm(
                model: price.model,
                parameters: GenerationParameters(serviceTier: service == PriceRate.standard ? nil : service),
                endpoint: "test", simulated: true)
        }
    }

    private static func isBounded(_ price: ModelPrice) -> Bool {
        let bound = CostBound(inputTokens: 20_000, outputTokens: 1)
        return !price.free && PriceBook.builtIn.worstCase(for: bound, to: price.model, at: day) != nil
    }

    /// Bills what a call really cost: any part of its prompt and limit, fresh or through a cache, in any place; some attempts fail, and of
    /// some nobody learns what they cost.
    private final class Till: Asker {
        private struct State: Sendable {
            var random: Seeded
            var billed = USD.zero
            var calls = 0
        }
        private let state: Mutex<State>
        let prices = PriceBook.builtIn
        init(seed: UInt64) { state = Mutex(State(random: Seeded(state: seed))) }

        var billed: USD { state.withLock { $0.billed } }
        var calls: Int { state.withLock { $0.calls } }

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream(ending: { try await self.answer(request) })
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            var records: [AttemptRecord] = []
            var budget: BudgetExhausted?
            let attempts = state.withLock { Int.random(in: 1...3, using: &$0.random) }
            for number in 1...attempts {
                let id = AttemptID(call: request.id, number: number)
                let worst = prices.worstCase(for: request.chat, to: model, at: BudgetPropertyTests.day)
                do {
                    try await request.recorder?.reserve(
                        AttemptIntent(
                            attempt: id, call: request.id, model: model, endpoint: "test", simulated: true, key: nil,
                            worstCase: worst, origin: .bench))
                } catch let error as BudgetExhausted {
                    budget = error
                    break
                }
                await Task.yield()
                let report = AttemptReport(
                    id: id, model: model, endpoint: "test", simulated: true,
                    timings: AttemptTimings(sentAt: .now, end: .milliseconds(5)),
                    outcome: number == attempts ? .ok : .overloaded)
                records.append(AttemptRecord(report: report, cost: bill(request.chat, model), worstCase: worst))
            }
            return CallRecord(
                id: request.id, origin: .bench, task: request.task, requested: request.model, model: model,
                endpoint: "test", simulated: true, outcome: records.isEmpty ? .cancelled : .ok, attempts: records,
                answer: Answer(text: "yes"), decision: DecisionRecord(reason: "asked for"), openedAt: .now,
                endedAt: .now, startedAt: 1, stoppedBy: budget)
        }

        private func bill(_ chat: ChatRequest, _ model: ModelID) -> CostReading {
            state.withLock { state in
                let prompt = Int.random(in: 0...chat.worstCaseInputTokens, using: &state.random)
                let read = Int.random(in: 0...prompt, using: &state.random)
                let tokens = TokenUsage(
                    promptTokens: prompt, cacheReadTokens: read,
                    cacheWriteTokens: Int.random(in: 0...(prompt - read), using: &state.random),
                    outputTokens: Int.random(in: 0...(chat.parameters.maxOutputTokens ?? 0), using: &state.random))
                let quote = prices.quote(
                    model: model,
                    usage: UsageReading(raw: .null, tokens: tokens, priceContext: ["inference_geo": "us"]),
                    at: BudgetPropertyTests.day, context: chat.parameters.priceContext.merging(["region": "eu"]) { $1 })
                state.billed += quote.usd ?? .zero
                state.calls += 1
                // What nobody reports was billed all the same.
                return Bool.random(using: &state.random) ? quote.reading : CostReading(unknownBecause: "no usage")
            }
        }
    }

    private static let day: Int64 = 1_795_910_400_000_000  // 2026-11-29

    @Test(
        "what is billed never exceeds the limit, whatever the tiers, the places, the retries and what is reported",
        arguments: 0..<24)
    func neverExceeded(seed: Int) async throws {
        var random = Seeded(state: UInt64(seed) &+ 99)
        let rows = (0..<12).map { index in
            BenchCase(
                id: "c\(index)", task: .general,
                messages: [.user(String(repeating: "long ", count: Int.random(in: 1...4_000, using: &random)))],
                assertions: [Assertion(kind: .equals, value: "yes")],
                parameters: GenerationParameters(maxOutputTokens: Int.random(in: 16...20_000, using: &random)),
                hash: "h\(index)")
        }
        let arms = Array(Self.arms.shuffled(using: &random).prefix(6))
        let plan = RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3)
        let whole = CostEstimate(of: plan, prices: .builtIn, at: Self.day)
        let limit = USD(pico: whole.worst.pico / Int64(Int.random(in: 1...20, using: &random)))
        let till = Till(seed: UInt64(seed))
        let store = WatchedStore()
        let time = TimeSource(
            now: TimeSource.live.now, wallMicroseconds: { Self.day }, sleep: TimeSource.live.sleep)
        let runner = BenchRunner(
            asker: till, store: store, prices: .builtIn, time: time, logger: Logger(label: "test"))
        let lanes = Int.random(in: 1...5, using: &random)
        let outcome = try await runner.run(
            record(plan), plan: plan, options: RunOptions(concurrency: { _ in lanes }, maxCost: limit),
            observe: { _ in })
        #expect(till.billed <= limit && outcome.spent <= limit, "\(till.billed) and \(outcome.spent) of \(limit)")
        #expect(outcome.spent >= till.billed && whole.unpriced.isEmpty)
        #expect(outcome.status == .complete || outcome.status == .budgetStopped)
        let reserved = store.reserved
        for intent in reserved {
            let item = try #require(plan.arms.first { $0.model == intent.model })
            #expect(intent.worstCase != .zero, "\(item.id): unknown is no zero")
        }
    }

    @Test("a retry that does not fit beside its own trial's reservation ends the call, and does not wait for itself")
    func retryOfTheLast() async throws {
        let budget = Budget(limit: USD(pico: 100))
        let first = BudgetReservation(budget)
        let second = BudgetReservation(budget)
        try await first.add(USD(pico: 60))
        try await second.add(USD(pico: 40))
        // The first waits for the second, which cannot wait for the first.
        let retry = Task { try await first.add(USD(pico: 60)) }
        try await until { budget.waiting == 1 }
        await #expect(throws: BudgetExhausted.self) { try await second.add(USD(pico: 10)) }
        second.settle(.zero)
        await #expect(throws: BudgetExhausted.self) { try await retry.value }
        first.settle(USD(pico: 5))
        #expect(budget.current.reserved == .zero && budget.current.spent == USD(pico: 5))
    }

    @Test("what is reserved after its trial was settled is given back at once")
    func reservedTooLate() async throws {
        let budget = Budget(limit: USD(pico: 100))
        let reservation = BudgetReservation(budget)
        try await reservation.add(USD(pico: 60))
        reservation.settle(USD(pico: 5))
        await #expect(throws: CancellationError.self) { try await reservation.add(USD(pico: 40)) }
        #expect(budget.current.reserved == .zero && budget.current.spent == USD(pico: 5))
    }

    @Test(
        "each tier of a model is reserved at its own price, as the plan has it",
        arguments: ["priority", "batch", "flex", nil])
    func tiers(tier: String?) async throws {
        let model = ModelID(provider: "openai", name: "gpt-5")
        let arm = Arm(
            model: model, parameters: GenerationParameters(serviceTier: tier), endpoint: "test", simulated: true)
        let row = BenchCase(
            id: "a", task: .general, messages: [.user("How much?")],
            assertions: [Assertion(kind: .equals, value: "yes")], hash: "h")
        let plan = RunPlan(cases: [row], arms: [arm], repeats: 1, seed: 3)
        let store = WatchedStore()
        let runner = BenchRunner(
            asker: FakeAsker(), store: store, prices: .builtIn, logger: Logger(label: "test"))
        _ = try await runner.run(
            record(plan), plan: plan, options: RunOptions(concurrency: { _ in 1 }), observe: { _ in })
        let now = TimeSource.live.wallMicroseconds()
        let own = try #require(PriceBook.builtIn.price(of: model)?.period(at: now)).rates.first {
            $0.service == tier ?? PriceRate.standard
        }
        // 9 bytes and 16 for the message, and the runner's own output limit.
        let tokens = try #require(own?.tokens)
        let dollars = tokens.input.times(ExactDecimal(25)).flatMap { input in
            tokens.output.times(ExactDecimal(RunPlan.defaultOutputLimit)).flatMap { input.plus($0) }
        }?.times(try #require(ExactDecimal("0.000001")))
        let worst = dollars.flatMap { USD(rounding: $0) }
        #expect(store.reserved.first?.worstCase == worst)
        #expect(CostEstimate(of: plan, prices: .builtIn, at: now).worst == worst)
        #expect(store.reserved.first?.lease == TimeLimits().total)
    }

    private func record(_ plan: RunPlan) -> RunRecord {
        RunRecord(
            id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
            datasetHash: "h", task: .general, arms: plan.arms, repeats: 1, seed: 3, simulated: true, timeScale: 1,
            maxCost: nil, partial: false, graderVersion: "g", priceVersion: "p", toolVersion: "t", arguments: [],
            prices: .null, environment: .init())
    }
}
