public import LLMCore
import LLMProviders

extension DirGen {
    /// Embeddings of the configured providers, each with its first key.
    public var embedder: any Embedder { ConfiguredEmbedder(dirgen: self) }
}

/// The embedder of a live service.
private struct ConfiguredEmbedder: Embedder {
    let dirgen: DirGen

    func embed(_ call: EmbeddingCall) async -> EmbeddingResult {
        guard let client = dirgen.clients[call.model.provider] else {
            let report = AttemptReport(
                id: call.attemptID, model: call.model, endpoint: "", simulated: dirgen.configuration.simulated,
                timings: AttemptTimings(sentAt: .now, end: .zero), outcome: .permission,
                failure: ProviderFailure(message: "\(call.model.provider) is not configured"), wasSent: false)
            return EmbeddingResult(report: report, vectors: [])
        }
        let key = dirgen.configuration.provider(call.model.provider)?.keys.first
        return await client.embed(call, credential: key)
    }
}
