import LLMCore
import Metrics
import Synchronization

/// The handlers of one kind of attempt's metrics, kept so that an attempt does not look up each by seven strings.
final class AttemptMeters: Sendable {
    /// The facts that its dimensions are made of.
    struct Kind: Hashable {
        var model: ModelID
        var endpoint: String
        var servedModel: String
        var failure: String
    }
    private struct Handlers {
        var timers: [String: Timer] = [:]
        var input: Recorder?
        var output: Recorder?
        var cost: FloatingPointCounter?
    }

    private let kind: Kind
    private let telemetry: Telemetry
    private let handlers = Mutex(Handlers())

    init(_ kind: Kind, _ telemetry: Telemetry) {
        self.kind = kind
        self.telemetry = telemetry
    }

    func duration() -> Timer { timer(MetricName.operationDuration, [("error.type", kind.failure)]) }

    /// A timer without dimensions of its own.
    func timer(_ name: String) -> Timer { timer(name, []) }

    func tokens(input: Bool) -> Recorder {
        handlers.withLock { handlers in
            if let known = input ? handlers.input : handlers.output { return known }
            let new = Recorder(
                label: MetricName.tokenUsage,
                dimensions: dimensions + [("gen_ai.token.type", input ? "input" : "output")], aggregate: true,
                factory: telemetry.metrics)
            if input { handlers.input = new } else { handlers.output = new }
            return new
        }
    }

    func cost() -> FloatingPointCounter {
        handlers.withLock { handlers in
            if let known = handlers.cost { return known }
            let new = FloatingPointCounter(
                label: MetricName.cost, dimensions: telemetry.dimensions(of: kind.model), factory: telemetry.metrics)
            handlers.cost = new
            return new
        }
    }

    private func timer(_ name: String, _ own: Telemetry.Dimensions) -> Timer {
        handlers.withLock { handlers in
            if let known = handlers.timers[name] { return known }
            let new = Timer(label: name, dimensions: dimensions + own, factory: telemetry.metrics)
            handlers.timers[name] = new
            return new
        }
    }

    private var dimensions: Telemetry.Dimensions {
        telemetry.dimensions(of: kind.model) + ServerAddress(of: kind.endpoint).dimensions
            + [("gen_ai.response.model", kind.servedModel)]
    }
}

/// The handlers of the kinds of attempts there are, each for a while: a backend may come to place a name elsewhere.
final class AttemptMeterCache: Sendable {
    private struct State {
        var meters: [AttemptMeters.Kind: AttemptMeters] = [:]
        var since: ContinuousClock.Instant?
    }
    private static let lifetime = Duration.seconds(5)
    private static let most = 256
    private let state = Mutex(State())

    func meters(of kind: AttemptMeters.Kind, _ telemetry: Telemetry) -> AttemptMeters {
        let now = ContinuousClock.now
        return state.withLock { state in
            if state.meters.count >= Self.most || state.since.map({ now - $0 > Self.lifetime }) ?? true {
                state.meters = [:]
                state.since = now
            }
            if let known = state.meters[kind] { return known }
            let new = AttemptMeters(kind, telemetry)
            state.meters[kind] = new
            return new
        }
    }
}
