import AsyncHTTPClient
import LLMCore
import NIOCore
import NIOHTTP1

/// The HTTP clients of one event loop: one that goes straight to the providers, and one for each proxy.
///
/// A client of many loops keeps its connections for callers of no loop; one that was opened for a certain loop is closed after its first
/// request. With clients of a single loop each, both kinds of callers reuse what is open.
struct LoopClients: Sendable {
    let loop: any EventLoop
    let connections: ConnectionTracker
    private let direct: HTTPClient
    /// For https, and for any address through SOCKS: the proxy carries bytes it does not read.
    private let tunnels: [ProxySettings.Address: HTTPClient]
    private let forwards: [ForwardProxy: HTTPClient]
    private let proxies: ProxySettings

    /// The configurations that the clients of every loop are made from.
    struct Configurations {
        var proxies: ProxySettings
        var plain: HTTPClient.Configuration
        var tunnels: [ProxySettings.Address: HTTPClient.Configuration] = [:]

        init(_ configuration: TransportConfiguration) throws(TransportConfiguration.Invalid) {
            proxies = configuration.proxies
            plain = try configuration.client(through: nil)
            for address in [proxies.https, proxies.http].compactMap(\.self) {
                tunnels[address] = try configuration.client(through: address)
            }
        }
    }

    init(on loop: any EventLoop, _ configurations: Configurations) {
        let tracker = ConnectionTracker()
        func client(_ configuration: HTTPClient.Configuration, through forward: ForwardProxy? = nil) -> HTTPClient {
            var configuration = configuration
            configuration.http1_1ConnectionDebugInitializer = { channel in
                // What one turn of reading brought waits where its reader is slow, each read in a buffer of its own.
                try? channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
                return RequestCoalescer.prepare(channel).flatMap {
                    forward?.prepare(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
                }.flatMap { tracker.register(channel) }
            }
            return HTTPClient(eventLoopGroup: loop, configuration: configuration)
        }
        self.loop = loop
        connections = tracker
        proxies = configurations.proxies
        direct = client(configurations.plain)
        tunnels = configurations.tunnels.mapValues { client($0) }
        var forwards: [ForwardProxy: HTTPClient] = [:]
        if let forward = ForwardProxy(proxies.http) {
            forwards[forward] = client(configurations.plain, through: forward)
        }
        self.forwards = forwards
    }

    func shutdown() async {
        for client in [direct] + tunnels.values + forwards.values { try? await client.shutdown() }
    }

    /// The address a request is sent to: the proxy's where the proxy takes absolute URIs, with the target's name in the
    /// `host` header.
    func route(_ url: String, of base: BaseURL) -> (url: String, host: String?) {
        proxies.forward(for: base).map { $0.reroute(url, of: base) } ?? (url, nil)
    }

    /// The client that reaches an address, through a proxy where one is set for it.
    func client(for base: BaseURL) -> HTTPClient {
        if let forward = proxies.forward(for: base) { return forwards[forward] ?? direct }
        return proxies.proxy(for: base).flatMap { tunnels[$0] } ?? direct
    }
}

/// A channel handler that sends the head of a request in one piece with the body behind it.
///
/// The HTTP client flushes a head by itself: two system calls, two packets, and a server that wakes up twice.
final class RequestCoalescer: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private enum Pending { case nothing, head, flush }
    private var pending = Pending.nothing

    /// Called once for each connection that is ready.
    @Sendable static func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self)
            try pipeline.addHandler(RequestCoalescer(), position: .after(encoder.handler))
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { pending = .head } else { pending = .nothing }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        guard pending == .head else { return context.flush() }
        pending = .flush
        // A body that comes later does not keep the head waiting.
        context.eventLoop.assumeIsolated().execute { [self] in
            guard pending == .flush else { return }
            pending = .nothing
            context.flush()
        }
    }
}
