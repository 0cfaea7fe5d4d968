import AsyncHTTPClient
public import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1

/// The HTTP client's own form of a request.
typealias HTTPRequest = HTTPClient.Request

/// Calls one provider over HTTP, timed on the event loop that reads its bytes.
public struct HTTPModelClient: ModelClient {
    public let row: ProviderRow
    public let simulated: Bool
    public let endpoint: String
    let transport: Transport
    let time: TimeSource
    /// The secrets to redact from any text: keys, and the values of the row's own headers and query items.
    private let secrets: [APIKey]

    /// - Parameters:
    ///   - endpoint: What is shown and stored as the address; the row's own when `nil`. Two attempts with the same endpoint met
    ///     the same server.
    ///   - keys: All that the provider may have seen; that of a call counts anyway.
    public init(
        row: ProviderRow, transport: Transport, simulated: Bool = false, endpoint: String? = nil,
        keys: [APIKey] = [], time: TimeSource = .live
    ) {
        secrets = keys + row.secrets
        self.row = row
        self.transport = transport
        self.simulated = simulated
        self.endpoint = endpoint ?? row.baseURL.description
        self.time = time
    }

    public var provider: ProviderID { row.name }

    public func open(_ call: ModelCall) -> ChatStream {
        let queue = EventQueue()
        let frame = AttemptDelegate.Frame(
            call: call, row: row, endpoint: endpoint, simulated: simulated, wallMicroseconds: time.wallMicroseconds,
            secrets: secrets(with: call.credential))
        do {
            let wire = try RequestEncoder.encode(
                call.request, model: call.model.name, dialect: row.dialect, quirks: row.quirks, target: call.model)
            let request = try httpRequest(wire, credential: call.credential)
            let attempt = AttemptDelegate(
                frame, queue: queue, connections: transport.connections, sentAt: time.now())
            let task = transport.client(for: row.baseURL).execute(request: request, delegate: attempt)
            queue.onAbandon { task.cancel() }
            attempt.watch(task)
        } catch {
            AttemptDelegate(frame, queue: queue, connections: transport.connections, sentAt: time.now()).refuse(error)
        }
        return ChatStream(reading: EventReader(queue))
    }

    func secrets(with credential: APIKey?) -> [APIKey] {
        guard let credential, !secrets.contains(credential) else { return secrets }
        return [credential] + secrets
    }

    /// A request to this provider with its address, headers and key.
    func httpRequest(_ wire: WireRequest, credential: APIKey?) throws -> HTTPRequest {
        var query = wire.query + row.query.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var headers = HTTPHeaders(wire.headers)
        headers.add(name: "user-agent", value: "dirgen")
        headers.add(name: "accept-encoding", value: "identity")
        for (name, value) in row.headers { headers.replaceOrAdd(name: name, value: value) }
        if let key = credential?.reveal() {
            switch row.auth {
            case .bearer: headers.replaceOrAdd(name: "authorization", value: "Bearer \(key)")
            case .header(let name): headers.replaceOrAdd(name: name, value: key)
            case .query(let name): query.append((name, key))
            case .none: break
            }
        }
        let pairs = query.map { "\(QueryEncoding.encode($0.0))=\(QueryEncoding.encode($0.1))" }
        let suffix = pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
        let url = row.baseURL.appending(wire.path, prefix: row.quirks.pathPrefix) + suffix
        let body = wire.body.isEmpty ? nil : HTTPClient.Body.byteBuffer(ByteBuffer(bytes: wire.body))
        return try transport.request(
            url, of: row.baseURL, method: HTTPMethod(rawValue: wire.method), headers: headers, body: body)
    }
}

extension ProviderRow {
    /// Headers that vendors ask for and that everybody may know.
    private static let openHeaders: Set<String> = [
        "accept", "anthropic-beta", "anthropic-version", "content-type", "http-referer", "openai-beta", "user-agent",
        "x-title",
    ]

    /// Values of its own headers and queries that may be credentials.
    fileprivate var secrets: [APIKey] {
        let values = headers.filter { !ProviderRow.openHeaders.contains($0.key.lowercased()) }.map(\.value)
        return (values + query.values).filter { $0.utf8.count >= 8 }.map { APIKey($0) }
    }
}

extension ChatStream {
    fileprivate init(reading reader: EventReader) {
        let handover = ReaderHandover(reader)
        self.init(batches: {
            let reader = handover.take()
            return { try await reader?.next() }
        })
    }
}
