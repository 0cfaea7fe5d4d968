/// One rule that every implementation of a port keeps, as a check that any test target runs on its own:
///
/// ```swift
/// @Test("keeps the contract of call logs", arguments: CallLogConformance.checks)
/// func conforms(to check: ConformanceCheck<CallLogConformance.Store>) async throws { try await check.body(MemoryStore()) }
/// ```
package struct ConformanceCheck<Store: Sendable>: Sendable, CustomStringConvertible {
    package let name: String
    /// Gets an empty store and throws a ``ConformanceFailure`` when the rule is broken.
    package let body: @Sendable (Store) async throws -> Void
    package var description: String { name }

    init(_ name: String, _ body: @escaping @Sendable (Store) async throws -> Void) {
        self.name = name
        self.body = body
    }
}

/// A rule that was broken, with what was found.
package struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    package let description: String
}

func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw ConformanceFailure(description: message()) }
}

func requireEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws {
    guard found != expected else { return }
    throw ConformanceFailure(description: "\(what): found \(found), expected \(expected)")
}
