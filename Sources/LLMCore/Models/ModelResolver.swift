/// Turns the name of a model as a user writes it into its identifier: the one place that does.
///
/// `provider/model`, a bare `ai/...` for local, or a bare name that one provider alone has. Bare names may hold slashes, as
/// `meta-llama/llama-4-scout` does: what begins with no known provider is looked up as a whole.
package struct ModelResolver: Sendable {
    /// The model that `provider/name` stands for, an alias of the provider replaced; `nil` for one that is not known.
    private let known: @Sendable (ModelID) -> ModelID?
    /// The models of known providers with a bare name.
    private let named: @Sendable (String) -> [ModelID]

    package init(
        known: @escaping @Sendable (ModelID) -> ModelID?, named: @escaping @Sendable (String) -> [ModelID] = { _ in [] }
    ) {
        self.known = known
        self.named = named
    }

    /// - Throws: ``ModelNameError``, for the caller to put into words with what it knows.
    package func model(named text: String) throws(ModelNameError) -> ModelID {
        let written = ModelID(text)
        if let written, let model = known(written) { return model }
        let found = Set(named(text)).sorted()
        guard found.count <= 1 else { throw .ambiguous(found) }
        if let only = found.first { return only }
        throw written.map { .unknownProvider($0.provider) } ?? .unknownModel
    }
}

/// The reason for which a name stands for no one model.
package enum ModelNameError: Error, Sendable, Hashable {
    case unknownProvider(ProviderID)
    /// A bare name that no known provider has.
    case unknownModel
    case ambiguous([ModelID])
}

extension ModelID {
    /// A model of this provider by the provider's own name, with or without the provider in front. Split at the first slash only
    /// when that names the provider, because names hold slashes too.
    package init(_ text: String, of provider: ProviderID) {
        let prefix = provider.rawValue + "/"
        self.init(provider: provider, name: text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
}
