import ClientConnections
import LLMCore
import NIOCore
import NIOHTTP1
import NIOPosix

/// The connections of a process, for every provider: a pool for each of ``TransportConfiguration/eventLoops``.
///
/// Must be shut down; ``with(_:isolation:_:)`` does.
public final class Transport: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let ownsGroup: Bool
    private let first: HTTP1ConnectionPool
    private let pools: [ObjectIdentifier: HTTP1ConnectionPool]
    private let proxies: ProxySettings

    /// - Throws: ``TransportConfiguration/Invalid``.
    public init(_ configuration: TransportConfiguration = .init()) throws(TransportConfiguration.Invalid) {
        let security = SecurityContext(try configuration.tls())
        let group =
            switch configuration.eventLoops {
            case .own: MultiThreadedEventLoopGroup(numberOfThreads: 1)
            case .shared: MultiThreadedEventLoopGroup.singleton
            }
        let pools = group.makeIterator().map { HTTP1ConnectionPool(on: $0, configuration.pool, security: security) }
        self.group = group
        ownsGroup = configuration.eventLoops == .own
        first = pools.first ?? HTTP1ConnectionPool(on: group.next(), configuration.pool, security: security)
        self.pools = Dictionary(
            pools.map { (ObjectIdentifier($0.eventLoop), $0) }, uniquingKeysWith: { first, _ in first })
        proxies = configuration.proxies
    }

    /// Opens a transport for the length of `body`, and closes it on every way out.
    public static func with<R>(
        _ configuration: TransportConfiguration = .init(), isolation: isolated (any Actor)? = #isolation,
        _ body: (Transport) async throws -> R
    ) async throws -> R {
        let transport = try Transport(configuration)
        let result: Result<R, any Error>
        do {
            result = .success(try await body(transport))
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        return try result.get()
    }

    /// Closes every connection; calls in flight end as cancelled.
    public func shutdown() async {
        await first.shutdown()
        for pool in pools.values where pool !== first { await pool.shutdown() }
        if ownsGroup { try? await group.shutdownGracefully() }
    }

    /// The pool of the event loop that the caller runs on, so that a response reaches it without changing threads; that of one and the
    /// same loop for callers that run on none of ours, so that they find each other's connections.
    var pool: HTTP1ConnectionPool {
        MultiThreadedEventLoopGroup.currentEventLoop.flatMap { pools[ObjectIdentifier($0)] } ?? first
    }

    /// A request by the way that the proxies of the environment leave.
    ///
    /// A plain-http address is asked of its proxy in absolute form, without a tunnel: proxies that allow `CONNECT` only to port 443 work
    /// too.
    /// - Parameter url: An address below `base`.
    func request(
        _ url: String, of base: BaseURL, method: HTTPMethod, headers: HTTPHeaders, body: ByteBuffer? = nil
    ) -> HTTP1Request {
        let proxy = proxies.proxy(for: base)
        if let proxy, proxy.kind == .http, base.scheme == .http {
            var headers = headers
            if !headers.contains(name: "host") { headers.add(name: "host", value: base.authority) }
            if let authorization = proxy.authorization {
                headers.replaceOrAdd(name: "proxy-authorization", value: authorization)
            }
            let target = ConnectionTarget(host: proxy.host, port: proxy.port, isSecure: false, isProxy: true)
            return HTTP1Request(to: target, method: method, uri: url, headers: headers, body: body)
        }
        let path = url.dropFirst(base.origin.utf8.count)
        return HTTP1Request(
            to: base.target(through: proxy), method: method, uri: path.first == "/" ? String(path) : "/\(path)",
            headers: headers, body: body)
    }
}

extension BaseURL {
    fileprivate func target(through proxy: ProxySettings.Address?) -> ConnectionTarget {
        ConnectionTarget(
            host: host, port: port ?? (scheme == .https ? 443 : 80), isSecure: scheme == .https, tunnel: proxy?.tunnel)
    }

    /// Host and port, as they were written.
    fileprivate var authority: String { String(origin.dropFirst(scheme.rawValue.count + 3)) }

    /// The address without its path.
    fileprivate var origin: String { replacingPath("").description }
}

/// A whole response.
struct FetchedResponse: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]
}

extension Transport {
    /// Sends a request and collects the answer.
    ///
    /// - Parameter limit: Bounds everything, connecting and body included. Cancelling the task closes the connection.
    func fetch(
        _ request: HTTP1Request, of base: BaseURL, within limit: Duration, secrets: [APIKey] = []
    ) async throws(ProviderCallError) -> FetchedResponse {
        do {
            let response = try await pool.fetch(
                request, within: TimeAmount(limit), mostBytes: AttemptReader.mostBytes)
            guard response.head.status != .proxyAuthenticationRequired else {
                throw TransportFailure.proxyRefused(endpoint: base.description)
            }
            let headers = response.head.headers
            return FetchedResponse(
                status: Int(response.head.status.code), headers: headers.map { (name: $0.name, value: $0.value) },
                body: try Self.body(of: response, endpoint: base.description))
        } catch {
            throw ProviderCallError(TransportFailure(error, endpoint: base.description), secrets: secrets)
        }
    }

    /// The body as the server wrote it; empty where only status and headers of a refusal can be read.
    private static func body(of response: HTTP1Response, endpoint: String) throws -> [UInt8] {
        let headers = response.head.headers
        if let encoding = ContentDecoder.unreadable(in: headers) {
            guard (200..<300).contains(response.head.status.code) else { return [] }
            throw TransportFailure.unsupportedEncoding(encoding, endpoint: endpoint)
        }
        var content = ContentDecoder(headers)
        let bytes = try content.feed(Array(buffer: response.body))
        let end = try content.finish()
        guard !end.isCut else { throw TransportFailure.closed(endpoint, false) }
        return bytes + end.rest
    }

    /// Returns `true` when a server answers at the address in time, with any status.
    public func answers(at url: BaseURL, within limit: Duration) async -> Bool {
        let request = request(url.description + "/", of: url, method: .GET, headers: [:])
        return (try? await pool.send(request, within: TimeAmount(limit)) { AnsweringReader($0) }) != nil
    }
}

/// A reader that wants no more than to know that there is a response.
private struct AnsweringReader: HTTP1ResponseReader {
    private let value: ResponseValue<Void>

    init(_ value: ResponseValue<Void>) { self.value = value }

    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {
        value.succeed()
        exchange.cancel()
    }

    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool { true }

    func finished(_ exchange: HTTP1Exchange) { value.succeed() }

    func failed(_ exchange: HTTP1Exchange, error: any Error) { value.fail(error) }
}
