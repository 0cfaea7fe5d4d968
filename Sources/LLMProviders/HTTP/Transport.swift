import AsyncHTTPClient
import NIOCore
import NIOPosix

/// The connections of a process, for every provider: HTTP clients over one event loop.
///
/// One loop, so that a stream's bytes reach their decoder without changing threads; it decodes far more events a second than
/// providers send. Must be shut down; ``with(_:isolation:_:)`` does.
public final class Transport: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let direct: HTTPClient
    private let proxied: [ProxySettings.Address: HTTPClient]
    private let proxies: ProxySettings
    let connections: ConnectionLedger

    /// - Throws: ``TransportConfiguration/Invalid``.
    public init(_ configuration: TransportConfiguration = .init()) throws(TransportConfiguration.Invalid) {
        let ledger = ConnectionLedger()
        // All configurations are made before the first client: one that exists must be shut down.
        let wanted = Set([configuration.proxies.https, configuration.proxies.http].compactMap(\.self))
        var plain = try configuration.client(through: nil)
        plain.http1_1ConnectionDebugInitializer = ledger.register
        var others: [(ProxySettings.Address, HTTPClient.Configuration)] = []
        for address in wanted {
            var through = try configuration.client(through: address)
            through.http1_1ConnectionDebugInitializer = ledger.register
            others.append((address, through))
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        direct = HTTPClient(eventLoopGroup: group, configuration: plain)
        proxied = Dictionary(
            uniqueKeysWithValues: others.map { ($0.0, HTTPClient(eventLoopGroup: group, configuration: $0.1)) })
        proxies = configuration.proxies
        connections = ledger
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
        for client in [direct] + proxied.values { try? await client.shutdown() }
        try? await group.shutdownGracefully()
    }

    /// The client that reaches an address, through a proxy where one is set for it.
    func client(for url: BaseURL) -> HTTPClient {
        proxies.proxy(for: url).flatMap { proxied[$0] } ?? direct
    }
}
