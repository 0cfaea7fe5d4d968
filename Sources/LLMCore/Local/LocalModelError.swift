/// The failure to list, fetch, load or unload a local model.
public struct LocalModelError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// The server answers questions but its models are managed elsewhere.
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
