import DirGenAPI
package import DirGenCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import LLMCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// Runs a server over a live service until SIGINT or SIGTERM, which lets answers under way end.
///
/// - Parameters:
///   - telemetry: Installed before the service was made, so that it counts the service's calls too.
///   - ready: Called once it listens.
/// - Throws: Why the address could not be taken.
package func runServer(
    _ dirgen: DirGen, options: ServerOptions, telemetry: ServerTelemetry? = nil,
    ready: @escaping @Sendable (ServerAddress) -> Void
) async throws {
    try await Server(dirgen: dirgen, options: options, telemetry: telemetry)
        .run(until: [.sigterm, .sigint], ready: ready)
}

/// Runs a server over a live service as long as `body` runs, on a port of this machine.
///
/// - Throws: What `body` throws, or why the address could not be taken.
package func withServer<Result: Sendable>(
    _ dirgen: DirGen, options: ServerOptions = .init(port: 0),
    _ body: @escaping @Sendable (ServerAddress) async throws -> Result
) async throws -> Result {
    let (addresses, found) = AsyncStream<ServerAddress>.makeStream()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            // Ends the wait below also when the server never came up.
            defer { found.finish() }
            try await Server(dirgen: dirgen, options: options).run(until: []) { found.yield($0) }
        }
        for await address in addresses {
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body(address)) } catch { result = .failure(error) }
            group.cancelAll()
            // Its own error at its end tells nothing: it was cancelled.
            while let ended = await group.nextResult() { _ = ended }
            return try result.get()
        }
        try await group.waitForAll()
        throw CancellationError()
    }
}

/// The server: the gateway in front of each connection, everything else behind it.
struct Server: Sendable {
    let dirgen: DirGen
    let options: ServerOptions
    var telemetry: ServerTelemetry?

    func run(until signals: [UnixSignal], ready: @escaping @Sendable (ServerAddress) -> Void) async throws {
        let loops = MultiThreadedEventLoopGroup.singleton
        let tasks = ExchangeTasks(loops: loops.makeIterator())
        var logger = Logger(label: "dirgen.server")
        let certificates = try options.certificate.map { try Certificates($0, logger: logger) }
        // Its end by cancellation is its usual end and would be logged as an error; a port that is taken is thrown.
        logger.logLevel = .critical
        let hub = EventHub()
        let access = ClientAccess(control: dirgen.accessControl(logger: logger))
        let application = application(tasks, hub, access, certificates, logger, on: loops, ready: ready)
        // The last one ends first: streams of events would hold the application's end up.
        var configuration = ServiceGroupConfiguration(
            services: [application, EventSource(dirgen: dirgen, hub: hub)], gracefulShutdownSignals: signals,
            logger: application.logger)
        configuration.maximumGracefulShutdownDuration = options.limits.drain
        let group = ServiceGroup(configuration: configuration)
        var failure: (any Error)?
        await withTaskGroup(of: Void.self) { work in
            work.addTask { await tasks.run() }
            if let certificates { work.addTask { await certificates.watch() } }
            if let control = access.control { work.addTask { await control.run() } }
            if let telemetry { work.addTask { await telemetry.run(over: dirgen) } }
            do { try await group.run() } catch { failure = error }
            tasks.finish()
            work.cancelAll()
        }
        // After the last request: what clients spent is recorded, and their blocks are given back.
        await access.control?.close()
        if let failure { throw failure }
    }

    private func application(
        _ tasks: ExchangeTasks, _ hub: EventHub, _ access: ClientAccess, _ certificates: Certificates?,
        _ logger: Logger, on loops: any EventLoopGroup, ready: @escaping @Sendable (ServerAddress) -> Void
    ) -> Application<ServerResponder> {
        let gateway = Gateway(
            dirgen: dirgen, tasks: tasks, access: access, requests: GatewayRequests(metrics: telemetry?.requests))
        let limits = options.limits
        let host = options.host
        return Application(
            responder: ServerResponder(
                dirgen: dirgen, limits: limits, access: access, dashboard: DashboardResponder(hub: hub),
                scrape: telemetry?.scrape),
            server: connections(gateway, certificates),
            configuration: .init(
                address: .hostname(host, port: options.port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                ready(ServerAddress(host: host, port: port, isSecure: certificates != nil))
            }, eventLoopGroupProvider: .shared(loops), logger: logger)
    }

    /// HTTP/1.1 with the gateway in front, under TLS where there is a certificate.
    private func connections(_ gateway: Gateway, _ certificates: Certificates?) -> HTTPServerBuilder {
        let limits = options.limits
        let guardian = BrowserGuard(host: options.host, isLoopback: options.isLoopback)
        return HTTPServerBuilder { responder in
            let channel = HTTP1Channel(
                responder: responder,
                configuration: .init(
                    additionalChannelHandlers: [
                        ExchangeHandler(router: gateway, limits: limits, guardian: guardian)
                    ],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headers, maxHeaderListSize: limits.headers, maxHeaderFieldCount: 200)
                ))
            guard let certificates else { return channel }
            return SecureChannel(base: channel, certificates: certificates)
        }
    }
}

/// The context of a request behind the gateway: nothing.
struct ServerContext: InitializableFromSource, Sendable {
    init(source: ApplicationRequestContextSource) {}
}

/// Answers what is not the gateway's: the dashboard, the management API, metrics, and health for whoever watches the process.
struct ServerResponder: HTTPResponder {
    typealias Context = ServerContext
    let dirgen: DirGen
    let limits: ServerLimits
    let access: ClientAccess
    let dashboard: DashboardResponder
    /// `nil` where nothing is counted.
    let scrape: MetricsScrape?

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let path = request.uri.path
        switch (request.method, path) {
        case (.get, "/healthz"), (.head, "/healthz"): return Self.response(.text("ok\n"))
        case (.get, "/readyz"), (.head, "/readyz"):
            return Self.response(
                dirgen.callable.isEmpty
                    ? .text("no provider can be called\n", status: .serviceUnavailable) : .text("ready\n"))
        default: break
        }
        let query = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
        if let refusal = await refusal(of: request, path, query) { return Self.response(refusal) }
        if path == "/metrics", request.method == .get, let scrape {
            let (type, bytes) = await scrape.response(accept: request.headers[.accept])
            return Self.response(GatewayResponse(status: .ok, fields: [.contentType: type], body: bytes))
        }
        if let answer = dashboard.response(to: request) { return answer }
        guard let body = try await body(of: request) else {
            return Self.response(
                .problem(.invalidInput, "the body is larger than \(limits.body) bytes", status: .contentTooLarge))
        }
        // Who looks for a call that was just answered finds it; a failure is the log's to tell, which says it anyway.
        try? await dirgen.finishRecording()
        let answer = await ManagementAPI(dirgen: dirgen).response(
            request.method.rawValue, path, query: query.filter { $0.name != "key" }, body: body)
        return Self.response(answer ?? .text("no such path\n", status: .notFound))
    }

    /// Operations that manage the service need a key for that, once there are keys; the page itself holds nothing.
    private func refusal(
        of request: Request, _ path: String, _ query: [(name: String, value: String)]
    ) async -> GatewayResponse? {
        guard path != "/" else { return nil }
        let key = query.first { $0.name == "key" && !$0.value.isEmpty }?.value
        do throws(AccessRefusal) {
            if path == "/metrics" || ManagementAPI.role(request.method.rawValue, path) == .use {
                _ = try await access.authenticate(request.headers, queryKey: key)
            } else {
                try await access.requireAdmin(request.headers, queryKey: key)
            }
            return nil
        } catch {
            var response = GatewayResponse.problem(error)
            if let wait = error.retryAfter {
                response.fields[.retryAfter] = String(Int((wait.milliseconds / 1_000).rounded(.up)))
            }
            return response
        }
    }

    /// The whole body; `nil` when it is larger than a request may be.
    private func body(of request: Request) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limits.body else { return nil }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }

    private static func response(_ answer: GatewayResponse) -> Response {
        Response(
            status: answer.status, headers: answer.fields,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

extension GatewayResponse {
    fileprivate static func text(_ text: String, status: HTTPResponse.Status = .ok) -> GatewayResponse {
        GatewayResponse(
            status: status, fields: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
