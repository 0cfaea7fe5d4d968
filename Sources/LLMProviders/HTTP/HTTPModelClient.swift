import AsyncHTTPClient
public import LLMCore
import LLMWire
import NIOHTTP1

/// Calls one provider over HTTP, timed on the event loop that reads its bytes.
public struct HTTPModelClient: ModelClient {
    public let row: ProviderRow
    public let simulated: Bool
    public let endpoint: String
    let transport: Transport
    let time: TimeSource

    /// - Parameter endpoint: Shown in its place of the row's address; `simulator` for the built-in one.
    public init(
        row: ProviderRow, transport: Transport, simulated: Bool = false, endpoint: String? = nil,
        time: TimeSource = .live
    ) {
        self.row = row
        self.transport = transport
        self.simulated = simulated
        self.endpoint = endpoint ?? row.baseURL
        self.time = time
    }

    public var provider: ProviderID { row.name }

    public func open(_ call: ModelCall) -> ChatStream {
        ChatStream(
            AsyncThrowingStream { continuation in
                let attempt = AttemptDelegate(
                    call: call, row: row, endpoint: endpoint, simulated: simulated, events: continuation,
                    now: time.now())
                do {
                    let wire = try RequestEncoder.encode(
                        call.request, model: call.model.name, dialect: row.dialect, quirks: row.quirks)
                    let request = try httpRequest(wire, credential: call.credential)
                    attempt.begin(at: time.now())
                    let task = transport.client.execute(request: request, delegate: attempt)
                    continuation.onTermination = { reason in
                        if case .cancelled = reason { task.cancel() }
                    }
                    attempt.watch(task)
                } catch {
                    attempt.refuse(error)
                }
            })
    }

    /// A request to this provider with its address, headers and key.
    func httpRequest(_ wire: WireRequest, credential: APIKey?) throws -> HTTPClient.Request {
        var query = wire.query + row.query.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var headers = HTTPHeaders(wire.headers)
        for (name, value) in row.headers { headers.replaceOrAdd(name: name, value: value) }
        headers.replaceOrAdd(name: "user-agent", value: "dirgen")
        if let key = credential?.reveal() {
            switch row.auth {
            case .bearer: headers.replaceOrAdd(name: "authorization", value: "Bearer \(key)")
            case .header(let name): headers.replaceOrAdd(name: name, value: key)
            case .query(let name): query.append((name, key))
            case .none: break
            }
        }
        let base = row.baseURL.hasSuffix("/") ? String(row.baseURL.dropLast()) : row.baseURL
        let suffix =
            query.isEmpty
            ? ""
            : "?" + query.map { "\(QueryEncoding.query($0.0))=\(QueryEncoding.query($0.1))" }.joined(separator: "&")
        return try HTTPClient.Request(
            url: base + wire.path + suffix, method: HTTPMethod(rawValue: wire.method), headers: headers,
            body: wire.body.isEmpty ? nil : .bytes(wire.body))
    }
}
