import Foundation
import Testing

@Suite("Many processes at once", .timeLimit(.minutes(10))) final class ManyProcessesTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    @Test("processes that start together on a database that is not there yet all have it", arguments: 1...4)
    func together(round: Int) async throws {
        let database = program.home.appending(path: "new\(round).sqlite").path
        let running = try (0..<6).map { _ in
            try program.start([
                "ask", "--simulate", "--quiet", "--model", "groq/openai/gpt-oss-20b", "--db", database, "hi",
            ])
        }
        for process in running {
            let outcome = try await process.end()
            #expect(outcome.code == 0, "\(outcome.error)")
        }
    }
}
