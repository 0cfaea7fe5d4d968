import LLMCore
import ProviderSimulator
import Testing

/// Providers that a simulator plays and that are reached as real ones would be: by address and key from the environment. What is
/// learnt of them counts as real.
struct PlayedProviders {
    var scenario = Scenario()
    /// Keys by variable: `GROQ_API_KEY`, `GROQ_API_KEY_1`.
    var keys: [String: String]

    /// - Parameter names: The providers played, the first to be asked first.
    func run(_ names: [ProviderID], _ body: (_ environment: [String: String]) async throws -> Void) async throws {
        var options = SimulatorOptions(timeScale: 0.01)
        options.scenario = scenario
        try await withSimulator(options: options) { address in
            var environment = keys
            environment["NO_PROXY"] = "*"
            environment["LLM_PRIORITY_ORDER"] = names.map(\.rawValue).joined(separator: ",")
            for name in names {
                let base = try #require(address.baseURL(for: name))
                environment[name == .local ? "DMR_BASE_URL" : name.rawValue.uppercased() + "_BASE_URL"] = base
                if name != .local {
                    environment[name.rawValue.uppercased() + "_MODEL"] = SimulatorAddress.models(of: name).first?.name
                }
            }
            try await body(environment)
        }
    }
}
