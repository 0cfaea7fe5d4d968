import LLMCore
import TestSupport
import Testing

@testable import BenchCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("The evidence of a table", .timeLimit(.minutes(1)))
struct SelectionEvidenceTests {
    private typealias Scenario = SelectionScenario

    private static func evidence(repeats: Int = 2) throws -> SelectionEvidence {
        let scenario = Scenario(
            arms: [
                .init(model: "a", quality: 0.9, failureRate: 0.05), .init(model: "b", quality: 0.7, cost: 0.0001),
            ], cases: 60, repeats: repeats, clusterSize: 3)
        return try #require(SelectionEvidence(task: "t", trials: scenario.rows(seed: 3), simulated: true))
    }

    @Test("it is stored and read back whole", arguments: [1, 2])
    func stored(repeats: Int) throws {
        var evidence = try Self.evidence(repeats: repeats)
        evidence.cases[1].weight = 2.5
        evidence.arms[0].outcomes[0][0].resp = nil
        evidence.arms[0].outcomes[1][0].cost = nil
        evidence.arms[0].outcomes[2][0].passed = nil
        evidence.arms[1].outcomes[3][0].run = "another"
        evidence.arms[1].outcomes[4][0].ttft = 0.1
        evidence.leftOut = [.init(arm: "p/c", endpoint: "e", reason: "thin")]
        let document = try JSONEncoder().encode(evidence)
        #expect(try JSONDecoder().decode(SelectionEvidence.self, from: document) == evidence)
        #expect(evidence.fault == nil && evidence.count == 2 * 60 * repeats)
    }

    @Test("the table is the same whether it is derived from the trials or from the evidence that was stored")
    func derivedAgain() throws {
        let evidence = try Self.evidence()
        let read = try JSONDecoder().decode(SelectionEvidence.self, from: JSONEncoder().encode(evidence))
        let first = SelectionDeriver.derive(evidence, provenance: Scenario.provenance(), draws: 300)
        #expect(SelectionDeriver.derive(read, provenance: Scenario.provenance(), draws: 300) == first)
    }

    @Test(
        "a document that is cut or crooked is an error, never a crash",
        arguments: [
            ("\"ids\":[", "\"ids\":[\"extra\","), ("\"score\":\"", "\"score\":\"1 "),
            ("\"score\":\"", "\"score\":\"x "),
            ("\"repeats\":\"2", "\"repeats\":\"-2"), ("\"repeats\":\"2 ", "\"repeats\":\""),
            ("\"resp\":\"", "\"resp\":\"1 1 "),
        ])
    func crooked(find: String, replace: String) throws {
        let text = String(decoding: try JSONEncoder().encode(try Self.evidence()), as: UTF8.self)
        let changed = text.replacing(find, with: replace, maxReplacements: 1)
        try #require(changed != text)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(SelectionEvidence.self, from: Data(changed.utf8))
        }
    }

    @Test("what cannot be is named before anything is derived from it", arguments: Crooked.all)
    func faults(of crooked: Crooked) throws {
        var evidence = try Self.evidence()
        crooked.change(&evidence)
        #expect(evidence.fault == crooked.message)
    }

    @Test("a model of which no answer was judged is named among those left out")
    func unjudged() throws {
        let rows = (0..<3).flatMap { number in
            [
                Scenario.row("a", case: "\(number)"), Scenario.row("b", case: "\(number)", score: nil),
                Scenario.row("c", case: "\(number)", score: nil, outcome: .harnessError),
                Scenario.row("d", case: "\(number)", score: nil, outcome: .attempt(.serverError)),
                Scenario.row("e", case: "\(number)", score: number == 0 ? nil : 1),
            ]
        }
        let evidence = try #require(SelectionEvidence(task: "t", trials: rows, simulated: true))
        #expect(evidence.arms.map(\.arm.id) == ["p/a", "p/d"])
        #expect(
            evidence.leftOut.map { "\($0.arm): \($0.reason)" } == [
                "p/b: none of its answers has a score", "p/c: none of its answers has a score",
                "p/e: measured on 2 of the 3 cases that others were",
            ])
    }

    @Test("an unknown latency leaves the p95 unknown, and a limit of it unmet")
    func unknownLatency() throws {
        var evidence = try Self.evidence(repeats: 1)
        for place in evidence.cases.indices { evidence.arms[0].outcomes[place][0].failed = false }
        evidence.arms[0].outcomes[7][0].resp = nil
        let table = SelectionDeriver.derive(evidence, provenance: Scenario.provenance(), draws: 300)
        #expect(table.rows[0].respP95 == nil && table.rows[1].respP95 != nil)
        let choice = table.choose(.init(maxP95: 1e9))
        #expect(choice.row?.arm.id == "p/b")
    }

    @Test("of other tasks only those bear on a table where all its arms were measured")
    func related() throws {
        let own = try Self.evidence()
        var (whole, thin, same) = (own, own, own)
        (whole.task, thin.task, same.task) = ("u", "v", "t")
        thin.arms.removeLast()
        #expect(SelectionDeriver.related([thin, whole, same], to: own).map(\.task) == ["u"])
    }
}

/// Evidence that cannot be.
struct Crooked: Sendable, CustomTestStringConvertible {
    let message: String
    let change: @Sendable (inout SelectionEvidence) -> Void
    var testDescription: String { message }
    init(_ message: String, _ change: @escaping @Sendable (inout SelectionEvidence) -> Void) {
        self.message = message
        self.change = change
    }

    static let all: [Crooked] = [
        Crooked("it has no case") { $0.cases = [] }, Crooked("it has no arm") { $0.arms = [] },
        Crooked("an arm stands in it twice") { $0.arms.append($0.arms[0]) },
        Crooked("a case has no weight") { $0.cases[0].weight = 0 },
        Crooked("p/a lacks outcomes") { $0.arms[0].outcomes[5] = [] },
        Crooked("p/b has an outcome that cannot be") { $0.arms[1].outcomes[0][0].score = 1.5 },
        Crooked("p/b has an outcome that cannot be") { $0.arms[1].outcomes[0][0].score = .nan },
        Crooked("p/a has an outcome that cannot be") { $0.arms[0].outcomes[0][0].cost = USD(pico: -1) },
    ]
}
