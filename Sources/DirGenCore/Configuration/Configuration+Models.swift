public import LLMCore
import LLMService

extension Configuration {
    /// Resolves a model name: `provider/model`, a bare `ai/...` for local, or a bare name that the price table knows.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown provider, and for a bare name that nobody or several have.
    public func model(named text: String) throws(ConfigurationError) -> ModelID {
        let names = providers.map(\.name.rawValue)
        if let model = ModelID(text) {
            if provider(model.provider) != nil { return model }
            let hint = Suggestion.hint(for: model.provider.rawValue, among: names)
            throw ConfigurationError(
                option: "model", message: "no provider is named '\(model.provider)'",
                hint: hint ?? "there are \(names.sorted().joined(separator: ", "))")
        }
        let priced = prices.models(named: text).map(\.model).filter { provider($0.provider) != nil }
        let own = providers.flatMap { $0.benchModels }.filter { $0.name == text }
        let found = Set(priced).union(own).sorted()
        guard let only = found.first else {
            let hint = Suggestion.hint(for: text, among: prices.models.map(\.model.name))
            throw ConfigurationError(
                option: "model", message: "no provider is known to have a model '\(text)'",
                hint: hint ?? "write it as provider/model")
        }
        guard found.count == 1 else {
            throw ConfigurationError(
                option: "model", message: "several providers have a model '\(text)'",
                hint: "choose among \(found.map(\.description).joined(separator: ", "))")
        }
        return only
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
