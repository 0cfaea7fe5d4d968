import ClientConnections
public import LLMCore
public import LLMWire
import NIOCore
import NIOHTTP1

/// Calls one provider over HTTP, timed on the event loop that reads its bytes.
public struct HTTPModelClient: ModelClient {
    public let row: ProviderRow
    public let simulated: Bool
    public let endpoint: String
    let transport: Transport
    let time: TimeSource
    let tokens = TokenCounter()
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
        let row = row.answering(call.request.original)
        let frame = AttemptReader.Frame(
            call: call, row: row, endpoint: endpoint, simulated: simulated, wallMicroseconds: time.wallMicroseconds,
            secrets: secrets(with: call.credential))
        do {
            var wire = try RequestEncoder.encode(
                call.request, model: call.model.name, dialect: row.dialect, quirks: row.quirks, target: call.model)
            wire.headers += call.traceHeaders.map { ($0.name, $0.value) }
            let request = httpRequest(wire, credential: call.credential)
            let attempt = AttemptReader(frame, queue: queue, sentAt: time.now())
            let exchange = try transport.pool.send(request, reader: attempt)
            queue.onAbandon { exchange.cancel() }
            attempt.watch(exchange)
        } catch {
            AttemptReader(frame, queue: queue, sentAt: time.now()).refuse(error)
        }
        // Whoever is paid reports what it is paid for.
        let completion = row.locality == .local ? UsageCompletion(self, call) : nil
        return ChatStream(reading: EventReader(queue), completing: completion)
    }

    func secrets(with credential: APIKey?) -> [APIKey] {
        guard let credential, !secrets.contains(credential) else { return secrets }
        return [credential] + secrets
    }

    /// A request to this provider with its address, headers and key.
    ///
    /// - Parameter base: The row's own when `nil`; else an address of the same server.
    func httpRequest(_ wire: WireRequest, credential: APIKey?, below base: BaseURL? = nil) -> HTTP1Request {
        var query = wire.query + row.query.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        var headers = HTTPHeaders(wire.headers)
        headers.add(name: "user-agent", value: "dirgen")
        headers.add(name: "accept-encoding", value: "identity")
        for (name, value) in row.headers {
            // Lists of wishes add up.
            let own = name.lowercased().hasSuffix("-beta") ? headers[name] : []
            headers.replaceOrAdd(name: name, value: ([value] + own).joined(separator: ","))
        }
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
        let url = (base ?? row.baseURL).appending(wire.path, prefix: row.quirks.pathPrefix) + suffix
        let body = wire.body.isEmpty ? nil : ByteBuffer(bytes: wire.body)
        return transport.request(
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
    fileprivate init(reading reader: EventReader, completing usage: UsageCompletion?) {
        let handover = ReaderHandover(reader)
        self.init(batches: {
            let reader = handover.take()
            return {
                guard let reader else { return nil }
                guard let usage else { return try await reader.next() }
                return try await usage.next(from: reader)
            }
        })
    }
}

extension HTTPModelClient {
    private static let mostPages = 100

    /// The models this provider offers, all pages of them. Costs nothing at any provider, so it is also the probe.
    ///
    /// - Parameter limit: For all pages together.
    public func listModels(
        credential: APIKey?, within limit: Duration = .seconds(15)
    ) async throws(ProviderCallError) -> [ListedModel] {
        let end = time.now() + limit
        var models: [ListedModel] = []
        var page: String?
        for _ in 0..<HTTPModelClient.mostPages {
            let next = try await listPage(after: page, credential: credential, within: end - time.now())
            models += next.models
            guard let token = next.next, token != page else { break }
            page = token
        }
        return models
    }

    private func listPage(
        after page: String?, credential: APIKey?, within limit: Duration
    ) async throws(ProviderCallError) -> ModelListPage {
        let secrets = secrets(with: credential)
        let wire = ModelListDecoder.request(dialect: row.dialect, quirks: row.quirks, after: page)
        let response = try await fetch(wire, credential: credential, within: limit)
        guard (200..<300).contains(response.status) else {
            let (outcome, failure, _) = ErrorClassifier.classify(
                status: response.status, headers: response.headers, body: response.body, dialect: row.dialect,
                quirks: row.quirks, secrets: secrets)
            throw ProviderCallError(outcome: outcome, failure: failure.naming(endpoint))
        }
        do {
            return try ModelListDecoder.decode(response.body, dialect: row.dialect)
        } catch {
            let words = "\(error.message): is \(endpoint) the right base URL?"
            throw ProviderCallError(
                outcome: .malformedJSON, failure: ProviderFailure(status: response.status, message: words))
        }
    }

    func fetch(
        _ wire: WireRequest, credential: APIKey?, within limit: Duration, below base: BaseURL? = nil
    ) async throws(ProviderCallError) -> FetchedResponse {
        try await transport.fetch(
            httpRequest(wire, credential: credential, below: base), of: row.baseURL, within: limit,
            secrets: secrets(with: credential))
    }
}

extension HTTPModelClient {
    /// Names of the models this provider offers for text, for callers that do not know the wire.
    ///
    /// - Parameter limit: For all pages of the list together.
    public func modelNames(
        credential: APIKey?, within limit: Duration = .seconds(15)
    ) async throws(ProviderCallError) -> [String] {
        try await listModels(credential: credential, within: limit).filter(\.generatesText).map(\.id)
    }
}

/// The failure of a call other than a chat: a list of models, a pull.
public struct ProviderCallError: Error, Sendable, Hashable, CustomStringConvertible {
    public var outcome: AttemptClass
    /// In the provider's or the transport's words, without keys.
    public var failure: ProviderFailure

    public init(outcome: AttemptClass, failure: ProviderFailure) {
        self.outcome = outcome
        self.failure = failure
    }

    init(_ failure: TransportFailure, secrets: [APIKey] = []) {
        outcome = failure.outcome
        self.failure = ProviderFailure(message: Redaction.message(failure.message, secrets: secrets))
    }

    public var description: String { "\(outcome.rawValue): \(failure.message)" }
}

/// Percent-encoding of one name or value of a query.
enum QueryEncoding {
    static func encode(_ text: String) -> String {
        var out: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
