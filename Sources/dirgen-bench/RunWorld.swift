import DirGenCore
import LLMCore
import Logging
import ProviderSimulator

/// The providers of a run: those that are configured, or the built-in simulator when asked for or when there is none.
struct RunWorld {
    let configuration: Configuration
    let isAsked: Bool
    let seed: UInt64
    /// `nil`: as it is for a simulator that was asked for, cut for one that stands in.
    let givenTimeScale: Double?
    let dataset: String
    let logger = Logger(label: "dirgen")

    /// Waits of a stand-in are cut to a twentieth, so that a newcomer sees a report within two minutes.
    private static let standInTimeScale = 0.05

    /// Runs `body` with the providers, and the factor of their waits.
    func open(_ console: Console, _ body: (DirGen, _ timeScale: Double) async throws -> Void) async throws {
        if isAsked { return try await simulate(console, why: "", timeScale: givenTimeScale ?? 1, body) }
        let served = try await withDirGen(configuration, logger: logger) { dirgen in
            guard !dirgen.callable.isEmpty else { return false }
            try await body(dirgen, 1)
            return true
        }
        guard !served else { return }
        try await simulate(
            console, why: "no provider is configured, so ", timeScale: givenTimeScale ?? Self.standInTimeScale, body)
    }

    private func simulate(
        _ console: Console, why: String, timeScale: Double, _ body: (DirGen, Double) async throws -> Void
    ) async throws {
        let scale = timeScale == 1 ? "" : "; waits are × \(NumberText.significant(timeScale, 2))"
        console.say("SIMULATED: \(why)the built-in simulator answers\(scale). No number below is a provider's.", .bold)
        let options = SimulatorOptions(
            references: try SimulatorReference.read(dataset: dataset), seed: seed, timeScale: timeScale)
        try await withSimulator(options: options) { address in
            try await withDirGen(
                configuration.simulated(at: address.baseURL(for:), models: SimulatorAddress.models(of:)), logger: logger
            ) { try await body($0, timeScale) }
        }
    }
}
