import AsyncHTTPClient
import LLMCore
import NIOCore

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
                guard let forward else { return tracker.register(channel) }
                return forward.prepare(channel).flatMap { tracker.register(channel) }
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

    /// The client that reaches an address, through a proxy where one is set for it.
    func client(for base: BaseURL) -> HTTPClient {
        if let forward = proxies.forward(for: base) { return forwards[forward] ?? direct }
        return proxies.proxy(for: base).flatMap { tunnels[$0] } ?? direct
    }
}
