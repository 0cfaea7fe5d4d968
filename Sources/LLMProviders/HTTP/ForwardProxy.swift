import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An HTTP proxy that is asked for a whole address, as plain http goes through one: no tunnel, so that proxies which allow
/// `CONNECT` only to port 443 serve it too.
///
/// The HTTP client opens tunnels for whatever it sends through a proxy. So it is told that the proxy is the server, with the
/// target named in the `host` header, and a handler on each connection writes the absolute form.
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
