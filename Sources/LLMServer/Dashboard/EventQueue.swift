import LLMCore

/// An event of the stream at `/api/events`, encoded once for all who listen.
struct LiveEvent: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A call that began or ended.
        case call
        /// The number of calls that are not shown: there are too many.
        case skipped
        /// The traffic of the last hour.
        case traffic
        /// The health of providers, models and keys.
        case status
        /// The progress of the run that is under way, and its end.
        case run
        /// The log or the health cannot be read.
        case problem
        /// A comment, so that the connection is seen to be alive.
        case heartbeat

        /// Only the newest of the kind matters.
        var replacesEarlier: Bool { self != .call && self != .skipped }
    }

    let kind: Kind
    let frame: [UInt8]

    init(_ kind: Kind, _ document: JSONValue) {
        self.kind = kind
        frame = Array("event: \(kind.rawValue)\ndata: \(document.text)\n\n".utf8)
    }

    private init(comment: String) {
        kind = .heartbeat
        frame = Array(": \(comment)\n\n".utf8)
    }

    static let heartbeat = LiveEvent(comment: "alive")

    static func skipped(_ calls: Int) -> LiveEvent { LiveEvent(.skipped, ["calls": JSONValue(calls)]) }
}

/// The events that one listener has not taken yet: bounded, the oldest calls give way, and it is told how many did.
struct EventQueue: Sendable {
    private let limit: Int
    private var calls: [LiveEvent] = []
    private var newest: [LiveEvent.Kind: LiveEvent] = [:]
    private var skipped = 0

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { calls.isEmpty && newest.isEmpty && skipped == 0 }

    mutating func push(_ event: LiveEvent) {
        guard !event.kind.replacesEarlier else { return newest[event.kind] = event }
        calls.append(event)
        // In one move for many, not one for each.
        guard calls.count >= 2 * limit else { return }
        trim()
    }

    private mutating func trim() {
        let surplus = calls.count - limit
        guard surplus > 0 else { return }
        calls.removeFirst(surplus)
        skipped += surplus
    }

    /// The bytes of all events, and nothing is left.
    mutating func drain() -> [UInt8] {
        trim()
        var bytes: [UInt8] = []
        if skipped > 0 { bytes += LiveEvent.skipped(skipped).frame }
        for event in calls { bytes += event.frame }
        for kind in [LiveEvent.Kind.status, .run, .traffic, .problem, .heartbeat] { bytes += newest[kind]?.frame ?? [] }
        self = EventQueue(limit: limit)
        return bytes
    }
}
