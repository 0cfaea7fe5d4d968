import BenchCore
import DirGenAPI
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
    /// The answers that the simulator gives.
    let references: () throws -> [SimulatorReference]
    let logger = Logger(label: "dirgen")

    /// Runs `body` with the providers and the factor of their waits.
    func open(_ console: Console, _ body: (DirGen, _ timeScale: Double) async throws -> Void) async throws {
        if isSimulated { return try await simulate(console, why: "", body) }
        let hasRun = try await withDirGen(configuration, logger: logger) { dirgen in
            guard dirgen.canCall else { return false }
            try await body(dirgen, 1)
            return true
        }
        guard !hasRun else { return }
        try await simulate(console, why: "no provider is configured, so ", body)
    }

    /// Runs `body` as a stored run began: a simulated one on the simulator, and a real one on real providers only.
    func reopen(_ run: RunRecord, _ console: Console, _ body: (DirGen) async throws -> Void) async throws {
        if run.simulated { return try await simulate(console, why: "") { dirgen, _ in try await body(dirgen) } }
        guard !isSimulated else {
            throw CommandError(
                .usage, "run \(run.id) asked real providers: a simulator's answers never mix with theirs",
                hint: "leave out --simulate, or begin a new run")
        }
        try await withDirGen(configuration, logger: logger, body)
    }

    private func simulate(
        _ console: Console, why: String, _ body: (DirGen, Double) async throws -> Void
    ) async throws {
        let timeScale = givenTimeScale ?? SimulatorOptions.builtInTimeScale
        let scale = timeScale == 1 ? "" : "; waits are × \(NumberText.significant(timeScale, 2))"
        console.say("SIMULATED: \(why)the built-in simulator answers\(scale). No number below is a provider's.", .bold)
        let options = SimulatorOptions(references: try references(), seed: seed, timeScale: timeScale)
        try await withSimulator(options: options) { address in
            try await withDirGen(
                configuration.simulated(at: address.baseURL(for:), models: SimulatorAddress.models(of:)), logger: logger
            ) { try await body($0, timeScale) }
        }
    }
}
