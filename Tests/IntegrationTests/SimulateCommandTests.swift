import Foundation
import ProviderSimulator
import Testing

@Suite("dirgen-bench simulate", .timeLimit(.minutes(10)))
struct SimulateCommandTests {
    @Test(
        "a scenario or dataset that is wrong, or an option out of range, exits 2 and says where",
        arguments: [
            (["--scenario", "scenario.yaml"], "scenario.yaml:2:13: unknown key 'sttaus'"),
            (["--scenario", "missing.yaml"], "missing.yaml: no such file"),
            (["--dataset", "missing.jsonl"], "missing.jsonl: no such file"),
            (["--port", "70000"], "expected a whole number from 0 to 65535"),
            (["--time-scale=-1"], "expected a factor from 0 to 100"),
        ])
    func badInput(arguments: [String], message: String) async throws {
        let program = try Program()
        defer { program.remove() }
        try Data("faults:\n  - {then: {sttaus: 500}}\n".utf8).write(to: program.home.appending(path: "scenario.yaml"))
        let outcome = try await program.run(["simulate"] + arguments)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains(message))
        #expect(outcome.output.isEmpty)
    }

    @Test("a port that is taken exits 2 and names it")
    func portTaken() async throws {
        let program = try Program()
        defer { program.remove() }
        try await withSimulator { address in
            let outcome = try await program.run("simulate", "--port", String(address.port))
            #expect(outcome.code == 2)
            #expect(outcome.error.contains("cannot listen on 127.0.0.1:\(address.port): Address already in use\n"))
        }
    }
}
