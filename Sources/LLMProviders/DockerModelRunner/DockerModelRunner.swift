import AsyncHTTPClient
import LLMCore
public import LLMWire
import NIOCore
import NIOHTTP1

/// The management side of Docker Model Runner: what is there, what is loaded, and pulling more.
///
/// Its paths exist only at a server that ``detect(within:)`` says is one; any other OpenAI-compatible server has none of them.
public struct DockerModelRunner: Sendable {
    /// What answers at an address.
    public enum Detection: Sendable, Hashable {
        /// `version` is `nil` where the runner does not tell.
        case modelRunner(version: String?)
        /// Something answers, but not a model runner: plain `/v1` then.
        case other
        case unreachable(ProviderCallError)
    }

    private let base: BaseURL
    private let transport: Transport

    /// - Parameter baseURL: As `DMR_BASE_URL` has it; a path of its inference side (`/engines/v1`) is taken off.
    public init(baseURL: BaseURL, transport: Transport) {
        base = baseURL.managementRoot
        self.transport = transport
    }

    /// Finds out what answers, without loading anything.
    public func detect(within limit: Duration = .milliseconds(300)) async -> Detection {
        do throws(ProviderCallError) {
            let version = try await get("/version", within: limit)
            if version.status == 200, let text = Self.json(version)?["version"]?.string {
                return .modelRunner(version: text)
            }
            let page = try await get("/", within: limit)
            let greeting = String(decoding: page.body.prefix(200), as: UTF8.self)
            return greeting.contains("Docker Model Runner") ? .modelRunner(version: nil) : .other
        } catch {
            return .unreachable(error)
        }
    }

    /// The models that are on its disk.
    public func models(within limit: Duration = .seconds(15)) async throws(ProviderCallError) -> [StoredModel] {
        try await list("/models", within: limit).map(StoredModel.init)
    }

    /// The models that are in memory.
    public func loadedModels(within limit: Duration = .seconds(15)) async throws(ProviderCallError) -> [LoadedModel] {
        try await list("/engines/ps", within: limit).map(LoadedModel.init)
    }

    private func list(_ path: String, within limit: Duration) async throws(ProviderCallError) -> [JSONValue] {
        let response = try await get(path, within: limit)
        guard response.status == 200 else { throw Self.refusal(response) }
        guard let list = Self.json(response)?.array else {
            throw ProviderCallError(
                outcome: .malformedJSON,
                failure: ProviderFailure(status: 200, message: "\(base)\(path) did not answer with a list"))
        }
        return list
    }

    private func get(_ path: String, within limit: Duration) async throws(ProviderCallError) -> FetchedResponse {
        let request: HTTPRequest
        do {
            request = try HTTPRequest(url: base.description + path, headers: ["accept": "application/json"])
        } catch {
            throw ProviderCallError(TransportFailure(error, endpoint: base.description))
        }
        return try await transport.fetch(request, of: base, within: limit)
    }

    private static func json(_ response: FetchedResponse) -> JSONValue? { try? JSONValue.parse(response.body) }

    private static func refusal(_ response: FetchedResponse) -> ProviderCallError {
        let (outcome, failure, _) = ErrorClassifier.classify(
            status: response.status, headers: response.headers, body: response.body, dialect: .openai, quirks: .local)
        return ProviderCallError(outcome: outcome, failure: failure)
    }

    // MARK: Pulling

    /// Pulls a model and reports how far it is. The last element is `succeeded` or `failed`; throws ``ProviderCallError`` when
    /// the runner refuses or cannot be reached, `CancellationError` when the reader is cancelled, which stops the pull.
    ///
    /// Takes as long as it takes: a third pull waits in silence for the first two.
    public func pull(_ name: String) -> AsyncThrowingStream<PullProgress, any Error> {
        let (stream, continuation) = AsyncThrowingStream<PullProgress, any Error>.makeStream()
        let endpoint = base.description
        do {
            let body = JSONValue.object(["from": .string(name)]).bytes
            let request = try HTTPRequest(
                url: endpoint + "/models/create", method: .POST,
                // Exactly this one type: with any other the lines come HTML-escaped.
                headers: ["accept": "application/json", "content-type": "application/json"],
                body: .byteBuffer(ByteBuffer(bytes: body)))
            let task = transport.client(for: base).execute(
                request: request, delegate: PullDelegate(continuation, endpoint: endpoint))
            continuation.onTermination = { end in
                if case .cancelled = end { task.cancel() }
            }
        } catch {
            continuation.finish(throwing: ProviderCallError(TransportFailure(error, endpoint: endpoint)))
        }
        return stream
    }
}

extension BaseURL {
    /// The address without the path under which models answer.
    fileprivate var managementRoot: BaseURL {
        guard let cut = path.firstRange(of: "/engines") ?? (path.hasSuffix("/v1") ? path.firstRange(of: "/v1") : nil)
        else {
            return self
        }
        return replacingPath(String(path[..<cut.lowerBound]))
    }
}
