import AsyncHTTPClient
import LLMWire
import NIOCore
import NIOHTTP1

/// The proxies of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
public struct ProxySettings: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case http, socks5
    }

    /// A proxy's address. Its password is not in any description of ours.
    public struct Address: Sendable, Hashable {
        public var kind: Kind
        public var host: String
        public var port: Int
        public var user: String?
        public var password: String?

        /// Reads `http://user:password@host:port`, `socks5://host:port` or `host:port`.
        /// - Throws: ``BaseURL/Invalid``, which never repeats credentials.
        public init(_ text: String) throws(BaseURL.Invalid) {
            var rest = Substring(text)
            kind = .http
            if let mark = rest.firstRange(of: "://") {
                switch rest[..<mark.lowerBound].lowercased() {
                case "http": kind = .http
                case "socks5", "socks5h", "socks": kind = .socks5
                default:
                    throw BaseURL.Invalid(description: "a proxy's address begins with http:// or socks5://")
                }
                rest = rest[mark.upperBound...]
            }
            if let at = rest.lastIndex(of: "@") {
                let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                user = parts.first.map { PercentEncoding.decoded($0) }
                password = parts.count > 1 ? PercentEncoding.decoded(parts[1]) : nil
                rest = rest[rest.index(after: at)...]
            }
            if kind == .socks5, user != nil {
                throw BaseURL.Invalid(
                    description: "a socks5:// proxy with user and password is not supported: the client cannot log in")
            }
            let url = try BaseURL("http://\(rest)")
            host = url.host
            port = url.port ?? (kind == .http ? 80 : 1080)
        }
    }

    public var https: Address?
    public var http: Address?
    public var bypass: ProxyBypass

    public init(https: Address? = nil, http: Address? = nil, bypass: ProxyBypass = .init()) {
        self.https = https
        self.http = http
        self.bypass = bypass
    }

    /// - Throws: ``BaseURL/Invalid`` when a proxy's address cannot be read.
    public init(environment: [String: String]) throws(BaseURL.Invalid) {
        func value(_ name: String) -> String? {
            [environment[name.lowercased()], environment[name]].compactMap(\.self).first { !$0.isEmpty }
        }
        self.init()
        let all = value("ALL_PROXY")
        if let text = value("HTTPS_PROXY") ?? all { https = try Address(text) }
        if let text = value("HTTP_PROXY") ?? all { http = try Address(text) }
        bypass = ProxyBypass(value("NO_PROXY") ?? "")
    }

    /// The proxy for an address; `nil` goes straight. This machine is never reached through a proxy.
    public func proxy(for url: BaseURL) -> Address? {
        guard let proxy = url.scheme == .https ? https : http, !url.isLoopback, !bypass.covers(url) else { return nil }
        return proxy
    }

    /// The proxy for an address in absolute form.
    func forward(for url: BaseURL) -> ForwardProxy? { url.scheme == .http ? ForwardProxy(proxy(for: url)) : nil }
}

/// An HTTP proxy that receives plain-http requests in absolute form, without a tunnel: proxies that allow `CONNECT` only to
/// port 443 work too.
///
/// The HTTP client opens tunnels for whatever it sends through a proxy. So it connects to the proxy as to the server, with
/// the target named in the `host` header, and a handler on each connection writes the absolute form.
struct ForwardProxy: Sendable, Hashable {
    let address: ProxySettings.Address

    /// `nil` for a proxy of another kind: SOCKS carries any bytes.
    init?(_ address: ProxySettings.Address?) {
        guard let address, address.kind == .http else { return nil }
        self.address = address
    }

    /// The address at the proxy for a request, and the target's own name.
    ///
    /// - Parameter url: An address below `base`.
    func reroute(_ url: String, of base: BaseURL) -> (url: String, host: String?) {
        let proxy = BaseURL.http(address.host, port: address.port)
        return (proxy.description + url.dropFirst(base.origin.utf8.count), base.authority)
    }

    /// Called once for each connection to the proxy.
    @Sendable func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self)
            try pipeline.addHandler(
                AbsoluteFormHandler(authorization: address.authorization), position: .after(encoder.handler))
        }
    }
}

/// Writes the target of each request in absolute form, and the proxy's credentials beside it.
private final class AbsoluteFormHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let authorization: String?

    init(authorization: String?) { self.authorization = authorization }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        head.uri = "http://" + (head.headers.first(name: "host") ?? "") + head.uri
        if let authorization { head.headers.replaceOrAdd(name: "proxy-authorization", value: authorization) }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}

extension ProxySettings.Address {
    /// The credentials in the HTTP client's form; `nil` without a user.
    var credentials: HTTPClient.Authorization? {
        user.map { HTTPClient.Authorization.basic(username: $0, password: password ?? "") }
    }

    fileprivate var authorization: String? { credentials?.headerValue }
}

extension BaseURL {
    /// Host and port, as a `host` header has them.
    fileprivate var authority: String { String(origin.dropFirst(scheme.rawValue.count + 3)) }

    /// The address without its path.
    fileprivate var origin: String { replacingPath("").description }
}
