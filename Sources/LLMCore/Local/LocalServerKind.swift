/// The kind of a local server.
public enum LocalServerKind: Sendable, Hashable {
    /// `version` is `nil` where it does not tell.
    case dockerModelRunner(version: String?)
    /// Any other OpenAI-compatible server (llama.cpp, Ollama, vLLM): it answers questions, its models are managed elsewhere.
    case plain
}
