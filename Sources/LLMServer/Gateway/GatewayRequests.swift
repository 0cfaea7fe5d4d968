import HTTPTypes
import LLMCore
import LLMService
import LLMWire
import Synchronization

/// The counts of the gateway's requests: each is one reading of metrics, from its last byte to that of the response.
struct GatewayRequests: Sendable {
    /// `nil` where nobody reads metrics.
    let metrics: ServerMetrics?
    var time = TimeSource.live

    func began(_ exchange: Exchange, _ route: GatewayRoute) -> CountedExchange {
        metrics?.requestBegan()
        return CountedExchange(exchange, route, metrics: metrics, time: time)
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
    private let time: TimeSource
    private let reading = Mutex(Reading())
    /// The split of the request's time, for whoever works for it; `nil` where nobody reads metrics.
    let clock: OverheadClock?

    var request: WholeRequest { exchange.request }

    init(_ exchange: Exchange, _ route: GatewayRoute, metrics: ServerMetrics?, time: TimeSource) {
        self.exchange = exchange
        self.route = route
        self.metrics = metrics
        self.time = time
        clock = metrics.map { _ in OverheadClock(at: exchange.receivedAt) }
    }

    func respond(_ response: WholeResponse) async throws {
        note(response.status, response.fields)
        try await sending { try await exchange.respond(response, held: $0) }
    }

    func begin(_ status: HTTPResponse.Status, _ fields: HTTPFields, _ bytes: [UInt8]) async throws {
        note(status, fields)
        if !bytes.isEmpty { noteBytes() }
        try await sending { try await exchange.begin(status, fields, bytes, held: $0) }
    }

    func write(_ bytes: [UInt8]) async throws {
        noteBytes()
        try await sending { try await exchange.write(bytes, held: $0) }
    }

    func end(_ bytes: [UInt8]) async throws { try await sending { try await exchange.end(bytes, held: $0) } }

    /// Gives the time of a write to the stream; from when the client holds it up, that time is the client's.
    private func sending(_ write: ((@Sendable () -> Void)?) async throws -> Void) async throws {
        guard let clock else { return try await write(nil) }
        let time = time
        let before = clock.enter(.overhead(.streaming), at: time.now())
        try await write { clock.leave(.overhead(.streaming), for: .held, at: time.now()) }
        clock.leave(.overhead(.streaming), for: before, at: time.now())
        clock.leave(.held, for: before, at: time.now())
    }

    private func note(_ status: HTTPResponse.Status, _ fields: HTTPFields) {
        let name = AnswerFacts.modelField.flatMap { fields[$0] }
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
        let now = time.now()
        let startedAt = exchange.receivedAt
        let reading = reading.withLock { $0 }
        var served = ServedRequest(
            ServerDialect(route.flavour.dialect), operation: route.operation, status: reading.status,
            duration: now - startedAt)
        served.provider = reading.model?.provider
        served.requestModel = reading.model?.name ?? ""
        served.responseModel = reading.model?.name ?? ""
        served.error = Self.error(reading.status)
        served.firstToken = reading.firstBytes.map { $0 - startedAt }
        served.lastToken = reading.lastBytes.map { $0 - startedAt }
        metrics.requestEnded(served)
        if let clock { metrics.overhead(clock.stop(at: now)) }
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
