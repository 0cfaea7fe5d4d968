import LLMCore
import TestSupport
import Testing

@testable import LLMService

@Suite("The order of candidates beside a warm prompt cache", .timeLimit(.minutes(1)))
struct WarmOrderTests {
    /// `a` to `z`: free to change places; in capitals: not. `*`: the prompt is warm there. A number: what the turns cost. `=`: an equal of the
    /// one before.
    private func order(_ plan: String) -> String {
        var candidates: [Candidate] = []
        var standings: [WarmOrder.Standing] = []
        for (index, word) in plan.split(separator: " ").enumerated() {
            let name = word.first { $0.isLetter }.map(String.init) ?? ""
            var candidate = Candidate(model: ModelID(provider: "p", name: name), why: "")
            candidate.isInterchangeable = name == name.lowercased()
            if word.hasPrefix("=") {
                candidate.place = index - 1
                candidates[index - 1].place = index - 1
            }
            candidates.append(candidate)
            let cost = Int64(word.filter(\.isNumber)).map { USD(pico: $0) }
            standings.append(.init(isWarm: word.hasSuffix("*"), cost: cost))
        }
        return WarmOrder.order(candidates, standings).order.map { candidates[$0].model.name }.joined()
    }

    @Test(
        "a warm and cheaper one goes first, if both may change places",
        arguments: [
            ("a9 b5*", "ba"), ("a5 b9*", "ab"), ("a5 b5*", "ab"),
            // Nothing warm: the plan stands, whatever is cheaper.
            ("a9 b5", "ab"), ("a9* b5", "ab"),
            // What was requested, pinned or measured as better keeps its place.
            ("A9 b5*", "Ab"), ("a9 B5*", "aB"), ("A9 b8 c5*", "Acb"), ("a9 B1 c5*", "caB"),
            // Of several the cheapest, and the rest as planned.
            ("a9 b6* c5* d7", "cbad"), ("a9 b8 c7*", "cab"),
            // Unknown prices move nothing.
            ("a b5*", "ab"), ("a9 b*", "ab"),
            // Equals stay together.
            ("a9 b8 =c5*", "bca"), ("a9 =b5* c4*", "cab"), ("a9 =b5* c6*", "abc"),
        ])
    func order(_ plan: String, _ expected: String) { #expect(order(plan) == expected, "\(plan)") }

    @Test("among equals the warm one is asked, unless a cold one is cheaper all the same")
    func equals() {
        func pick(_ standings: [(warm: Bool, cost: Int64?)]) -> Int? {
            WarmOrder.pick(
                Array(standings.indices), standings.map { .init(isWarm: $0.warm, cost: $0.cost.map { USD(pico: $0) }) })
        }
        #expect(pick([(false, 9), (true, 5)]) == 1)
        #expect(pick([(false, 4), (true, 5)]) == nil, "then the less busy of two, as ever")
        #expect(pick([(true, 6), (true, 5)]) == 1)
        #expect(pick([(false, 1), (false, 2)]) == nil)
        #expect(pick([(true, nil), (false, 2)]) == 0, "of unknown cost: where it was before")
    }

    @Test(
        "a cold one does not race a warm one for more; a warm or cheaper one does, and where a cost is unknown",
        arguments: [
            ("9", "5*", false), ("5", "5*", true), ("4", "5*", true), ("9*", "5*", true), ("9", "5", true),
            ("", "5*", true), ("9", "*", true),
        ])
    func race(candidate: String, slow: String, expected: Bool) {
        func standing(_ text: String) -> WarmOrder.Standing {
            let cost = Int64(text.filter(\.isNumber)).map { USD(pico: $0) }
            return WarmOrder.Standing(isWarm: text.hasSuffix("*"), cost: cost)
        }
        #expect(WarmOrder.mayRace(standing(candidate), beside: standing(slow)) == expected)
    }
}
