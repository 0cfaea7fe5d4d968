/// The decision whether a trace is recorded, made once for each: at its root, or by its caller.
struct TraceSampler: Sendable, Hashable {
    /// Of traces that begin here.
    var share: Double
    /// A caller that decided decides for us, too.
    var followsCaller: Bool

    /// OpenTelemetry's default: every trace, unless its caller decided otherwise.
    static let usual = TraceSampler(share: 1, followsCaller: true)

    func isSampled(_ trace: TraceID, caller: TraceContext?) -> Bool {
        if followsCaller, let caller { return caller.isSampled }
        if share >= 1 { return true }
        // By the trace's identity: every server with the same share keeps the same traces.
        return Double(trace.low >> 11) < max(0, share) * 0x1p53
    }

    /// - Parameters:
    ///   - name: `OTEL_TRACES_SAMPLER`.
    ///   - argument: `OTEL_TRACES_SAMPLER_ARG`: the share; 1 when it is none.
    init?(name: String, argument: String?) {
        let prefix = "parentbased_"
        let follows = name.hasPrefix(prefix)
        let share = argument.flatMap(Double.init).map { min(1, max(0, $0)) } ?? 1
        switch follows ? String(name.dropFirst(prefix.count)) : name {
        case "always_on": self.init(share: 1, followsCaller: follows)
        case "always_off": self.init(share: 0, followsCaller: follows)
        case "traceidratio": self.init(share: share, followsCaller: follows)
        default: return nil
        }
    }

    init(share: Double, followsCaller: Bool) {
        self.share = share
        self.followsCaller = followsCaller
    }
}
