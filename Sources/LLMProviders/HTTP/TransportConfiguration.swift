import ClientConnections
public import LLMCore
import NIOCore
import NIOSSL

/// The configuration of a ``Transport``: proxies, certificates and time-outs.
public struct TransportConfiguration: Sendable {
    public var proxies: ProxySettings
    /// PEM file of certificate authorities trusted beside the system's.
    public var caFile: String?
    /// Most connections to one host: no call in flight may wait for another's connection.
    public var connectionsPerHost: Int
    /// An unused connection is closed after this long.
    public var connectionIdle: Duration
    /// A connection that is not ready by then is given up. Calls have deadlines of their own.
    public var connectTimeout: Duration
    public var eventLoops: EventLoops

    /// The event loops that read and write connections.
    public enum EventLoops: Sendable, Hashable {
        /// One of its own, so that a stream's bytes reach their decoder without changing threads; it decodes far more events a second than
        /// providers send.
        case own
        /// Those of the process, one a core: for a server, which answers on the loop that the request came by.
        case shared
    }

    public init(
        proxies: ProxySettings = .init(), caFile: String? = nil, connectionsPerHost: Int = 1_024,
        connectionIdle: Duration = .seconds(60), connectTimeout: Duration = TimeLimits().connect,
        eventLoops: EventLoops = .own
    ) {
        self.proxies = proxies
        self.caFile = caFile
        self.connectionsPerHost = connectionsPerHost
        self.connectionIdle = connectionIdle
        self.connectTimeout = connectTimeout
        self.eventLoops = eventLoops
    }

    /// An error in a transport configuration, described for its author.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        public var description: String
    }

    var pool: HTTP1ConnectionPool.Configuration {
        .init(
            connectionsPerTarget: max(1, connectionsPerHost), idleTimeout: TimeAmount(connectionIdle),
            connectTimeout: TimeAmount(connectTimeout))
    }

    /// - Throws: ``Invalid`` when `caFile` cannot be read.
    func tls() throws(Invalid) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        // One call, one connection, as the vendors' SDKs do it: streams do not share a window or delay each other.
        tls.applicationProtocols = ["http/1.1"]
        guard let caFile else { return tls }
        do {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(caFile))]
        } catch {
            throw Invalid(description: "\(caFile): not a readable PEM file of certificates")
        }
        return tls
    }
}
