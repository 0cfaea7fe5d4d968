package import LLMCore
package import LLMService

extension DirGen {
    /// Makes a local model ready to answer, as a call to it would: fetched where that is allowed, then loaded. Callers of one model share
    /// one fetch and one load; one who gives up leaves them to the others.
    ///
    /// - Parameters:
    ///   - pulls: Whether a missing model may be fetched; `nil` is what the configuration says.
    ///   - limit: The time after which this caller gives up.
    /// - Throws: ``ConfigurationError`` for a provider that is not there or not local, `LocalModelError`.
    package func makeAvailable(
        _ model: ModelID, pulls: Bool? = nil, within limit: Duration
    ) async throws -> LocalModelReady {
        let control = try localModels(of: model.provider)
        guard let manager = service.configuration.targets[model.provider]?.localModels else {
            let reason = skipped.first { $0.provider == model.provider }?.reason ?? "it cannot be called"
            throw LocalModelError(.unreachable, endpoint: control.endpoint, message: reason)
        }
        return try await manager.ensureAvailable(model, until: .now + limit, pulls: pulls).ready
    }
}
