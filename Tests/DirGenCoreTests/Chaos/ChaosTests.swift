import DirGenCore
import Foundation
import LLMCore
import LLMProviders
import ProviderSimulator
import Synchronization
import TestSupport
import Testing

/// The short form of `scripts/chaos`: a third of all calls fails in every way, two services share a database, and the money agrees.
@Suite(.timeLimit(.minutes(10))) struct ChaosTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let clouds = ["OPENAI", "ANTHROPIC", "GEMINI", "GROQ", "XAI"]
    private static let each = 200
    private final class Kept: Sendable {
        let results = Mutex<[ChaosWorkload.Result]>([])
    }

    private var scenario: Scenario {
        get throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let file = root.appending(path: "scripts/chaos-lib/scenario.yaml")
            return try Scenario.read(yaml: String(contentsOf: file, encoding: .utf8), file: file.path)
        }
    }

    private func configuration(_ address: SimulatorAddress) throws -> Configuration {
        var environment = ["HOME": folder.path, "DMR_BASE_URL": try #require(address.baseURL(for: .local))]
        for cloud in ChaosTests.clouds {
            let keys = ["k-1", "k-2", "k-tight", "k-spent", "k-revoked", "k-barred"]
            for (index, key) in keys.enumerated() { environment["\(cloud)_API_KEY_\(index)"] = key }
            environment["\(cloud)_BASE_URL"] = address.baseURL(for: ProviderID(cloud.lowercased()))
        }
        var configuration = try Configuration.load(
            .init(database: folder.path + "/d.sqlite"), environment: environment, directory: folder.path)
        configuration.limits = TimeLimits(
            connect: .seconds(1), firstToken: .milliseconds(400), idle: .milliseconds(400), total: .seconds(3))
        return configuration
    }

    @Test("through failures of every kind every question ends once, and our books are the provider's")
    func books() async throws {
        let options = SimulatorOptions(
            scenario: try scenario, seed: 7, timeScale: 0.01, requestLogCapacity: 100_000)
        try await withSimulator(options: options) { address in
            let configuration = try configuration(address)
            let kept = Kept()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for service in 0..<2 {
                    group.addTask {
                        try await withDirGen(configuration) { dirgen in
                            let workload = ChaosWorkload(
                                seed: 7, models: dirgen.callable.flatMap(\.benchModels), limits: configuration.limits)
                            let first = service * ChaosTests.each
                            await workload.run(dirgen.asker, first..<first + ChaosTests.each, concurrency: 12) {
                                result in
                                kept.results.withLock { $0.append(result) }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let results = kept.results.withLock(\.self)
            #expect(results.count == 2 * ChaosTests.each)
            let log = try await log(configuration)
            check(results, log)
            let ledger = try await SimulatorLedger(address: address).entries(after: 0)
            check(ChaosBooks(entries(results, log), ledger: ledger), ledger)
        }
    }

    private func log(_ configuration: Configuration) async throws -> [CallID: LoggedCall] {
        let store = try #require(try configuration.openStore(.readOnly))
        let calls = try await store.liveCalls(after: 0, limit: 100_000).map(\.call)
        #expect(Set(calls.map(\.id)).count == calls.count)
        return Dictionary(calls.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Everything that was told is kept, once, with the same cost.
    private func check(_ results: [ChaosWorkload.Result], _ log: [CallID: LoggedCall]) {
        for result in results {
            guard let record = result.record else { continue }
            guard let call = log[result.id] else {
                // A question for which nobody could be asked leaves a record all the same.
                Issue.record("\(result.id) (\(record.outcome)) is not in the log")
                continue
            }
            #expect(call.isClosed && call.outcome == record.outcome)
            #expect(call.attempts.map(\.cost) == record.attempts.map(\.cost.settled))
        }
        #expect(log.values.allSatisfy { $0.isClosed && $0.attempts.allSatisfy { $0.outcome != nil } })
    }

    private func entries(_ results: [ChaosWorkload.Result], _ log: [CallID: LoggedCall]) -> [ChaosBooks.Entry] {
        results.flatMap { result -> [ChaosBooks.Entry] in
            if let record = result.record {
                return record.attempts.map { attempt in
                    ChaosBooks.Entry(
                        model: attempt.report.model, key: attempt.report.key?.rawValue,
                        request: attempt.report.requestName, cost: attempt.cost.settled)
                }
            }
            // Of a caller who left, what the log kept is all there is.
            return (log[result.id]?.attempts ?? []).map { attempt in
                ChaosBooks.Entry(model: attempt.model, key: attempt.key?.rawValue, request: nil, cost: attempt.cost)
            }
        }
    }

    private func check(_ books: ChaosBooks, _ ledger: [JSONValue]) {
        #expect(books.problems.isEmpty, "\(books.problems.prefix(10))")
        // On a slow machine, and under a sanitizer, most of what else would agree is given up in time.
        #expect(books.agreed > ChaosTests.each / 4)
        #expect(books.covered > 0)
        let failed = ledger.count { $0["outcome"] != "served" }
        TestOutput.show(
            "chaos: \(ledger.count) requests, \(failed) failed; \(books.agreed) costs agreed, \(books.covered) covered, \(books.total) USD"
        )
        #expect(failed * 5 > ledger.count)
    }
}
