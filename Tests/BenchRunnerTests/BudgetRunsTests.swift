import BenchCore
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@testable import BenchRunner

/// Many short runs with everything at once: the property that a budget is for.
@Suite("A thousand budgets", .timeLimit(.minutes(5)))
struct BudgetRunsTests {
    /// A store that keeps nothing: what is tested is what is sent.
    private struct NoStore: TrialStore {
        func begin(_ run: RunRecord, cases: [BenchCase]) async throws {}
        func reserve(_ intent: AttemptIntent, run: RunID) async throws {}
        func record(_ trials: [Trial], storeContent: Bool) async throws {}
        func record(grade: RegradedTrial, of run: RunID) async throws {}
        func record(judge call: CallRecord, of trial: CallID, run: RunID, storeContent: Bool) async throws {}
        func record(_ health: HarnessHealth, of run: RunID) async throws {}
        func finish(_ run: RunID, status: RunRecord.Status, endedAt: Int64) async throws {}
    }

    /// Puts every other answer to a judge model, with a prompt and an output limit of any size.
    private struct JudgedGrader: AnswerGrader {
        let desk: JudgeDesk
        let judge: Arm
        let wasAsked: @Sendable () -> Void

        func judge(_ benchCase: BenchCase, call: CallRecord, metrics: TrialMetrics) async -> (
            grade: Grade, outcome: TrialOutcome
        ) {
            var random = SeededGenerator(seed: UInt64(benchCase.messages[0].text.utf8.count))
            if Bool.random(using: &random) {
                let chat = ChatRequest(
                    messages: [.user(String(repeating: "judge ", count: Int.random(in: 1...600, using: &random)))],
                    parameters: GenerationParameters(maxOutputTokens: Int.random(in: 16...8_000, using: &random)))
                if (try? await desk.ask(chat, of: judge, about: call.id)) != nil { wasAsked() }
            }
            return Grader().judge(benchCase, call: call, metrics: metrics)
        }
    }

    private static let judge = Arm(
        model: ModelID(provider: "anthropic", name: "claude-haiku-4-5"), endpoint: "test", simulated: true)
    private static let arms = ["gemini/gemini-2.5-flash", "openai/gpt-5-mini"].compactMap { ModelID($0) }
        .map { Arm(model: $0, endpoint: "test", simulated: true) }

    @Test(
        "with 64 calls in flight, retries, judges, answers of any length and costs that nobody reports, no limit is exceeded",
        arguments: 0..<20)
    func neverExceeded(batch: Int) async throws {
        let judged = Mutex(0)
        for number in 0..<50 {
            let seed = batch * 50 + number
            var random = SeededGenerator(seed: UInt64(seed))
            let rows = (0..<Int.random(in: 20...50, using: &random)).map { index in
                BenchCase(
                    id: "c\(index)", task: .general,
                    messages: [.user(String(repeating: "long ", count: Int.random(in: 1...400, using: &random)))],
                    // Rows that a judge grades give their money back before it is asked.
                    assertions: [Assertion(kind: .llmRubric, value: "yes")],
                    parameters: GenerationParameters(maxOutputTokens: Int.random(in: 16...20_000, using: &random)),
                    hash: "h\(index)")
            }
            let plan = RunPlan(cases: rows, arms: Self.arms, repeats: 1, seed: UInt64(seed))
            let worst = CostEstimate(of: plan, prices: .builtIn, at: BillingProvider.day).worst
            // From a thirtieth of the plan's worst case, so that few calls fit, to twice that, so that judges get theirs.
            let parts = Int64.random(in: 1...60, using: &random)
            let limit = USD(pico: worst.pico / 30 * parts)
            // What earlier parts of the run have spent counts, too.
            let spent = USD(pico: Int64.random(in: 0...limit.pico / 2, using: &random))
            let provider = BillingProvider(seed: UInt64(seed), failing: 5)
            let runner = BenchRunner(
                asker: provider, store: NoStore(), prices: .builtIn, time: BillingProvider.time,
                logger: Logger(label: "test")
            ) { JudgedGrader(desk: $0, judge: Self.judge) { judged.withLock { $0 += 1 } } }
            var state = RunState(of: plan)
            state.spent = spent
            let outcome = try await runner.resume(
                RunID(rawValue: "r"), plan: plan, from: state,
                options: RunOptions(concurrency: { _ in 64 }, maxCost: limit, backlog: 64), observe: { _ in })
            let billed = provider.entries.reduce(spent) { $0 + $1.billed }
            #expect(
                billed <= outcome.spent && outcome.spent <= limit, "seed \(seed): \(billed), \(outcome.spent), \(limit)"
            )
            #expect(outcome.status == .complete || outcome.status == .budgetStopped)
        }
        #expect(judged.withLock { $0 } > 10, "judges were asked")
    }
}
