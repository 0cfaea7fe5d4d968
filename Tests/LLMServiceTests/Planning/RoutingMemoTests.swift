import Dispatch
import LLMCore
import Synchronization
import TestSupport
import Testing

@testable import LLMService

@Suite("What is remembered of a judged table", .timeLimit(.minutes(2)))
struct RoutingMemoTests {
    private let memo = RoutingMemo()
    private let question = RoutingMemo.Inputs(table: "t", derivedAt: 1, rows: [0, 1], live: [], constraints: nil)

    @Test("the same request is judged once, of all providers and of each")
    func once() {
        var judged = 0
        let make = { () -> SelectionChoice in
            judged += 1
            return SelectionChoice(
                verdict: .infeasible, row: nil, runnerUp: nil, confidence: nil, confidences: [:], probabilityBest: [:],
                expectedRegret: nil, casesNeeded: nil, reason: "", binding: nil)
        }
        for _ in 0..<3 {
            _ = memo.judgements(of: question).choice(make: make)
            _ = memo.judgements(of: question).row(of: "openai") { make().row }
        }
        #expect(judged == 2)
    }

    @Test("requests that come while a table is judged wait for that judgement instead of making their own")
    func together() async {
        let judged = Atomic(0)
        let judge: @Sendable () -> SelectionRow? = {
            judged.add(1, ordering: .relaxed)
            // Long enough for the others to come.
            let end = ContinuousClock.now + .milliseconds(20)
            while ContinuousClock.now < end {}
            return nil
        }
        let judgements = memo.judgements(of: question)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { _ = judgements.row(of: "openai", make: judge) } }
        }
        #expect(judged.load(ordering: .relaxed) == 1)
    }

    @Test("another table, other rows, other constraints or other live calls are another request")
    func changes() {
        let first = memo.judgements(of: question)
        var others = [RoutingMemo.Inputs](repeating: question, count: 6)
        others[0].table = "u"
        others[1].derivedAt = 2
        others[2].rows = [0]
        others[3].constraints = SelectionConstraints(minQuality: 0.8)
        let live = LivePerformance(calls: 9, failed: 1, weight: 8, failureRate: 0.1, benchFailureRate: 0)
        others[4].live = [.init(place: 0, live: live)]
        others[5].live = [.init(place: 1, live: live)]
        let judgements = others.map { memo.judgements(of: $0) } + [first]
        #expect(Set(judgements.map(ObjectIdentifier.init)).count == 7)
        #expect(memo.judgements(of: question) === first)
    }

    /// An executor on a thread that knows itself.
    private final class MarkedExecutor: TaskExecutor {
        static let mark = DispatchSpecificKey<Bool>()
        private let queue = DispatchQueue(label: "marked")

        init() { queue.setSpecific(key: Self.mark, value: true) }

        static var isHere: Bool { DispatchQueue.getSpecific(key: mark) == true }

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    @Test("a plan is made once, and not on the executor of its caller, which may be an event loop")
    func elsewhere() async {
        let inputs = RoutingMemo.PlanInputs(.init(model: .auto, task: .general), nil)
        let made = Mutex<[Bool]>([])
        let make: @Sendable () -> CandidatePlan = {
            made.withLock { $0.append(MarkedExecutor.isHere) }
            return CandidatePlan(criteria: .init(model: .auto, task: .general), reason: "")
        }
        await withTaskExecutorPreference(MarkedExecutor()) {
            for _ in 0..<3 {
                _ = await memo.plan(inputs, make: make)
                #expect(MarkedExecutor.isHere)
            }
        }
        #expect(made.withLock(\.self) == [false])
    }

    @Test("a blend is made anew when the calls have changed")
    func blends() {
        var made = 0
        for generation in [1, 1, 2, 2, 1] {
            _ = memo.blend(.init(table: "t", generation: generation)) {
                made += 1
                return .fixture(rows: [])
            }
        }
        #expect(made == 2)
    }
}
