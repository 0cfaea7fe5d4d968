import LLMCore
import Synchronization
import Tracing

/// A span of ``OTLPTracer``: records until it ends, and goes to the queue of the exporter then.
final class RecordedSpan: Span {
    let context: ServiceContext
    let isRecording: Bool
    private let trace: TraceContext
    private let parent: TraceContext?
    private let kind: SpanKind
    private let startedAt: UInt64
    private let ended: @Sendable (FinishedSpan) -> Void
    private let state: Mutex<State>

    /// Events and links of one span at most; a hostile stream could make any number.
    private static let mostEvents = 128

    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var status: SpanStatus?
        var events: [SpanEvent] = []
        var droppedEvents = 0
        var links: [SpanLink] = []
        var isEnded = false
    }

    init(
        _ name: String, kind: SpanKind, in context: ServiceContext, as trace: TraceContext, under parent: TraceContext?,
        startedAt: UInt64, ended: @escaping @Sendable (FinishedSpan) -> Void
    ) {
        var context = context
        context.trace = trace
        self.context = context
        self.trace = trace
        self.parent = parent
        self.kind = kind
        self.startedAt = startedAt
        self.ended = ended
        isRecording = trace.isSampled
        state = Mutex(State(name: name))
    }

    var operationName: String {
        get { state.withLock(\.name) }
        set { change { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock(\.attributes) }
        set { change { $0.attributes = newValue } }
    }

    func setStatus(_ status: SpanStatus) { change { $0.status = status } }

    func addEvent(_ event: SpanEvent) {
        change { state in
            if state.events.count < RecordedSpan.mostEvents {
                state.events.append(event)
            } else {
                state.droppedEvents += 1
            }
        }
    }

    /// The error's type alone: its words may hold a prompt.
    func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        var attributes = attributes
        attributes["exception.type"] = "\(type(of: error))"
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
    }

    func addLink(_ link: SpanLink) {
        change { if $0.links.count < RecordedSpan.mostEvents { $0.links.append(link) } }
    }

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard isRecording else { return }
        let endedAt = instant().nanosecondsSinceEpoch
        let last = state.withLock { state -> State? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        guard let last else { return }
        ended(finished(last, endedAt: endedAt))
    }

    private func change(_ change: (inout State) -> Void) {
        guard isRecording else { return }
        state.withLock { if !$0.isEnded { change(&$0) } }
    }

    private func finished(_ state: State, endedAt: UInt64) -> FinishedSpan {
        FinishedSpan(
            context: trace, parent: parent, name: Redaction.message(state.name, limit: FinishedSpan.longestText),
            kind: kind, startedAt: startedAt, endedAt: max(startedAt, endedAt),
            attributes: ExportedAttributes(state.attributes), isError: state.status.map { $0.code == .error },
            events: state.events.map {
                .init(
                    name: Redaction.message($0.name, limit: FinishedSpan.longestText), at: $0.nanosecondsSinceEpoch,
                    attributes: ExportedAttributes($0.attributes))
            }, droppedEvents: state.droppedEvents,
            links: state.links.compactMap { link in
                link.context.trace.map { .init(context: $0, attributes: ExportedAttributes(link.attributes)) }
            })
    }
}

/// A span that ended, as it is exported. Instants in nanoseconds since 1970.
struct FinishedSpan: Sendable, Hashable {
    struct Event: Sendable, Hashable {
        var name: String
        var at: UInt64
        var attributes: ExportedAttributes
    }
    struct Link: Sendable, Hashable {
        var context: TraceContext
        var attributes: ExportedAttributes
    }

    /// Longest name or text of an attribute.
    static let longestText = 256

    var context: TraceContext
    var parent: TraceContext?
    var name: String
    var kind: SpanKind
    var startedAt: UInt64
    var endedAt: UInt64
    var attributes: ExportedAttributes
    /// `nil`: nobody set a status.
    var isError: Bool?
    var events: [Event] = []
    var droppedEvents = 0
    var links: [Link] = []
}
