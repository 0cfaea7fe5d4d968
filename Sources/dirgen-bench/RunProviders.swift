import BenchFormats
import DirGenCore
import LLMCore
import Logging
import ProviderSimulator

/// The providers of a run: those that are configured, or the built-in simulator when asked for or when there is none.
struct RunProviders {
    let configuration: Configuration
    /// `--simulate` was given.
    let isSimulated: Bool
    let seed: UInt64
    /// The factor given on the command line.
    let givenTimeScale: Double?
    let dataset: String
    var datasetOptions = DatasetFile.Options()
    let logger = Logger(label: "dirgen")

    /// Runs `body` with the providers and the factor of their waits.
    func open(_ console: Console, _ body: (DirGen, _ timeScale: Double) async throws -> Void) async throws {
        let timeScale = givenTimeScale ?? SimulatorOptions.builtInTimeScale
        if isSimulated { return try await simulate(console, why: "", timeScale: timeScale, body) }
        let hasRun = try await withDirGen(configuration, logger: logger) { dirgen in
            guard !dirgen.callable.isEmpty else { return false }
            try await body(dirgen, 1)
            return true
        }
        guard !hasRun else { return }
        try await simulate(console, why: "no provider is configured, so ", timeScale: timeScale, body)
    }

    private func simulate(
        _ console: Console, why: String, timeScale: Double, _ body: (DirGen, Double) async throws -> Void
    ) async throws {
        let scale = timeScale == 1 ? "" : "; waits are × \(NumberText.significant(timeScale, 2))"
        console.say("SIMULATED: \(why)the built-in simulator answers\(scale). No number below is a provider's.", .bold)
        let options = SimulatorOptions(
            references: try SimulatorReference.read(dataset: dataset, options: datasetOptions), seed: seed,
            timeScale: timeScale)
        try await withSimulator(options: options) { address in
            try await withDirGen(
                configuration.simulated(at: address.baseURL(for:), models: SimulatorAddress.models(of:)), logger: logger
            ) { try await body($0, timeScale) }
        }
    }
}
