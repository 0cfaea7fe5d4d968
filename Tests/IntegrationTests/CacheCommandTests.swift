import Foundation
import LLMCore
import Testing

@Suite("The cache, from the command line") final class CacheCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    @Test("without a database there is nothing in it, and nothing to remove", arguments: ["stats", "prune", "clear"])
    func empty(command: String) async throws {
        let outcome = try await program.run("cache", command, "--format", "json")
        #expect(outcome.code == 0, "\(outcome.error)")
        let json = try JSONValue.parse(outcome.output)
        #expect((json["entries"] ?? json["removed"]) == 0)
    }

    @Test("an age that is none is refused")
    func badAge() async throws {
        let outcome = try await program.run("cache", "prune", "--unused", "soon")
        #expect(outcome.code == 2 && outcome.output.isEmpty)
    }
}
