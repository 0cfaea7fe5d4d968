#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import LLMCore

extension SQLiteStore {
    /// A store in a folder of its own, which is removed when `body` returns: for tests.
    package static func withTemporary<Value>(
        options: Options = .init(), isolation: isolated (any Actor)? = #isolation,
        _ body: (SQLiteStore) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-" + Identifier.make())
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try open(at: folder.appending(path: "test.sqlite").path, options: options)
        return try await body(store)
    }
}
