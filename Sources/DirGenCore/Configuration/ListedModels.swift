public import LLMCore

/// The models of a local server's list that stand in for the catalogue's.
public struct ListedModels: Sendable, Hashable {
    /// The default first.
    public let models: [ModelID]
    /// The catalogue's default, which the server does not list; `nil` where it does, or where there is none.
    public let missing: ModelID?

    /// `nil` where the list is empty: then nothing is known of what the server has.
    init?(_ names: [String], of provider: ProviderID, instead defaults: [ModelID]) {
        guard let first = names.first else { return nil }
        let listed = Set(names.map(LocalModelName.canonical))
        let kept = defaults.filter { listed.contains(LocalModelName.canonical($0.name)) }
        models = kept.isEmpty ? [ModelID(provider: provider, name: first)] : kept
        missing = defaults.first.flatMap { kept.contains($0) ? nil : $0 }
    }

    /// A message for users where the default differs from the catalogue's; `nil` where it does not.
    public var note: String? {
        guard let missing, let used = models.first else { return nil }
        return "\(missing.provider) does not list \(missing.name): its \(used.name) is used"
    }
}
