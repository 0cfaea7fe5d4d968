import Foundation
import LLMCore
import Testing

@Suite("On a terminal", .enabled(if: Program.hasTerminals, "needs script"), .timeLimit(.minutes(2)))
final class TerminalTests {
    private let program: Program
    init() throws {
        program = try Program()
        let rows = (0..<12).map { #"{"id":"r\#($0)","task":"architecture","input":"Why a queue, \#($0)?"}"# }
        try Data(rows.joined(separator: "\n").utf8).write(to: program.home.appending(path: "cases.jsonl"))
    }
    deinit { program.remove() }

    private func run(_ kind: String, columns: Int) async throws -> String {
        let outcome = try await program.run(
            onTerminal: kind, columns: columns,
            ["run", "cases.jsonl", "--simulate", "--time-scale", "0.1", "--models", "openai/gpt-6.1-sol"])
        #expect(outcome.code == 0, "\(outcome.output)")
        return outcome.output
    }

    @Test("a terminal that can redraw gets lines that stay in place")
    func redrawn() async throws {
        #expect(try await run("xterm-256color", columns: 80).contains("\u{1B}[2K"))
    }

    @Test("one that knows no escape sequences gets none", arguments: ["dumb", "unknown"])
    func dumb(kind: String) async throws {
        let text = try await run(kind, columns: 80)
        #expect(!text.contains("\u{1B}") && text.contains("total "))
    }

    @Test("one too narrow for a line gets plain lines", arguments: [1, 10, 19])
    func narrow(columns: Int) async throws {
        let text = try await run("xterm-256color", columns: columns)
        #expect(!text.contains("\u{1B}[2K") && !text.contains("\u{1B}[1A") && text.contains("total "))
    }

    @Test(
        "a removal asks, takes a yes in English or Spanish, and is left alone otherwise",
        arguments: [("n", 130), ("", 130), ("nyes", 130), ("y", 0), ("Yes", 0), ("s\u{ED}", 0), ("si", 0)]
            as [(String, Int32)])
    func removal(answer: String, code: Int32) async throws {
        let asked = try await program.run("ask", "--simulate", "--task", "verification", "hi")
        #expect(asked.code == 0, "\(asked.error)")
        let outcome = try await program.run(
            onTerminal: "xterm-256color", columns: 80, input: answer + "\n", ["cache", "clear"])
        #expect(outcome.code == code, "\(outcome.output)")
        #expect(outcome.output.contains("Remove 1 cached answer with their counters?"), "\(outcome.output)")
        #expect(outcome.output.contains(code == 0 ? "removed 1 answer," : "nothing was removed"), "\(outcome.output)")
    }
}
