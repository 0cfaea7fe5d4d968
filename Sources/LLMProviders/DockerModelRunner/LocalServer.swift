public import LLMCore
import LLMWire

/// A server of local models: Docker Model Runner with its management, or a plain OpenAI-compatible server without.
///
/// Which of the two answers is found out when a request fails as it would at the other, so that a server may be exchanged for
/// another while the program runs.
public struct LocalServer: LocalModelControl {
    private let client: HTTPModelClient
    private let runner: DockerModelRunner
    private let credential: APIKey?

    public var provider: ProviderID { client.provider }
    public var endpoint: String { client.endpoint }
    public var simulated: Bool { client.simulated }

    /// - Parameter credential: For the list of models of a server that wants one.
    public init(_ client: HTTPModelClient, credential: APIKey? = nil) {
        self.client = client
        self.credential = credential
        runner = DockerModelRunner(baseURL: client.row.baseURL, transport: client.transport)
    }

    public func kind() async throws(LocalModelError) -> LocalServerKind {
        switch await runner.detect(within: .seconds(5)) {
        case .modelRunner(let version): return .dockerModelRunner(version: version)
        case .other: return .plain
        case .unreachable(let error): throw LocalModelError(error, model: nil, endpoint: endpoint)
        }
    }

    public func storedModels() async throws(LocalModelError) -> [StoredModel] {
        do throws(LocalModelError) {
            return try await managed { () throws(ProviderCallError) in try await runner.models() }
        } catch  where error.reason == .managementUnavailable {
            do throws(ProviderCallError) {
                return try await client.modelNames(credential: credential).map { StoredModel(id: $0, tags: [$0]) }
            } catch {
                throw LocalModelError(error, model: nil, endpoint: endpoint)
            }
        }
    }

    public func loadedModels() async throws(LocalModelError) -> [LoadedModel] {
        try await managed { () throws(ProviderCallError) in try await runner.loadedModels() }
    }

    public func diskUsage() async throws(LocalModelError) -> LocalDiskUsage {
        try await managed { () throws(ProviderCallError) in try await runner.diskUsage() }
    }

    public func load(_ name: String, keepAlive: KeepAlive?) async throws(LocalModelError) {
        // Nothing is sent to a chat endpoint before it is known to be a model runner's: a plain server would answer.
        _ = try await loadedModels()
        do throws(ProviderCallError) {
            if let keepAlive { try await runner.configure(name, keepAlive: keepAlive) }
            try await runner.preload(name)
        } catch {
            var failure = LocalModelError(error, model: name, endpoint: endpoint)
            if failure.reason == .failed { failure.reason = .loadFailed }
            throw failure
        }
    }

    public func unload(_ names: [String]?) async throws(LocalModelError) -> Int {
        try await managed { () throws(ProviderCallError) in try await runner.unload(names) }
    }

    public func pull(_ name: String) -> AsyncThrowingStream<PullProgress, any Error> {
        let lines = runner.pull(name)
        return AsyncThrowingStream {
            do {
                // Every iterator of such a stream reads on where the last one was.
                var iterator = lines.makeAsyncIterator()
                switch try await iterator.next() {
                case .progress(let bytes, let total): return .progress(bytes: bytes, total: total)
                case .warning(let words): return .warning(words)
                case .succeeded(let words): return .succeeded(words)
                case .failed(let words):
                    throw LocalModelError(.pullFailed, model: name, endpoint: endpoint, message: words)
                case nil:
                    try Task.checkCancellation()
                    return nil
                }
            } catch let error as ProviderCallError {
                var failure = await explained(error, model: name)
                // A model runner has no keys of its own: it is the registry that refuses.
                if failure.reason == .unauthorized { failure.reason = .refused }
                throw failure
            }
        }
    }

    // MARK: Telling the two apart

    private func managed<Value>(
        _ model: String? = nil, _ operation: () async throws(ProviderCallError) -> Value
    ) async throws(LocalModelError) -> Value {
        do throws(ProviderCallError) {
            return try await operation()
        } catch {
            throw await explained(error, model: model)
        }
    }

    /// A failure of a management path: a server that has none of them answers so too.
    private func explained(_ error: ProviderCallError, model: String?) async -> LocalModelError {
        let failure = LocalModelError(error, model: model, endpoint: endpoint)
        guard ![.unreachable, .timeout, .cancelled].contains(failure.reason) else { return failure }
        guard case .other = await runner.detect(within: .seconds(5)) else { return failure }
        return LocalModelError(
            .managementUnavailable, model: model, endpoint: endpoint,
            message: "the server at \(endpoint) is no Docker Model Runner: managing its models is not available")
    }
}

extension LocalModelError {
    init(_ error: ProviderCallError, model: String?, endpoint: String) {
        let reason: Reason =
            switch error.outcome {
            case .modelNotFound: .modelNotFound
            case .auth, .permission: .unauthorized
            case .badRequest, .payloadTooLarge: .invalid
            case .conflict: .inUse
            case .connectionReset, .timeoutConnect, .tlsOrDNS: .unreachable
            case .timeoutFirstToken, .timeoutIdle, .timeoutTotal: .timeout
            case .cancelled: .cancelled
            default: .failed
            }
        self.init(reason, model: model, endpoint: endpoint, message: error.failure.message)
    }
}
