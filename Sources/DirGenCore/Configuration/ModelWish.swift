public import LLMCore

/// The model that a caller names: a real one, or one that the selection table chooses for a task.
public struct ModelWish: Sendable, Hashable {
    public var choice: ModelChoice
    /// The task that the name carries, as `auto/architecture`.
    public var task: TaskType?
    /// The name that it was asked for by, where that is one of the configuration's `aliases`.
    public var alias: String?

    public init(_ choice: ModelChoice, task: TaskType? = nil, alias: String? = nil) {
        self.choice = choice
        self.task = task
        self.alias = alias
    }

    /// `auto`, or `auto/` and a task; `nil` for any other name.
    package init?(automatic name: String) {
        if name == "auto" {
            self.init(.auto)
        } else if name.hasPrefix("auto/"), name.count > "auto/".count {
            self.init(.auto, task: TaskType(String(name.dropFirst("auto/".count))))
        } else {
            return nil
        }
    }
}

extension Configuration {
    /// Resolves what a caller may name: an alias, `auto`, `auto/` and a task, or a model as ``model(named:)`` reads it.
    ///
    /// - Throws: ``ConfigurationError`` for a name that stands for no one model.
    public func wish(named text: String) throws(ConfigurationError) -> ModelWish {
        if let wish = automaticWish(named: text) { return wish }
        return ModelWish(.model(try model(named: text)))
    }

    /// An alias, or a choice that is left to the service; `nil` for any other name.
    package func automaticWish(named text: String) -> ModelWish? { aliases[text] ?? ModelWish(automatic: text) }

    /// The profile of a name, of the configuration's `profiles`.
    ///
    /// - Throws: ``ConfigurationError`` with the names that there are.
    public func profile(named name: String) throws(ConfigurationError) -> AgentProfile {
        if let profile = profiles.first(where: { $0.role == name }) { return profile }
        let names = profiles.map(\.role)
        throw ConfigurationError(
            option: "profile", message: "no profile is named '\(name)'",
            hint: names.isEmpty
                ? "the configuration has none: it has no profiles" : "there are \(names.joined(separator: ", "))")
    }

    /// The models that may answer a request under the limits of a virtual key, in the aliases' present meaning; `nil`: all.
    package func permitted(
        _ limits: VirtualKey.Limits, _ choice: ModelChoice, task: TaskType, alias: String?
    ) -> PermittedModels? {
        limits.permitted(for: choice, task: task, alias: alias) { name in
            aliases[name].map { wish in
                switch wish.choice {
                case .model(let model): .model(model)
                case .auto: .auto(wish.task)
                }
            }
        }
    }

    /// A pattern of models for a virtual key; `nil` for a text that is none, and for an alias that is not configured: it may be a slip.
    package func pattern(_ text: String) -> ModelPattern? {
        guard let pattern = ModelPattern(text) else { return nil }
        if case .alias(let name) = pattern, aliases[name] == nil { return nil }
        return pattern
    }
}
