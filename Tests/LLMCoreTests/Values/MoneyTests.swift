import Foundation
import LLMCore
import Testing

@Suite("money", .timeLimit(.minutes(2)))
struct MoneyTests {
    @Test(
        "amounts print as the shortest exact decimal and read back",
        arguments: [
            (0, "0"), (1, "0.000000000001"), (7_812_500_000, "0.0078125"), (1_000_000_000_000, "1"),
            (-1_500_000_000_000, "-1.5"),
            (Int64.max, "9223372.036854775807"), (-Int64.max, "-9223372.036854775807"), (100, "0.0000000001"),
        ])
    func text(pico: Int64, text: String) {
        #expect(USD(pico: pico).description == text && USD(text) == USD(pico: pico))
    }

    @Test("the lowest amount prints without overflowing")
    func lowest() { #expect(USD(pico: .min).description == "-9223372.036854775808") }

    @Test(
        "what is not a plain decimal is refused",
        arguments: [
            "", "-", ".5", "1.", "1e3", "$1", "1,5", "0.0000000000001", "9223373", "1.2.3", " 1", "٣", "+1", "1.-2",
            "NaN",
        ])
    func refused(text: String) { #expect(USD(text) == nil) }

    @Test("sums saturate instead of wrapping, so that a budget never opens")
    func saturation() {
        #expect(USD(pico: .max) + USD(pico: 1) == USD(pico: .max))
        #expect(USD(pico: .min) - USD(pico: 1) == USD(pico: .min))
        #expect(USD(pico: .max) * 2 == USD(pico: .max) && USD(pico: .max) * -2 == USD(pico: .min))
        #expect(USD(pico: 3) * 4 == USD(pico: 12) && USD(pico: 5) - USD(pico: 7) == USD(pico: -2))
    }

    @Test("money is a string in JSON, because readers round numbers")
    func codable() throws {
        let encoded = try JSONEncoder().encode([USD(pico: 7_812_500_000)])
        #expect(String(decoding: encoded, as: UTF8.self) == #"["0.0078125"]"#)
        #expect(try JSONDecoder().decode([USD].self, from: encoded) == [USD(pico: 7_812_500_000)])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(USD.self, from: Data("\"1e3\"".utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(USD.self, from: Data("1".utf8)) }
    }

    @Test("a call's cost is the sum of its attempts, and unknown as soon as one is")
    func callCost() {
        let known = CostReading(computed: USD(pico: 2), billed: USD(pico: 3))
        #expect(call([(known, nil), (CostReading(computed: USD(pico: 4)), nil)]).cost == USD(pico: 7), "billed wins")
        #expect(call([(known, nil), (CostReading(unknownBecause: "no usage"), USD(pico: 9))]).cost == nil)
        #expect(call([]).cost == .zero)
    }

    @Test("the most a call can have cost is its cost, with the worst case of attempts whose cost is unknown")
    func callCostAtMost() {
        let known = CostReading(computed: USD(pico: 2), billed: USD(pico: 3))
        let unknown = CostReading(unknownBecause: "cancelled")
        #expect(call([(known, USD(pico: 50)), (unknown, USD(pico: 9))]).costAtMost == USD(pico: 12))
        #expect(call([(known, USD(pico: 50))]).costAtMost == USD(pico: 3))
        #expect(call([(known, USD(pico: 50)), (unknown, nil)]).costAtMost == nil)
        #expect(call([]).costAtMost == .zero)
    }

    @Test("a call read back is bounded once nothing more can be spent on it")
    func loggedCostAtMost() {
        func logged(closed: Bool, interrupted: Bool? = nil, cost: USD? = nil, worst: [USD?]) -> USD? {
            var call = LoggedCall(
                id: CallID(rawValue: "c"), origin: .live, isClosed: closed, simulated: true, startedAt: 0, cost: cost)
            call.isInterrupted = interrupted
            call.attempts = worst.map { worst in
                .init(
                    id: AttemptID(rawValue: "a"), model: ModelID(provider: "p", name: "m"), endpoint: "e",
                    worstCase: worst)
            }
            return call.costAtMost
        }
        #expect(logged(closed: true, worst: [USD(pico: 3), USD(pico: 4)]) == USD(pico: 7))
        #expect(logged(closed: true, cost: USD(pico: 1), worst: [USD(pico: 3)]) == USD(pico: 1))
        #expect(logged(closed: true, worst: [USD(pico: 3), nil]) == nil)
        #expect(logged(closed: false, interrupted: true, worst: [USD(pico: 3)]) == USD(pico: 3))
        #expect(logged(closed: false, interrupted: false, worst: [USD(pico: 3)]) == nil)
        #expect(logged(closed: false, worst: [USD(pico: 3)]) == nil)
    }

    private func call(_ costs: [(reading: CostReading, worst: USD?)]) -> CallRecord {
        func attempt(_ cost: CostReading, _ worst: USD?) -> AttemptRecord {
            let timings = AttemptTimings(sentAt: .now, end: .zero)
            let report = AttemptReport(
                id: AttemptID(rawValue: "a"), model: ModelID(provider: "p", name: "m"), endpoint: "e", simulated: true,
                timings: timings, outcome: .ok)
            return AttemptRecord(report: report, cost: cost, worstCase: worst)
        }
        return CallRecord(
            id: CallID(rawValue: "c"), origin: .live, task: .general, requested: .auto, model: nil, endpoint: nil,
            simulated: true, outcome: .ok, attempts: costs.map(attempt), answer: Answer(),
            decision: DecisionRecord(reason: ""), openedAt: .now, endedAt: .now, startedAt: 0)
    }
}
