import Tracing

/// A tracer of swift-distributed-tracing that honours and passes on W3C Trace Context, and hands its spans to an exporter's queue.
struct OTLPTracer: Tracer {
    private let sampler: TraceSampler
    private let random: @Sendable () -> UInt64
    private let ended: @Sendable (FinishedSpan) -> Void

    /// - Parameters:
    ///   - random: 64 bits for identities; injected, so that tests know them.
    ///   - ended: Called for each sampled span that ended, on the path of its request: it must not wait.
    init(
        sampler: TraceSampler = .usual, random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) },
        ended: @escaping @Sendable (FinishedSpan) -> Void
    ) {
        self.sampler = sampler
        self.random = random
        self.ended = ended
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RecordedSpan {
        let context = context()
        let parent = context.trace
        return RecordedSpan(
            operationName, kind: kind, in: context, as: child(of: parent), under: parent,
            startedAt: instant().nanosecondsSinceEpoch, ended: ended)
    }

    func startAnySpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> any Span {
        startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID, line: line
        )
    }

    /// Spans are exported by ``OTLPExporter`` alone.
    func forceFlush() {}

    private func child(of parent: TraceContext?) -> TraceContext {
        let trace = parent?.trace ?? newTrace()
        // Bit 1: an identity made here is random; a caller's is as the caller says.
        let random: UInt8 = parent.map { $0.flags & 2 } ?? 2
        let sampled: UInt8 = sampler.isSampled(trace, caller: parent) ? 1 : 0
        var context = TraceContext(trace: trace, span: newSpan(), flags: random | sampled)
        context.state = parent?.state ?? ""
        return context
    }

    private func newTrace() -> TraceID {
        while true { if let trace = TraceID(high: random(), low: random()) { return trace } }
    }

    private func newSpan() -> SpanID {
        while true { if let span = SpanID(random()) { return span } }
    }
}

// MARK: W3C Trace Context

extension OTLPTracer: Instrument {
    private static let parentHeader = "traceparent"
    private static let stateHeader = "tracestate"

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: OTLPTracer.parentHeader, from: carrier),
            var trace = TraceContext(traceparent: String(header.trimmingSpaces))
        else { return }
        // A state without a parent means nothing.
        trace.state = extractor.extract(key: OTLPTracer.stateHeader, from: carrier).map(TraceContext.checkedState) ?? ""
        context.trace = trace
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: OTLPTracer.parentHeader, into: &carrier)
        if !trace.state.isEmpty { injector.inject(trace.state, forKey: OTLPTracer.stateHeader, into: &carrier) }
    }
}
