import LLMCore
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
            _ = memo.judgements(of: question).choice(of: nil, make: make)
            _ = memo.judgements(of: question).choice(of: "openai", make: make)
        }
        #expect(judged == 2)
    }

    @Test("another table, other rows, other constraints or other live calls are another request")
    func changes() {
        let first = memo.judgements(of: question)
        var others = [RoutingMemo.Inputs](repeating: question, count: 5)
        others[0].table = "u"
        others[1].derivedAt = 2
        others[2].rows = [0]
        others[3].constraints = SelectionConstraints(minQuality: 0.8)
        others[4].live = [LivePerformance(calls: 9, failed: 1, weight: 8, failureRate: 0.1, benchFailureRate: 0)]
        for other in others { #expect(memo.judgements(of: other) !== first) }
        #expect(memo.judgements(of: question) === first)
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
