public import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

/// The connections of a process: one HTTP client over its own event loop, for every provider.
///
/// Redirects and retries are off: what happened on the wire is what is reported.
public struct Transport: Sendable {
    let client: HTTPClient

    /// Opens a transport for the length of `body`.
    public static func with<R>(
        _ configuration: TransportConfiguration = .init(), isolation: isolated (any Actor)? = #isolation,
        _ body: (Transport) async throws -> R
    ) async throws -> R {
        // One loop for two cores: a stream's bytes never hop between threads on their way to the decoder.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount / 2))
        let client: HTTPClient
        do {
            client = HTTPClient(eventLoopGroup: group, configuration: try configuration.clientConfiguration())
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        let result: Result<R, any Error>
        do {
            result = .success(try await body(Transport(client: client)))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        try? await group.shutdownGracefully()
        return try result.get()
    }
}

/// How a ``Transport`` reaches the world.
public struct TransportConfiguration: Sendable {
    /// `http://host:port`, as `HTTPS_PROXY` has it; `nil` goes straight.
    public var proxy: HTTPClient.Configuration.Proxy?
    /// PEM file of certificate authorities trusted instead of the system's.
    public var caFile: String?
    /// Most connections to one host: no call in flight may wait for another's connection.
    public var connectionsPerHost: Int

    public init(proxy: HTTPClient.Configuration.Proxy? = nil, caFile: String? = nil, connectionsPerHost: Int = 1_024) {
        self.proxy = proxy
        self.caFile = caFile
        self.connectionsPerHost = connectionsPerHost
    }

    /// - Throws: NIOSSL's error when `caFile` cannot be read.
    func clientConfiguration() throws -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caFile { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile)) }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            // The deadline of each call decides; this only ends what nobody waits for any more.
            timeout: .init(connect: .seconds(120)), proxy: proxy)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connectionsPerHost
        configuration.connectionPool.idleTimeout = .seconds(90)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}
