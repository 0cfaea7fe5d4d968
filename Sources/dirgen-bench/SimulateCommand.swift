import ArgumentParser
import DirGenAPI
import LLMCore
import ProviderSimulator

/// The command `simulate`: the built-in simulator as a server of its own.
struct SimulateCommand: DirgenCommand, ListeningCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run an HTTP server that simulates six providers.",
        discussion: """
            Speaks the protocols of OpenAI, Anthropic, Gemini, Groq, xAI and Docker Model Runner. Prints the address and the \
            environment variables that point programs at it, then runs until Ctrl-C.

            Control: GET /_sim/ledger, /_sim/stats, /_sim/models; POST /_sim/reset. Models named bench-N-chunks or \
            bench-N-chunks-R-per-second answer with a fixed shape, for load studies; `run` accepts those that the scenario lists.

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
    static let usualPort = 0

    @OptionGroup var common: CommonOptions

    @OptionGroup var listen: ListenOptions<SimulateCommand>

    @Option(
        help: ArgumentHelp("Scenario of faults, limits and models, in YAML.", valueName: "file"),
        transform: TextArgument.file)
    var scenario: String?

    @Option(
        name: .customLong("dataset"), parsing: .upToNextOption,
        help: ArgumentHelp("Datasets whose reference answers the simulator returns.", valueName: "file"),
        transform: TextArgument.file)
    var datasets: [String] = []

    @Option(parsing: .unconditional, help: "Seed of all randomness.", transform: NumberArgument.seed)
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Multiply every simulated duration by this.", valueName: "factor"),
        transform: NumberArgument.factor)
    var timeScale = 1.0

    @Flag(help: "Write a monotonic clock reading before each stream event, as a comment.")
    var stamp = false

    func execute(_ console: Console) async throws {
        var options = SimulatorOptions(
            seed: seed, timeScale: timeScale, host: listen.host, port: listen.port, stampsEvents: stamp)
        if let scenario { options.scenario = try readScenario(scenario) }
        for path in datasets { options.references += try SimulatorReference.read(dataset: path) }
        console.detail("\(options.references.count) reference answers")
        do {
            try await runSimulator(options: options) { address in
                console.data("simulating \(SimulatorAddress.providers.count) providers on \(address.origin)")
                for variable in address.environment { console.data("export \(variable.name)=\(variable.value)") }
            }
        } catch {
            throw listen.failure(error)
        }
    }

    private func readScenario(_ path: String) throws -> Scenario {
        let text = try InputFile.text(path)
        do { return try Scenario.read(yaml: text, file: InputFile.name(path)) } catch {
            throw CommandError(.usage, error.description)
        }
    }
}
