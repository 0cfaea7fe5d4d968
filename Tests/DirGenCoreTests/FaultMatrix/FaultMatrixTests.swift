import DirGenCore
import LLMCore
import ProviderSimulator
import TestSupport
import Testing

/// Every failure, at every moment, with every remedy, through real sockets: what the service did, beside what it owes.
@Suite(.timeLimit(.minutes(10))) struct FaultMatrixTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static var cells: [MatrixCell] {
        ExpectedRow.all.flatMap { row in
            MatrixCell.Phase.allCases.flatMap { phase in
                MatrixCell.Mechanism.allCases.map { MatrixCell(row: row, phase: phase, mechanism: $0) }
            }
        }
    }

    @Test("the expected table has a row for every class that is a failure of a call")
    func complete() {
        let expected = Set(AttemptClass.allCases).subtracting([.ok, .cancelled])
        #expect(Set(ExpectedRow.all.map(\.outcome)) == expected)
        #expect(ExpectedRow.all.count == expected.count)
    }

    @Test("after every failure the service does what it owes, whatever the moment and the remedy")
    func matrix() async throws {
        let silent = try SilentListener()
        var page = MatrixPage()
        try await withSimulator(options: options) { address in
            let base = try Configuration.load(environment: ["HOME": folder.path], directory: folder.path)
                .simulated(at: address.baseURL(for:), models: SimulatorAddress.models(of:))
            let ledger = SimulatorLedger(address: address)
            var served = 0
            for cell in FaultMatrixTests.cells {
                if case .impossible(let reason) = cell.injection {
                    page.add(cell, "- (\(reason))")
                    continue
                }
                let environment = MatrixEnvironment(cell: cell, base: base, address: address, silentPort: silent.port)
                let seen = try await environment.observe()
                let entries = try await ledger.entries(after: served)
                served += entries.count
                check(cell, seen)
                // Loading a local model is no question.
                check(cell, seen, entries.filter { $0["fault"] != .null || $0["input_tokens"] != .null })
                page.add(cell, seen)
            }
        }
        TestOutput.show(page.summary, details: page.markdown)
    }

    private var options: SimulatorOptions {
        get throws {
            // Reasoning would be a first token that no case asked for.
            var scenario = try Scenario.read(
                yaml: """
                    models:
                      - {id: groq/openai/gpt-oss-120b, reasoning: none}
                      - {id: groq/openai/gpt-oss-20b, reasoning: none}
                    """, file: "matrix")
            scenario.faults = FaultMatrixTests.cells.flatMap(\.rules)
            return SimulatorOptions(scenario: scenario, timeScale: 0.001)
        }
    }

    // MARK: Checks

    private func check(_ cell: MatrixCell, _ seen: MatrixEnvironment.Observation) {
        let name = Comment(rawValue: cell.name)
        #expect(seen.attempts == cell.attempts, name)
        // Where there is one cloud with one key, it is every cloud; a retry that served opens the lock again.
        let isEveryCloud = cell.mechanism == .lock || cell.mechanism == .retry && cell.phase == .after
        #expect(seen.isLocked == (isEveryCloud && cell.row.closesLock), name)
        #expect(seen.blamed == Set([cell.row.blamed].compactMap(\.self)), name)
        // A key that was limited and served again is forgiven.
        let isForgiven = cell.mechanism == .retry && cell.phase != .after && cell.row.tries > 1
        #expect(seen.key == (isForgiven ? "used" : cell.row.key), name)
        for (record, read) in zip(seen.records, seen.readBefore) {
            let ok = record.attempts.last?.report.outcome == .ok
            #expect(record.outcome == record.attempts.last?.report.outcome, name)
            #expect((record.error == nil) == ok, name)
            guard cell.phase.streams, record.attempts.first?.report.outcome != .ok else { continue }
            // Of a stream that failed before its first token the caller never learns; of one that failed after, at once.
            #expect(read == (cell.phase == .after ? [1] : []), name)
            #expect(!record.answer.text.isEmpty == (ok || cell.phase == .after), name)
        }
    }

    /// The simulator saw the attempts that reached it, in that order, with those keys, and billed what we booked.
    private func check(_ cell: MatrixCell, _ seen: MatrixEnvironment.Observation, _ entries: [JSONValue]) {
        let name = Comment(rawValue: cell.name)
        let reports = seen.records.flatMap(\.attempts).filter { attempt in
            !(cell.isAddress && attempt.report.outcome == cell.row.outcome)
        }
        #expect(
            entries.map { "\($0["model"]?.string ?? "-") \($0["key"]?.string ?? "-")" }
                == reports.map { "\($0.report.model.name) \($0.report.key?.rawValue ?? "-")" }, name)
        for (entry, attempt) in zip(entries, reports) {
            let isFault = attempt.report.outcome != .ok
            #expect((entry["fault"]?.string == cell.name) == isFault, name)
            guard let cost = attempt.cost.settled, attempt.report.model.provider != "mirror" else { continue }
            // A refused request bears no cost in the simulator's books.
            #expect(JSONValue(cost).text == (entry["cost_usd"].flatMap { $0.isNull ? nil : $0.text } ?? "\"0\""), name)
        }
    }
}
