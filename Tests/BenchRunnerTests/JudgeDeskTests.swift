import BenchCore
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchRunner

/// Judges every answer by asking twice at the desk.
private struct TwiceAsking: AssertionEvaluator {
    let kinds: Set<Assertion.Kind> = [.llmRubric]
    let judge: Arm
    let desk: any JudgeCaller

    func judge(_ assertion: Assertion, of benchCase: BenchCase, _ answer: GradedAnswer) async -> Finding {
        do throws(JudgeFailure) {
            for word in ["one", "two"] {
                let chat = ChatRequest(
                    messages: [.user(word + answer.text)],
                    parameters: GenerationParameters(maxOutputTokens: 64))
                _ = try await desk.ask(chat, of: judge, about: answer.call)
            }
            return .holds("good")
        } catch {
            return Finding(error, of: judge.model)
        }
    }
}

@Suite("Judges inside a run's budget", .timeLimit(.minutes(2)))
struct JudgeDeskTests {
    private let judge = Arm(
        model: ModelID(provider: "anthropic", name: "claude-haiku-4-5"), endpoint: "test", simulated: true)
    private let arm = Arm(model: ModelID(provider: "openai", name: "gpt-5-mini"), endpoint: "test", simulated: true)

    private func plan(cases: Int) -> RunPlan {
        let rows = (0..<cases).map {
            BenchCase(
                id: "c\($0)", task: .general, messages: [.user("q\($0)")],
                assertions: [Assertion(kind: .llmRubric, value: "good")], hash: "h\($0)")
        }
        return RunPlan(cases: rows, arms: [arm], repeats: 1, seed: 3)
    }

    private func run(_ plan: RunPlan, _ asker: any Asker, _ store: any TrialStore, maxCost: USD?, lanes: Int = 8)
        async throws -> RunOutcome
    {
        let judge = judge
        let runner = BenchRunner(asker: asker, store: store, prices: .builtIn, logger: Logger(label: "test")) { desk in
            EvaluatingGrader(evaluators: [TwiceAsking(judge: judge, desk: desk)])
        }
        let record = RunRecord(
            id: RunID(rawValue: "r1"), status: .running, startedAt: 0, datasetPath: "d", datasetName: "d",
            datasetHash: "h", task: .general, arms: plan.arms, repeats: 1, seed: 3, simulated: true, timeScale: 1,
            maxCost: maxCost, partial: false, graderVersion: "g", priceVersion: "p", toolVersion: "t", arguments: [],
            prices: .null, environment: .init())
        return try await runner.run(
            record, plan: plan, options: RunOptions(concurrency: { _ in lanes }, maxCost: maxCost, graders: 8),
            observe: { _ in })
    }

    @Test("what judges cost is booked apart from the trials, inside what the run spent, and each call is written down")
    func booked() async throws {
        let store = MemoryStore()
        let outcome = try await run(plan(cases: 10), FakeAsker(), store, maxCost: nil)
        #expect(outcome.status == .complete && outcome.judgeCalls == 20)
        #expect(outcome.judgeCost == USD(pico: 20_000_000) && outcome.spent == USD(pico: 30_000_000))
        let state = store.current
        #expect(state.trials.allSatisfy { $0.trial.grade.passed == true && $0.trial.outcome == .ok })
        #expect(state.trials.allSatisfy { $0.trial.metrics.judgeCost == USD(pico: 2_000_000) })
        #expect(state.trials.allSatisfy { $0.trial.metrics.cost == USD(pico: 1_000_000) })
        let trials = Set(state.trials.map(\.trial.call.id))
        #expect(state.judgeCalls.count == 20 && Set(state.judgeCalls.values) == trials)
        let overview = try await store.overview(of: RunID(rawValue: "r1"))
        #expect(overview.judgeCalls == 20 && overview.judgeCost == USD(pico: 20_000_000) && overview.reserved == 0)
        #expect(overview.trials == 10 && overview.cost == USD(pico: 10_000_000))
    }

    @Test("a judge that fails leaves the trial ungraded by the judge's fault, never the model's")
    func failing() async throws {
        struct Failing: Asker {
            func ask(_ request: AskRequest) -> AnswerStream {
                var asker = FakeAsker()
                if request.model == .model(ModelID(provider: "anthropic", name: "claude-haiku-4-5")) {
                    asker.outcome = .overloaded
                }
                return asker.ask(request)
            }
        }
        let store = MemoryStore()
        let outcome = try await run(plan(cases: 3), Failing(), store, maxCost: nil)
        #expect(outcome.status == .complete && outcome.failed == 0)
        #expect(store.current.trials.map(\.trial.outcome) == [.judgeError, .judgeError, .judgeError])
        #expect(store.current.trials.allSatisfy { $0.trial.grade.passed == nil && $0.trial.grade.score == nil })
    }

    @Test("an unknown cost of a judge is booked at its worst case, and is unknown in the trial")
    func unknownCost() async throws {
        let store = MemoryStore()
        let outcome = try await run(plan(cases: 2), FakeAsker(cost: { _ in nil }), store, maxCost: nil)
        #expect(outcome.judgeCost == nil && outcome.assumed == outcome.spent && outcome.spent > .zero)
        #expect(store.current.trials.allSatisfy { $0.trial.metrics.judgeCost == nil })
        #expect(try await store.overview(of: RunID(rawValue: "r1")).judgeUnpriced == 4)
    }

    /// Bills any part of what was reserved, and of some calls nobody learns it.
    private final class Till: Asker {
        private struct State {
            var random: SeededGenerator
            var billed = USD.zero
        }
        private let state: Mutex<State>
        init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }
        var billed: USD { state.withLock { $0.billed } }

        func ask(_ request: AskRequest) -> AnswerStream {
            guard case .model(let model) = request.model else { return FakeAsker().ask(request) }
            let now = TimeSource.live.wallMicroseconds()
            let worst = PriceBook.builtIn.worstCase(for: request.chat, to: model, at: now) ?? .zero
            var asker = FakeAsker(worst: worst)
            asker.attempts = state.withLock { Int.random(in: 1...2, using: &$0.random) }
            asker.during = { _ in await Task.yield() }
            asker.cost = { _ in self.bill(worst) }
            return asker.ask(request)
        }

        private func bill(_ worst: USD) -> USD? {
            state.withLock { state in
                let cost = USD(pico: Int64.random(in: 0...worst.pico, using: &state.random))
                state.billed += cost
                return Bool.random(using: &state.random) ? cost : nil
            }
        }
    }

    @Test(
        "with judges and retries, what is billed never exceeds the limit, and nobody waits for ever", arguments: 0..<24)
    func neverExceeded(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed) &+ 7)
        let plan = plan(cases: Int.random(in: 1...24, using: &random))
        let whole = CostEstimate(of: plan, prices: .builtIn, at: TimeSource.live.wallMicroseconds())
        let limit = USD(pico: whole.worst.pico * 2 / Int64(Int.random(in: 1...12, using: &random)))
        let till = Till(seed: UInt64(seed))
        let store = WatchedStore()
        let outcome = try await run(
            plan, till, store, maxCost: limit, lanes: Int.random(in: 1...16, using: &random))
        #expect(till.billed <= limit && outcome.spent <= limit, "\(till.billed) and \(outcome.spent) of \(limit)")
        #expect(outcome.spent >= till.billed)
        #expect(outcome.status == .complete || outcome.status == .budgetStopped)
        // Paid answers are kept, judged or not.
        #expect(store.trials.count == outcome.finished)
    }

    @Test(
        "a judge that does not reason has room for a verdict and no more, and so little is set aside for it",
        arguments: [true, false])
    func outputLimit(reasons: Bool) async throws {
        let prices = PriceBook.builtIn
        let now = TimeSource.live.wallMicroseconds()
        let model = try #require(
            prices.models.first {
                $0.reasoning == reasons && !$0.free
                    && prices.worstCase(for: CostBound(inputTokens: 9, outputTokens: 9), to: $0.model, at: now) != nil
            }
        ).model
        let store = MemoryStore()
        let books = JudgeBooks {
            try await store.reserve($0)
        } record: { call, _ in
            try await store.record(call)
        }
        let desk = JudgeDesk(asker: FakeAsker(worst: .zero), books: books, maxCost: USD("5"), prices: prices)
        var chat = ChatRequest(messages: [.user("?")])
        _ = try await desk.ask(chat, of: Arm(model: model, endpoint: "test", simulated: true), about: nil)
        chat.parameters.maxOutputTokens = reasons ? 4_096 : 1_024
        let worst = prices.worstCase(for: chat, to: model, at: now)
        #expect(store.current.calls.first?.intents.first?.worstCase == worst && worst != nil)
        #expect(
            store.current.calls.first?.intents.first?.question
                == chat.question(to: Arm(model: model, endpoint: "test", simulated: true)))
    }

    @Test("a desk of its own keeps its own limit")
    func ownLimit() async throws {
        let store = MemoryStore()
        let books = JudgeBooks {
            try await store.reserve($0)
        } record: { call, _ in
            try await store.record(call)
        }
        let desk = JudgeDesk(asker: FakeAsker(), books: books, maxCost: .zero, prices: .builtIn)
        let chat = ChatRequest(messages: [.user("?")], parameters: GenerationParameters(maxOutputTokens: 8))
        await #expect(throws: JudgeFailure.self) { try await desk.ask(chat, of: judge, about: nil) }
        #expect(desk.isExhausted && desk.calls == 0 && store.current.calls.isEmpty)
    }
}
