/// The models that may answer one request: those that the caller's virtual key covers.
///
/// A pattern of `auto` covers every model that the service chooses for its task, by routing or by fallback.
public struct PermittedModels: Sendable, Hashable {
    /// Without aliases: each stands for its model, or for the service's choice.
    public let patterns: [ModelPattern]

    init(_ patterns: [ModelPattern]) { self.patterns = patterns }

    /// Returns `true` where a model may answer a request of a task.
    public func cover(_ model: ModelID, task: TaskType) -> Bool {
        patterns.contains {
            switch $0 {
            case .auto(let own): own == nil || own == task
            case .model, .provider: $0.covers(.model(model), task: task)
            case .alias: false
            }
        }
    }
}

extension VirtualKey.Limits {
    /// The models that may answer a request; `nil`: all.
    ///
    /// - Parameters:
    ///   - choice: The model that is asked for, or the service's choice.
    ///   - alias: The name by which it is asked for, where that is one.
    ///   - resolve: The pattern of the models that another alias stands for; `nil` for one that is not configured.
    public func permitted(
        for choice: ModelChoice, task: TaskType, alias: String?, resolve: (String) -> ModelPattern?
    ) -> PermittedModels? {
        guard !models.isEmpty else { return nil }
        return PermittedModels(
            models.compactMap { pattern in
                guard case .alias(let name) = pattern else { return pattern }
                guard name == alias else { return resolve(name) }
                switch choice {
                case .model(let model): return .model(model)
                case .auto: return .auto(task)
                }
            })
    }
}

extension PermittedModels {
    /// The patterns as texts, for a decision's record.
    var json: JSONValue { .array(patterns.map { .string($0.description) }) }

    init(json: JSONValue) { self.init((json.array ?? []).compactMap { $0.string.flatMap(ModelPattern.init) }) }
}
