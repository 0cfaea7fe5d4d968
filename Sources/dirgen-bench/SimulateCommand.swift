import ArgumentParser
import DirGenAPI
import LLMCore
import ProviderSimulator

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `simulate`: the built-in providers as a server of their own.
struct SimulateCommand: DirgenCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Serve six simulated providers on this machine.",
        discussion: """
            Speaks the protocols of OpenAI, Anthropic, Gemini, Groq, xAI and Docker Model Runner. Prints the address and the \
            environment variables that send programs there, then serves until Ctrl-C.

            Control: GET /_sim/ledger, /_sim/stats, /_sim/models; POST /_sim/reset. Models named bench-N-chunks or \
            bench-N-chunks-R-per-second answer with a fixed shape, for load studies; `run` takes those that the scenario lists.

            A scenario scripts faults, limits and models:
                faults:
                  - match: {provider: anthropic, model: "claude-*", key: k1}
                    when: {probability: 0.1}   # or nth, first, after, every
                    then: {fail: overloaded}   # or status, cut, stall, ...
                limits:
                  - {provider: groq, requests_per_minute: 30}
                bad_keys: [sk-revoked]
                models: [{id: openai/bench-50-chunks}]
            """)

    static let handlesInterrupts = true

    @OptionGroup var common: CommonOptions

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(parsing: .unconditional, help: "Port to listen on; 0 takes a free one.", transform: NumberArgument.port)
    var port = 0

    @Option(help: ArgumentHelp("Faults, limits and models, in YAML.", valueName: "file"))
    var scenario: String?

    @Option(
        name: .customLong("dataset"), parsing: .upToNextOption,
        help: ArgumentHelp("Datasets whose references are the known answers.", valueName: "file"))
    var datasets: [String] = []

    @Option(parsing: .unconditional, help: "Seed of everything random.", transform: NumberArgument.seed)
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Multiplies every simulated duration.", valueName: "factor"),
        transform: NumberArgument.scale)
    var timeScale = 1.0

    @Flag(help: "Write a reading of the monotonic clock before each stream event, as a comment.")
    var stamp = false

    func execute(_ console: Console) async throws {
        var options = SimulatorOptions(seed: seed, timeScale: timeScale, host: host, port: port, stampsEvents: stamp)
        if let scenario { options.scenario = try readScenario(scenario) }
        for path in datasets { options.references += try SimulatorReference.read(dataset: path) }
        console.detail("\(options.references.count) known answers")
        do {
            try await runSimulator(options: options) { address in
                console.data("simulating \(SimulatorAddress.providers.count) providers on \(address.origin)")
                for variable in address.environment { console.data("export \(variable.name)=\(variable.value)") }
            }
        } catch {
            throw CommandError(.usage, "cannot listen on \(host):\(port): \(error)")
        }
    }

    private func readScenario(_ path: String) throws -> Scenario {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw CommandError(.usage, "\(path): cannot be read as UTF-8 text")
        }
        do { return try Scenario.read(yaml: text, file: path) } catch {
            throw CommandError(.usage, error.description)
        }
    }
}
