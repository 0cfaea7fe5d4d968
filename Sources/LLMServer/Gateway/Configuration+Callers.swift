import DirGenCore
import LLMCore
import LLMWire

/// The names that callers of the gateway give, in the words of the configuration.
extension Configuration {
    /// The model that a caller names.
    ///
    /// - Parameter native: The provider whose API the caller speaks: a bare name is first looked for there.
    func wish(_ name: String, native: ProviderID) throws(ServedError) -> ModelWish {
        let own = name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
        if let wish = automaticWish(named: own) { return wish }
        if provider(native) != nil, prices.models(named: own).contains(where: { $0.model.provider == native }) {
            return ModelWish(.model(ModelID(provider: native, name: own)))
        }
        if let model = try? model(named: own) { return ModelWish(.model(model)) }
        // A model that no price list knows is its provider's to refuse.
        guard provider(native) != nil, !own.contains("/") else { throw ServedError(.modelNotFound, model: own) }
        return ModelWish(.model(ModelID(provider: native, name: own)))
    }

    /// The profile that a caller names in a header.
    func callersProfile(_ name: String) throws(ServedError) -> AgentProfile {
        do throws(ConfigurationError) {
            return try profile(named: name)
        } catch {
            let words = error.problems.map { [$0.message, $0.hint].compactMap(\.self).joined(separator: "; ") }
            throw ServedError(
                .badRequest, message: "the header \(RoutingHeaders.prefix)profile: \(words.joined(separator: " "))",
                status: 400)
        }
    }
}
