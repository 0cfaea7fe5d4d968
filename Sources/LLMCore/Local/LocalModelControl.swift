/// Manages the models of one local server: what is on its disk, what is in its memory, and changing both.
///
/// Names are the server's own (``ModelID/name``). Everything but ``pull(_:)`` and ``load(_:keepAlive:)`` answers at once or fails;
/// cancelling the task of those two gives up waiting and leaves the server alone.
public protocol LocalModelControl: Sendable {
    var provider: ProviderID { get }
    /// As ``ModelClient/endpoint``.
    var endpoint: String { get }
    var simulated: Bool { get }

    /// The kind of server at the address; loads nothing.
    func kind() async throws(LocalModelError) -> LocalServerKind

    /// The models on its disk. A server without management lists its models by name alone.
    func storedModels() async throws(LocalModelError) -> [StoredModel]

    /// The models in its memory.
    func loadedModels() async throws(LocalModelError) -> [LoadedModel]

    /// Fetches a model. The last element is `succeeded`; throws ``LocalModelError`` or `CancellationError` only, also when the
    /// server had already said 200. Takes as long as it takes; leaving the iteration ends the request.
    func pull(_ name: String) -> AsyncThrowingStream<PullProgress, any Error>

    /// Brings a model into memory and returns when it can answer; at once when it already is.
    ///
    /// - Parameter keepAlive: How long it stays without use; `nil` leaves that to the server.
    func load(_ name: String, keepAlive: KeepAlive?) async throws(LocalModelError)

    /// Takes models out of memory, except those that are answering.
    ///
    /// - Parameter names: `nil` is all.
    /// - Returns: How many were taken out.
    func unload(_ names: [String]?) async throws(LocalModelError) -> Int

    func diskUsage() async throws(LocalModelError) -> LocalDiskUsage
}

/// The kind of a local server.
public enum LocalServerKind: Sendable, Hashable {
    /// `version` is `nil` where it is not reported.
    case dockerModelRunner(version: String?)
    /// Any other OpenAI-compatible server (llama.cpp, Ollama, vLLM): it handles requests, its models are managed by its own tools.
    case plain
}

/// The idle time after which a local model is unloaded.
public enum KeepAlive: Sendable, Hashable {
    case forever
    case after(Duration)
}

/// The progress of a model's download.
public enum PullProgress: Sendable, Hashable {
    /// Bytes so far over all layers, and of all layers when known.
    case progress(bytes: Int, total: Int?)
    case warning(String)
    /// It is there; in the server's words.
    case succeeded(String)
}

/// The failure to list, fetch, load or unload a local model.
public struct LocalModelError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// The server handles requests but its models are managed by its own tools.
        case managementUnavailable = "management_unavailable"
        case unreachable
        /// Not on the disk, or for a pull: not in the registry.
        case modelNotFound = "model_not_found"
        /// The registry wants credentials.
        case refused
        /// The server itself wants a key, or another one.
        case unauthorized
        /// The name is malformed, or the server does not understand the request.
        case invalid
        /// The model is answering and cannot be touched.
        case inUse = "in_use"
        /// The pull broke off, whatever status its response began with.
        case pullFailed = "pull_failed"
        /// The engine could not take the model: too little memory, a broken file.
        case loadFailed = "load_failed"
        /// Fetching is not allowed by the configuration or the caller.
        case pullNotAllowed = "pull_not_allowed"
        /// The caller's time ran out.
        case timeout
        case cancelled
        case failed
    }

    public var reason: Reason
    /// The server's own name of the model; `nil` when it is about the server.
    public var model: String?
    /// Without credentials.
    public var endpoint: String
    /// In the server's or our words, redacted and cut.
    public var message: String

    public init(_ reason: Reason, model: String? = nil, endpoint: String, message: String) {
        self.reason = reason
        self.model = model
        self.endpoint = endpoint
        self.message = message
    }

    /// It is the server that does not answer in time, not one of its models.
    public var isSilence: Bool { reason == .timeout && model == nil }

    public var description: String { (model.map { "\($0): " } ?? "") + message }

    /// A short hint; `nil` when nothing is known that would help.
    public var hint: String? {
        switch reason {
        case .managementUnavailable: "load and unload models with that server's own tools"
        case .unreachable: "start Docker Model Runner, or set DMR_BASE_URL to where your local server listens"
        case .modelNotFound: "names look like ai/smollm3"
        case .refused: "log in to the registry where the model runner runs (docker login)"
        case .unauthorized:
            "the server wants a key: give its row of dirgen.yaml `auth: bearer` and `key_env: NAME`, and the variable NAME its key"
        case .invalid: "names look like ai/smollm3 or hf.co/org/model"
        case .inUse: "wait until it has answered"
        case .pullFailed: "pull again: what arrived is kept; look at free disk space and at the network"
        case .loadFailed: "look at the runner's log, and whether the model fits into memory"
        case .pullNotAllowed: model.map { "fetch \($0) first" }
        case .timeout where model == nil: "look at the server: it takes calls and does not answer"
        case .timeout: "load it ahead"
        case .cancelled, .failed: nil
        }
    }
}
