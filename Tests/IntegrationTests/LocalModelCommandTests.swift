import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("A local server without the catalogue's model, through the program", .timeLimit(.minutes(2)))
final class LocalModelCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    @Test("ask, run and doctor use a model that it lists, and say so")
    func listed() async throws {
        var scenario = Scenario()
        scenario.local.pulled = ["ai/smollm2"]
        let row =
            #"{"id":"a","task":"architecture","input":"Why a queue?","assert":[{"type":"not-contains","value":"zzz"}]}"#
        try Data(row.utf8).write(to: program.home.appending(path: "d.jsonl"))
        let note = "local does not list ai/smollm3: its ai/smollm2"
        try await PlayedProviders(scenario: scenario, keys: [:]).run([.local]) { environment in
            let asked = try await program.run("ask", "hi", "--json", environment: environment)
            #expect(asked.code == 0 && asked.error.contains(note), "\(asked.error)")
            #expect(try JSONValue.parse(asked.output)["model"] == "local/ai/smollm2:latest")
            let ran = try await program.run("run", "d.jsonl", "--format", "json", "--yes", environment: environment)
            #expect(ran.code == 0 && ran.error.contains(note), "\(ran.error)")
            let shown = try await program.run("runs", "show", "latest", "--format", "json", environment: environment)
            #expect(
                try JSONValue.parse(shown.output)["arms"]?[0]?["arm"]?.string?.hasPrefix("local/ai/smollm2") == true)
            let doctor = try await program.run("doctor", environment: environment)
            #expect(
                doctor.code == 0 && doctor.output.contains("local/ai/smollm2") && doctor.output.contains("ai/smollm3"))
            let document = try await program.run("doctor", "--format", "json", environment: environment)
            let local = try JSONValue.parse(document.output)["providers"]?.array?.first { $0["provider"] == "local" }
            #expect(local?["default_model"] == "local/ai/smollm2:latest" && local?["default_model_offered"] == true)
            #expect(local?["default_model_instead_of"] == "local/ai/smollm3")
        }
    }
}
