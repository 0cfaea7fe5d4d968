import DirGenAPI
import DirGenBench
package import DirGenCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import LLMCore
import LLMService
import Logging
import NIOCore
import NIOPosix
import ServerConnections
import ServiceLifecycle
import UnixSignals

/// Runs a server over a live service until SIGINT or SIGTERM, which lets answers under way end; SIGHUP reads the configuration again.
///
/// - Parameters:
///   - telemetry: Installed before the service was made, so that it counts the service's calls too.
///   - ready: Called once it listens.
/// - Throws: Why the address could not be taken.
package func runServer(
    _ live: LiveService, options: ServerOptions, telemetry: ServerTelemetry? = nil,
    ready: @escaping @Sendable (ServerAddress) -> Void
) async throws {
    try await Server(live: live, options: options, telemetry: telemetry)
        .run(until: [.sigterm, .sigint], reloadAt: [.sighup], ready: ready)
}

/// Runs a server over a service that stays as it is, as long as `body` runs, on a port of this machine.
///
/// - Throws: What `body` throws, or why the address could not be taken.
package func withServer<Result: Sendable>(
    _ dirgen: DirGen, options: ServerOptions = .init(port: 0), telemetry: ServerTelemetry? = nil,
    _ body: @escaping @Sendable (ServerAddress) async throws -> Result
) async throws -> Result {
    try await withServer(LiveService(dirgen), options: options, telemetry: telemetry, body)
}

/// Runs a server over a live service as long as `body` runs, on a port of this machine.
///
/// - Throws: What `body` throws, or why the address could not be taken.
package func withServer<Result: Sendable>(
    _ live: LiveService, options: ServerOptions = .init(port: 0), telemetry: ServerTelemetry? = nil,
    _ body: @escaping @Sendable (ServerAddress) async throws -> Result
) async throws -> Result {
    let (addresses, found) = AsyncStream<ServerAddress>.makeStream()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            // Ends the wait below also when the server never came up.
            defer { found.finish() }
            try await Server(live: live, options: options, telemetry: telemetry)
                .run(until: [], reloadAt: []) { found.yield($0) }
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
    let live: LiveService
    let options: ServerOptions
    var telemetry: ServerTelemetry?
    let runs: LiveRuns

    init(live: LiveService, options: ServerOptions, telemetry: ServerTelemetry? = nil) {
        self.live = live
        self.options = options
        self.telemetry = telemetry
        runs = LiveRuns(live, terms: options.runs)
    }

    func run(
        until signals: [UnixSignal], reloadAt reloadSignals: [UnixSignal],
        ready: @escaping @Sendable (ServerAddress) -> Void
    ) async throws {
        let loops = MultiThreadedEventLoopGroup.singleton
        let tasks = ExchangeTasks(loops: loops.makeIterator())
        var logger = Logger(label: "dirgen.server")
        let certificates = try options.certificate.map { try Certificates($0, logger: logger) }
        let reload = ConfigurationReload(live, metrics: telemetry?.requests, logger: logger)
        let watch = FileWatch([reload.files] + [certificates?.watched].compactMap(\.self))
        // Its end by cancellation is its usual end and would be logged as an error; a port that is taken is thrown.
        logger.logLevel = .critical
        let hub = EventHub()
        let access = ClientAccess(control: live.current.accessControl(logger: logger))
        let application = application(tasks, hub, access, certificates, logger, on: loops, ready: ready)
        // The last one ends first: streams of events would hold the application's end up.
        var configuration = ServiceGroupConfiguration(
            services: [
                application, RunService(runs: runs, grace: options.limits.drain * 4 / 5),
                EventSource(live: live, runs: runs, hub: hub),
            ], gracefulShutdownSignals: signals,
            logger: application.logger)
        configuration.maximumGracefulShutdownDuration = options.limits.drain
        let group = ServiceGroup(configuration: configuration)
        var failure: (any Error)?
        await withTaskGroup(of: Void.self) { work in
            work.addTask { await tasks.run() }
            work.addTask { await watch.run() }
            work.addTask { await ServerMemory.giveBack { tasks.count } }
            work.addTask { await reload.run() }
            if !reloadSignals.isEmpty {
                work.addTask {
                    for await _ in await UnixSignalsSequence(trapping: reloadSignals) { reload.ask() }
                }
            }
            if let control = access.control { work.addTask { await control.run() } }
            if let telemetry { work.addTask { await telemetry.run(over: live) } }
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
            live: live, tasks: tasks, access: access, requests: GatewayRequests(metrics: telemetry?.requests))
        let limits = options.limits
        let host = options.host
        return Application(
            responder: ServerResponder(
                live: live, isLoopback: options.isLoopback, runs: runs, limits: limits, access: access,
                dashboard: DashboardResponder(hub: hub), scrape: telemetry?.scrape),
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
            let strict = StrictChannel(
                base: channel, router: gateway, scheme: certificates == nil ? "http" : "https", linger: limits.request)
            guard let certificates else { return AcceptedChannel(strict) }
            return AcceptedChannel(SecureChannel(base: strict, certificates: certificates))
        }
    }
}

/// The runs as a service of the server's: the end of the server stops them.
private struct RunService: Service {
    let runs: LiveRuns
    /// For the calls of a run that are under way.
    let grace: Duration

    func run() async throws {
        await withGracefulShutdownHandler {
            await runs.run(grace: grace)
        } onGracefulShutdown: {
            runs.end()
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
    let live: LiveService
    let isLoopback: Bool
    let runs: LiveRuns
    let limits: ServerLimits
    let access: ClientAccess
    let dashboard: DashboardResponder
    /// `nil` where nothing is counted.
    let scrape: MetricsScrape?

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let path = request.uri.path
        // The head alone is sent of what GET would be answered.
        let method = request.method == .head ? "GET" : request.method.rawValue
        if let allowed = Self.methods[path], !allowed.contains(request.method) {
            return Self.response(.notAllowed(request.method.rawValue, but: allowed.map(\.rawValue)))
        }
        switch path {
        case "/healthz": return Self.response(.text("ok\n"))
        case "/readyz":
            let (isReady, words) = live.readiness(showsReason: isLoopback)
            return Self.response(.text(words, status: isReady ? .ok : .serviceUnavailable))
        default: break
        }
        let query = request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
        let grant: AccessGrant?
        do throws(AccessRefusal) { grant = try await admit(request, method, path, query) } catch {
            return Self.response(Self.refusal(error))
        }
        if path == "/metrics", let scrape {
            let (type, bytes) = await scrape.response(accept: request.headers[.accept])
            return Self.response(WholeResponse(status: .ok, fields: [.contentType: type], body: bytes))
        }
        if let answer = dashboard.response(to: request) { return answer }
        if let encoding = request.headers.bodyEncoding {
            let message = "the body is in content-encoding \(encoding), and only plain ones are read"
            return Self.response(.problem(.invalidInput, message, status: .unsupportedMediaType))
        }
        guard let body = try await body(of: request) else {
            return Self.response(
                .problem(.invalidInput, "the body is larger than \(limits.body) bytes", status: .contentTooLarge))
        }
        let answer = await ManagementAPI(dirgen: live.current, runs: runs, access: access).response(
            method, path, query: query.filter { $0.name != "key" },
            mediaType: request.headers[.contentType], grant: grant, body: body)
        return Self.response(answer ?? .text("no such path\n", status: .notFound))
    }

    /// The methods of paths that are no operations of the management API.
    private static let methods: [String: [HTTPRequest.Method]] = [
        "/": [.get, .head], "/healthz": [.get, .head], "/readyz": [.get, .head], "/metrics": [.get, .head],
        DashboardResponder.eventsPath: [.get, .head],
    ]

    /// Operations that manage the service need a key for that, once there are keys; the page itself holds nothing.
    private func admit(
        _ request: Request, _ method: String, _ path: String, _ query: [(name: String, value: String)]
    ) async throws(AccessRefusal) -> AccessGrant? {
        guard path != "/" else { return nil }
        let key = query.first { $0.name == "key" && !$0.value.isEmpty }?.value
        if path == "/metrics" || ManagementAPI.role(method, path) == .use {
            return try await access.authenticate(request.headers, queryKey: key)
        }
        return try await access.requireAdmin(request.headers, queryKey: key)
    }

    private static func refusal(_ error: AccessRefusal) -> WholeResponse {
        var response = WholeResponse.problem(error)
        if let wait = error.retryAfter {
            response.fields[.retryAfter] = String(Int((wait.milliseconds / 1_000).rounded(.up)))
        }
        return response
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

    private static func response(_ answer: WholeResponse) -> Response {
        Response(
            status: answer.status, headers: answer.fields,
            body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

extension WholeResponse {
    fileprivate static func text(_ text: String, status: HTTPResponse.Status = .ok) -> WholeResponse {
        WholeResponse(
            status: status, fields: [.contentType: "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
