import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSOCKS
import NIOSSL
import NIOTLS

/// Opens connections: to the server or through its proxy, encrypted where it is to be.
struct Dialer: Sendable {
    /// For a connection that is ready, encryption and proxy included.
    let timeout: TimeAmount
    let security: SecurityContext

    /// - Parameter opening: Told on the event loop of each channel that is to be connected; closing it ends the attempt.
    /// - Returns: A channel whose bytes are those of the server.
    func dial(
        _ target: ConnectionTarget, on loop: any EventLoop, opening: @escaping @Sendable (any Channel) -> Void
    ) -> EventLoopFuture<any Channel> {
        let deadline = NIODeadline.now() + timeout
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(timeout)
            // Each read of what one turn brings waits in a buffer of its own where its reader is slow.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                opening(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        return connect(bootstrap, to: target).flatMap { channel in
            let promise = loop.makePromise(of: (any Channel).self)
            let late = loop.scheduleTask(deadline: deadline) { promise.fail(ConnectionError.connectTimeout) }
            tunnel(channel, target, deadline).flatMap { encrypt(channel, target) }.map { channel }.cascade(to: promise)
            promise.futureResult.whenComplete { result in
                late.cancel()
                if case .failure = result { channel.close(promise: nil) }
            }
            return promise.futureResult
        }
    }

    private func connect(_ bootstrap: ClientBootstrap, to target: ConnectionTarget) -> EventLoopFuture<any Channel> {
        let (host, port) = target.nextHop
        // An address needs no thread that looks up names.
        let address = try? SocketAddress(ipAddress: host, port: port)
        let channel = address.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: host, port: port)
        return channel.flatMapErrorThrowing { error in
            if case .connectTimeout? = error as? ChannelError { throw ConnectionError.connectTimeout }
            throw target.tunnel != nil || target.isProxy ? ConnectionError.proxyUnreachable : error
        }
    }

    // MARK: Proxies

    private func tunnel(
        _ channel: any Channel, _ target: ConnectionTarget, _ deadline: NIODeadline
    ) -> EventLoopFuture<Void> {
        let tunnel: EventLoopFuture<Void>
        switch target.tunnel {
        case nil: return channel.eventLoop.makeSucceededVoidFuture()
        case .http(_, _, let authorization)?: tunnel = httpTunnel(channel, target, authorization, deadline)
        case .socks5?: tunnel = socksTunnel(channel, target)
        }
        return tunnel.flatMapErrorThrowing { error in throw Self.refusal(error) }
    }

    private static func refusal(_ error: any Error) -> ConnectionError {
        switch error {
        case is SOCKSError.InvalidAuthenticationSelection: .proxyAuthenticationRequired
        case let error as NIOHTTP1ProxyConnectHandler.Error where error == .proxyAuthenticationRequired():
            .proxyAuthenticationRequired
        case let error as NIOHTTP1ProxyConnectHandler.Error where error == .httpProxyHandshakeTimeout():
            .connectTimeout
        default: .proxyRefused
        }
    }

    private func httpTunnel(
        _ channel: any Channel, _ target: ConnectionTarget, _ authorization: String?, _ deadline: NIODeadline
    ) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let host = target.bracketedHost
        var headers: HTTPHeaders = ["host": "\(host):\(target.port)"]
        if let authorization { headers.add(name: "proxy-authorization", value: authorization) }
        let encoder = HTTPRequestEncoder()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
        let connect = NIOHTTP1ProxyConnectHandler(
            targetHost: host, targetPort: target.port, headers: headers, deadline: deadline, promise: promise)
        // What is no HTTP goes past the handler that waits for an answer.
        let errors = ReadinessHandler(promise) { _ in false }
        let pipeline = channel.pipeline.syncOperations
        do {
            try pipeline.addHandlers(encoder, decoder, connect, errors)
        } catch {
            promise.fail(error)
        }
        return promise.futureResult.assumeIsolated().flatMap { () -> EventLoopFuture<Void> in
            pipeline.removeHandler(errors).assumeIsolated().flatMap { pipeline.removeHandler(encoder) }
                .flatMap { pipeline.removeHandler(decoder) }.nonisolated()
        }.nonisolated()
    }

    private func socksTunnel(_ channel: any Channel, _ target: ConnectionTarget) -> EventLoopFuture<Void> {
        let address = (try? SocketAddress(ipAddress: target.host, port: target.port)).map { SOCKSAddress.address($0) }
        return ready(channel, on: { $0 is SOCKSProxyEstablishedEvent }) {
            let socks = SOCKSClientHandler(targetAddress: address ?? .domain(target.host, port: target.port))
            try channel.pipeline.syncOperations.addHandler(socks)
        }
    }

    // MARK: Encryption

    private func encrypt(_ channel: any Channel, _ target: ConnectionTarget) -> EventLoopFuture<Void> {
        guard target.isSecure else { return channel.eventLoop.makeSucceededVoidFuture() }
        let address = try? SocketAddress(ipAddress: target.host, port: target.port)
        // Without a name the certificate is compared with the connection's address, which in a tunnel is the proxy's.
        let tunnelled = target.tunnel == nil ? nil : address
        let verification = tunnelled == nil ? CertificateVerification.fullVerification : .noHostnameVerification
        return security.context(verifying: verification, on: channel.eventLoop).flatMap { context in
            ready(channel, on: { if case .handshakeCompleted? = $0 as? TLSUserEvent { true } else { false } }) {
                let name = address == nil ? target.host : nil
                let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }.flatMapThrowing {
            guard let tunnelled else { return }
            let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate()
            guard certificate?.isFor(tunnelled) == true else { throw NIOSSLExtraError.failedToValidateHostname }
        }
    }

    // MARK: Handlers

    /// Waits for the event by which handlers say that they are ready.
    private func ready(
        _ channel: any Channel, on isReady: @escaping @Sendable (Any) -> Bool, _ add: () throws -> Void
    ) -> EventLoopFuture<Void> {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        do {
            try add()
            try channel.pipeline.syncOperations.addHandler(ReadinessHandler(promise, isReady))
        } catch {
            promise.fail(error)
        }
        return promise.futureResult
    }
}

extension NIOSSLCertificate {
    /// One of its names is the address.
    fileprivate func isFor(_ address: SocketAddress) -> Bool {
        _subjectAlternativeNames().contains { name in
            guard name.nameType == .ipAddress else { return false }
            let own = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: address.port ?? 0)
            return own == address
        }
    }
}

/// A handler that waits until those before it are ready, then removes itself.
private final class ReadinessHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Void>
    private let isReady: (Any) -> Bool

    init(_ promise: EventLoopPromise<Void>, _ isReady: @escaping (Any) -> Bool) {
        self.promise = promise
        self.isReady = isReady
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard isReady(event) else { return context.fireUserInboundEventTriggered(event) }
        promise.succeed()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) { promise.fail(ConnectionError.closed) }
}
