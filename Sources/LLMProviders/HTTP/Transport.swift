import AsyncHTTPClient
import LLMCore
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The connections of a process, for every provider: HTTP clients for each of ``TransportConfiguration/eventLoops``.
///
/// Must be shut down; ``with(_:isolation:_:)`` does.
public final class Transport: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let ownsGroup: Bool
    private let first: LoopClients
    private let loops: [ObjectIdentifier: LoopClients]
    private let targets = RequestTargets()

    /// - Throws: ``TransportConfiguration/Invalid``.
    public init(_ configuration: TransportConfiguration = .init()) throws(TransportConfiguration.Invalid) {
        // All configurations are made before the first client: one that exists must be shut down.
        let clients = try LoopClients.Configurations(configuration)
        let group =
            switch configuration.eventLoops {
            case .own: MultiThreadedEventLoopGroup(numberOfThreads: 1)
            case .shared: MultiThreadedEventLoopGroup.singleton
            }
        self.group = group
        ownsGroup = configuration.eventLoops == .own
        let first = LoopClients(on: group.next(), clients)
        var loops = [ObjectIdentifier(first.loop): first]
        for loop in group.makeIterator() where loop !== first.loop {
            loops[ObjectIdentifier(loop)] = LoopClients(on: loop, clients)
        }
        self.first = first
        self.loops = loops
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
        for clients in loops.values { await clients.shutdown() }
        if ownsGroup { try? await group.shutdownGracefully() }
    }

    /// The clients of the event loop that the caller runs on, so that a response reaches it without changing threads; those of one and the
    /// same loop for callers that run on none of ours, so that they find each other's connections.
    var clients: LoopClients {
        MultiThreadedEventLoopGroup.currentEventLoop.flatMap { loops[ObjectIdentifier($0)] } ?? first
    }

    /// A request for a client of ``clients``.
    ///
    /// - Parameter url: An address below `base`.
    func request(
        _ url: String, of base: BaseURL, method: HTTPMethod, headers: HTTPHeaders, body: HTTPClient.Body? = nil
    ) throws -> HTTPRequest {
        let (address, host) = first.route(url, of: base)
        var headers = headers
        if let host, !headers.contains(name: "host") { headers.add(name: "host", value: host) }
        var request = try targets.request(address, method)
        request.headers = headers
        request.body = body
        return request
    }
}

/// Requests without headers and body, by method and address: a server sends thousands a second to a few addresses, and reading one anew
/// takes longer than all else that a request is made of.
private final class RequestTargets: Sendable {
    private struct Target: Hashable {
        var method: String
        var url: String
    }
    private static let most = 256
    private let known = Mutex<[Target: HTTPRequest]>([:])

    func request(_ url: String, _ method: HTTPMethod) throws -> HTTPRequest {
        let target = Target(method: method.rawValue, url: url)
        if let request = known.withLock({ $0[target] }) { return request }
        let request = try HTTPRequest(url: url, method: method)
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[target] = request
        }
        return request
    }
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
        _ request: HTTPClient.Request, of base: BaseURL, within limit: Duration, secrets: [APIKey] = []
    ) async throws(ProviderCallError) -> FetchedResponse {
        let collector = ResponseAccumulator(request: request, maxBodySize: AttemptDelegate.mostBytes)
        let task = clients.client(for: base).execute(
            request: request, delegate: collector, deadline: .now() + TimeAmount(limit))
        do {
            let response = try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            guard response.status != .proxyAuthenticationRequired else {
                throw TransportFailure.proxyRefused(endpoint: base.description)
            }
            return FetchedResponse(
                status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) },
                body: try Self.body(of: response, endpoint: base.description))
        } catch {
            throw ProviderCallError(TransportFailure(error, endpoint: base.description), secrets: secrets)
        }
    }
}

extension Transport {
    /// The body as the server wrote it; empty where only status and headers of a refusal can be read.
    private static func body(of response: HTTPClient.Response, endpoint: String) throws -> [UInt8] {
        if let encoding = ContentDecoder.unreadable(in: response.headers) {
            guard (200..<300).contains(response.status.code) else { return [] }
            throw TransportFailure.unsupportedEncoding(encoding, endpoint: endpoint)
        }
        var content = ContentDecoder(response.headers)
        let bytes = try content.feed(response.body.map { Array(buffer: $0) } ?? [])
        let end = try content.finish()
        guard !end.isCut else { throw TransportFailure.closed(endpoint, false) }
        return bytes + end.rest
    }

    /// Returns `true` when a server answers at the address in time, with any status.
    public func answers(at url: BaseURL, within limit: Duration) async -> Bool {
        let (address, host) = first.route(url.description + "/", of: url)
        var request = HTTPClientRequest(url: address)
        if let host { request.headers.add(name: "host", value: host) }
        do {
            _ = try await clients.client(for: url).execute(request, timeout: TimeAmount(limit))
            return true
        } catch {
            return false
        }
    }
}
