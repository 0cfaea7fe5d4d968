package import BenchCore
import LLMCore

/// The conformance suite of stores of runs, as checks that any test target runs on its own store:
///
/// ```swift
/// @Test("keeps the contract of stores", arguments: TrialStoreConformance.checks)
/// func conforms(to check: TrialStoreConformance.Check) async throws { try await check.body(MemoryStore()) }
/// ```
package enum TrialStoreConformance {
    package typealias Store = TrialStore & RunReader & SelectionTableStore

    /// One rule. `body` gets an empty store and throws a ``Failure`` when the rule is broken.
    package struct Check: Sendable, CustomStringConvertible {
        package let name: String
        package let body: @Sendable (any Store) async throws -> Void
        package var description: String { name }

        init(_ name: String, _ body: @escaping @Sendable (any Store) async throws -> Void) {
            self.name = name
            self.body = body
        }
    }

    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    package static let checks = runChecks + trialChecks + refusalChecks + evidenceChecks + tableChecks
}

extension TrialStoreConformance {
    static func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        guard condition else { throw Failure(description: message()) }
    }

    static func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
        guard found != expected else { return }
        throw Failure(description: "\(what): found \(found), expected \(expected)")
    }

    static func expectRefusal(_ what: String, _ body: () async throws -> Void) async throws {
        do { try await body() } catch { return }
        throw Failure(description: "\(what) was not refused")
    }

    static func rows(of run: RunRecord, in store: any Store) async throws -> [TrialRow] {
        var rows: [TrialRow] = []
        for try await page in store.trials(of: run.id) {
            try expect(!page.isEmpty, "a page was empty")
            rows += page
        }
        return rows
    }

    /// A begun run of `count` cases.
    static func begun(_ store: any Store, _ run: RunRecord = BenchFixtures.run(), cases count: Int = 3) async throws
        -> [BenchCase]
    {
        let cases = BenchFixtures.cases(count, task: run.task)
        try await store.begin(run, cases: cases)
        return cases
    }
}
