import ClientConnections
package import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1

/// The management side of Docker Model Runner: what is there, what is loaded, and changing both.
///
/// Its paths exist only at a server that ``detect(within:)`` recognises; any other OpenAI-compatible server has none of them.
package struct DockerModelRunner: Sendable {
    /// The kind of server found at an address.
    package enum Detection: Sendable, Hashable {
        /// `version` is `nil` where the runner does not tell.
        case modelRunner(version: String?)
        /// A server that is not Docker Model Runner: only plain `/v1` is used.
        case other
        case unreachable(ProviderCallError)
    }

    /// Loading a large model from a slow disk takes minutes; longer than this it hangs.
    private static let mostLoadTime = Duration.seconds(1_800)
    private static let timeLimit = Duration.seconds(15)

    private let base: BaseURL
    private let transport: Transport

    /// - Parameter baseURL: As `DMR_BASE_URL` has it; a path of its inference side (`/engines/v1`) is taken off.
    package init(baseURL: BaseURL, transport: Transport) {
        base = baseURL.serverRoot
        self.transport = transport
    }

    /// Finds out what answers, without loading anything.
    package func detect(within limit: Duration = .milliseconds(300)) async -> Detection {
        do throws(ProviderCallError) {
            let page = try await get("/", within: limit)
            let answer = try await get("/version", within: limit)
            let version = answer.status == 200 ? Self.json(answer)?["version"]?.string : nil
            let greeting = String(decoding: page.body.prefix(200), as: UTF8.self)
            if page.status == 200, greeting.contains("Docker Model Runner") { return .modelRunner(version: version) }
            // vLLM reports a version too: only a model runner has engines.
            guard version != nil else { return .other }
            let engines = try await get("/engines/ps", within: limit)
            return engines.status == 200 && Self.json(engines)?.array != nil ? .modelRunner(version: version) : .other
        } catch {
            return .unreachable(error)
        }
    }

    // MARK: Looking

    /// The models that are on its disk.
    package func models() async throws(ProviderCallError) -> [StoredModel] {
        try await list("/models").map(StoredModel.init)
    }

    /// The models that are in memory.
    package func loadedModels() async throws(ProviderCallError) -> [LoadedModel] {
        try await list("/engines/ps").map(LoadedModel.init)
    }

    /// The disk space that models occupy.
    package func diskUsage() async throws(ProviderCallError) -> LocalDiskUsage {
        let document = try await document(get("/engines/df", within: Self.timeLimit))
        return LocalDiskUsage(
            models: document["models_disk_usage"]?.int, engine: document["default_backend_disk_usage"]?.int)
    }

    private func list(_ path: String) async throws(ProviderCallError) -> [JSONValue] {
        let document = try await document(get(path, within: Self.timeLimit))
        guard let list = document.array else { throw unreadable(path, "a list") }
        return list
    }

    private func document(_ response: FetchedResponse) throws(ProviderCallError) -> JSONValue {
        guard response.status == 200 else { throw Self.refusal(response) }
        guard let document = Self.json(response) else { throw unreadable("", "JSON") }
        return document
    }

    private func unreadable(_ path: String, _ expected: String) -> ProviderCallError {
        ProviderCallError(
            outcome: .malformedJSON,
            failure: ProviderFailure(status: 200, message: "\(base)\(path) did not answer with \(expected)"))
    }

    // MARK: Loading and unloading

    /// Sets the idle time after which a model is unloaded, and begins to load it. A model that is answering keeps what
    /// it has.
    func configure(_ name: String, keepAlive: KeepAlive) async throws(ProviderCallError) {
        var fields = try await settings(of: name)
        fields["model"] = .string(name)
        fields["keep_alive"] = .string(keepAlive.goText)
        let response = try await post("/engines/_configure", .object(fields), within: Self.timeLimit)
        guard (200..<300).contains(response.status) || response.status == 409 else { throw Self.refusal(response) }
    }

    /// The configuration in force, such as a context size: a new configuration replaces it as a whole.
    private func settings(of name: String) async throws(ProviderCallError) -> JSONObject {
        let response = try await get(
            "/engines/_configure?model=\(PercentEncoding.path(name))", within: Self.timeLimit)
        // Runners that do not tell have nothing to lose.
        guard response.status == 200, let entries = Self.json(response)?.array,
            case .object(let settings)? = entries.lazy.compactMap({ $0["Config"] }).first
        else { return JSONObject() }
        return settings
    }

    /// Returns when a model can answer, without sending it a prompt.
    func preload(_ name: String) async throws(ProviderCallError) {
        // The request is never run; were the header overlooked, it would cost one token.
        let body: JSONValue = [
            "model": .string(name), "max_tokens": 1, "messages": [["role": "user", "content": "Hi"]],
        ]
        let response = try await post(
            "/engines/v1/chat/completions", body, within: Self.mostLoadTime, headers: ["x-preload-only": "true"])
        guard response.status == 200 else { throw Self.refusal(response) }
    }

    /// Takes models out of memory; those that are answering stay. `nil` is all.
    package func unload(_ names: [String]?) async throws(ProviderCallError) -> Int {
        let body: JSONValue = [
            "all": .bool(names == nil), "backend": "", "models": .array((names ?? []).map { .string($0) }),
        ]
        let document = try await document(post("/engines/unload", body, within: Self.timeLimit))
        return document["unloaded_runners"]?.int ?? 0
    }

    // MARK: Pulling

    /// Pulls a model and reports how far it is. The last element is `succeeded` or `failed`; throws ``ProviderCallError`` when
    /// the runner refuses or cannot be reached, `CancellationError` when the reader is cancelled, which stops the pull.
    ///
    /// Takes as long as it takes: a third pull waits in silence for the first two.
    func pull(_ name: String) -> AsyncThrowingStream<PullLine, any Error> {
        let (stream, continuation) = AsyncThrowingStream<PullLine, any Error>.makeStream()
        let endpoint = base.description
        do {
            // Exactly this one type: with any other the lines come HTML-escaped.
            let request = request("/models/create", .POST, ["from": .string(name)])
            let exchange = try transport.pool.send(request, reader: PullReader(continuation, endpoint: endpoint))
            continuation.onTermination = { end in
                if case .cancelled = end { exchange.cancel() }
            }
        } catch {
            continuation.finish(throwing: ProviderCallError(TransportFailure(error, endpoint: endpoint)))
        }
        return stream
    }

    // MARK: Requests

    private func get(_ path: String, within limit: Duration) async throws(ProviderCallError) -> FetchedResponse {
        try await transport.fetch(request(path, .GET, nil), of: base, within: limit)
    }

    private func post(
        _ path: String, _ body: JSONValue, within limit: Duration, headers: [String: String] = [:]
    ) async throws(ProviderCallError) -> FetchedResponse {
        var request = request(path, .POST, body)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        return try await transport.fetch(request, of: base, within: limit)
    }

    private func request(_ path: String, _ method: HTTPMethod, _ body: JSONValue?) -> HTTP1Request {
        var request = transport.request(
            base.description + path, of: base, method: method,
            headers: ["accept": "application/json", "accept-encoding": "identity"])
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = ByteBuffer(bytes: body.bytes)
        }
        return request
    }

    private static func json(_ response: FetchedResponse) -> JSONValue? { try? JSONValue.parse(response.body) }

    private static func refusal(_ response: FetchedResponse) -> ProviderCallError {
        let (outcome, failure, _) = ErrorClassifier.classify(
            status: response.status, headers: response.headers, body: response.body, dialect: .openai, quirks: .local)
        return ProviderCallError(outcome: outcome, failure: failure)
    }
}

extension StoredModel {
    /// As the runner's list of models has it.
    init(_ json: JSONValue) {
        let config = json["config"]
        self.init(
            id: json["id"]?.string ?? "", tags: json["tags"]?.array?.compactMap(\.string) ?? [],
            contextSize: config?["context_size"]?.int, parameters: config?["parameters"]?.string,
            quantization: config?["quantization"]?.string, size: config?["size"]?.string)
    }
}

extension LoadedModel {
    /// As the runner's list of engines has it.
    init(_ json: JSONValue) {
        self.init(
            name: LocalModelName.canonical(json["model_name"]?.string ?? ""), backend: json["backend_name"]?.string,
            mode: json["mode"]?.string, isInUse: json["in_use"]?.bool ?? false,
            isLoading: json["loading"]?.bool ?? false, lastUsedAt: json["last_used"]?.string.flatMap(Self.instant),
            keepAlive: json["keep_alive"]?.string)
    }

    /// The server reports the year 1 for a model that was never used.
    private static func instant(_ text: String) -> Int64? {
        RFC3339.microseconds(text).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension KeepAlive {
    /// As the runner reads it: a Go duration, or -1 for ever.
    var goText: String {
        switch self {
        case .forever: "-1"
        case .after(let duration): "\(Int((duration.milliseconds / 1_000).rounded(.up)))s"
        }
    }
}
