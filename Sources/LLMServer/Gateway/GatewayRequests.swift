import HTTPTypes
import LLMCore
import LLMService
import LLMWire
import Synchronization

/// The counts of the gateway's requests: each is one reading of metrics, from its head to the last byte of the response.
struct GatewayRequests: Sendable {
    /// `nil` where nobody reads metrics.
    let metrics: ServerMetrics?
    /// The telemetry that hears of the parts of a request's overhead.
    var telemetry = Telemetry()
    var time = TimeSource.live

    func began(_ exchange: Exchange, _ route: GatewayRoute) -> CountedExchange {
        metrics?.requestBegan()
        return CountedExchange(exchange, route, metrics: metrics, telemetry: telemetry, time: time)
    }
}

/// An exchange whose response is counted as it is written.
final class CountedExchange: ResponseSink {
    private struct Reading: Sendable {
        var status = 499
        var model: ModelID?
        var firstBytes: ContinuousClock.Instant?
        var lastBytes: ContinuousClock.Instant?
    }

    private let exchange: Exchange
    private let route: GatewayRoute
    private let metrics: ServerMetrics?
    private let telemetry: Telemetry
    private let time: TimeSource
    /// Of a request for an answer, where somebody reads it.
    let clock: OverheadClock?
    private let startedAt: ContinuousClock.Instant
    private let reading = Mutex(Reading())

    var request: GatewayRequest { exchange.request }

    init(
        _ exchange: Exchange, _ route: GatewayRoute, metrics: ServerMetrics?, telemetry: Telemetry, time: TimeSource
    ) {
        self.exchange = exchange
        self.route = route
        self.metrics = metrics
        self.telemetry = telemetry
        self.time = time
        let now = time.now()
        startedAt = now
        if case .chat = route, metrics != nil { clock = OverheadClock(at: now) } else { clock = nil }
    }

    /// From now on the time of the request is that part's.
    func enter(_ part: OverheadClock.Part) { clock?.enter(.overhead(part), at: time.now()) }

    /// Hands bytes to the caller, who takes them in its own time.
    private func handOver(_ send: () async throws -> Void) async rethrows {
        clock?.enter(.outside, at: time.now())
        defer { enter(.streaming) }
        try await send()
    }

    func respond(_ response: GatewayResponse) async throws {
        note(response.status, response.fields)
        try await handOver { try await exchange.respond(response) }
    }

    func begin(_ status: HTTPResponse.Status, _ fields: HTTPFields, _ bytes: [UInt8]) async throws {
        note(status, fields)
        if !bytes.isEmpty { noteBytes() }
        try await handOver { try await exchange.begin(status, fields, bytes) }
    }

    func write(_ bytes: [UInt8]) async throws {
        noteBytes()
        try await handOver { try await exchange.write(bytes) }
    }

    func end(_ bytes: [UInt8]) async throws { try await handOver { try await exchange.end(bytes) } }

    private func note(_ status: HTTPResponse.Status, _ fields: HTTPFields) {
        let name = HTTPField.Name(RoutingHeaders.prefix + "model").flatMap { fields[$0] }
        reading.withLock {
            $0.status = status.code
            $0.model = name.flatMap { ModelID($0) }
        }
    }

    private func noteBytes() {
        let now = time.now()
        reading.withLock {
            $0.firstBytes = $0.firstBytes ?? now
            $0.lastBytes = now
        }
    }

    /// Counts the request, once; one that was never answered as 499, whose client left.
    func ended() {
        guard let metrics else { return }
        let reading = reading.withLock { $0 }
        var served = ServedRequest(
            ServerDialect(route.flavour.dialect), operation: route.operation, status: reading.status,
            duration: time.now() - startedAt)
        served.provider = reading.model?.provider
        served.requestModel = reading.model?.name ?? ""
        served.responseModel = reading.model?.name ?? ""
        served.error = Self.error(reading.status)
        served.firstToken = reading.firstBytes.map { $0 - startedAt }
        served.lastToken = reading.lastBytes.map { $0 - startedAt }
        metrics.requestEnded(served)
        if let clock { telemetry.requestEnded(clock.stop(at: time.now())) }
    }

    private static func error(_ status: Int) -> String {
        switch status {
        case 200..<400: ""
        case 401: ServerRefusal.unauthenticated.rawValue
        case 403: ServerRefusal.forbidden.rawValue
        case 413: ServerRefusal.tooLarge.rawValue
        case 429: AttemptClass.rateLimited.rawValue
        case 499: AttemptClass.cancelled.rawValue
        case 502: AttemptClass.serverError.rawValue
        case 503: AttemptClass.overloaded.rawValue
        case 504: AttemptClass.timeoutTotal.rawValue
        case 400..<500: ServerRefusal.invalid.rawValue
        default: AttemptClass.serverError.rawValue
        }
    }
}

extension ServerDialect {
    fileprivate init(_ dialect: WireDialect) {
        self =
            switch dialect {
            case .openai: .openAI
            case .openaiResponses: .openAIResponses
            case .anthropic: .anthropic
            case .gemini: .gemini
            }
    }
}

extension GatewayRoute {
    /// The operation by the conventions' names; `nil` for a request for no model.
    fileprivate var operation: String? {
        switch self {
        case .chat(let chat): chat.flavour.dialect == .gemini ? "generate_content" : "chat"
        case .embeddings: "embeddings"
        case .count, .models, .wrongMethod, .unknown: nil
        }
    }
}
