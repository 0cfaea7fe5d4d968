public import LLMCore
import LLMProviders
import LLMService

extension Configuration {
    /// Resolves a model name: `provider/model`, a bare `ai/...` for local, or a bare name that the price table knows.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown provider, and for a bare name that nobody or several have.
    public func model(named text: String) throws(ConfigurationError) -> ModelID {
        do throws(ModelNameError) {
            return try modelNames.model(named: text)
        } catch {
            throw refusal(of: text, error)
        }
    }

    /// The names of models at the configured providers.
    package var modelNames: ModelResolver {
        ModelResolver(
            known: { written in
                let name = provider(written.provider)?.name ?? ProviderCatalogue.canonical(written.provider.rawValue)
                return provider(name).map { ModelID(provider: $0.name, name: written.name) }
            },
            named: { name in
                prices.models(named: name).map(\.model).filter { provider($0.provider) != nil }
                    + providers.flatMap(\.benchModels).filter { $0.name == name }
            })
    }

    private func refusal(of text: String, _ reason: ModelNameError) -> ConfigurationError {
        switch reason {
        case .unknownProvider(let provider):
            let names = providers.map(\.name.rawValue)
            let hint = Suggestion.hint(for: provider.rawValue, among: names)
            return ConfigurationError(
                option: "model", message: "no provider is named '\(provider)'",
                hint: hint ?? "there are \(names.sorted().joined(separator: ", "))")
        case .unknownModel:
            let hint = Suggestion.hint(for: text, among: prices.models.map(\.model.name))
            return ConfigurationError(
                option: "model", message: "no provider is known to have a model '\(text)'",
                hint: hint ?? "write it as provider/model")
        case .ambiguous(let found):
            return ConfigurationError(
                option: "model", message: "several providers have a model '\(text)'",
                hint: "choose among \(found.map(\.description).joined(separator: ", "))")
        }
    }

    /// The profile of a role in a PCCE file.
    ///
    /// - Throws: ``ConfigurationError`` with file, line and column.
    public func profile(role: String, pcce path: String) throws(ConfigurationError) -> AgentProfile {
        let document = try YAMLDocument(file: path)
        let value = try document.json()
        do {
            return try AgentProfile(pcce: value, role: role) { try? model(named: $0) }
        } catch {
            throw ConfigurationError(place: document.place(ofPath: error.path), message: error.description)
        }
    }
}
