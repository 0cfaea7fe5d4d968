import DirGenAPI
import LLMCore

/// A reader of live calls from the log: new ones, those that ended, and the traffic they make.
struct LiveReader: Sendable {
    private let store: any ServiceStore
    private let simulated: Bool
    private var tracker: CallTracker
    private var traffic: LiveTraffic
    private var cursor: AttemptCursor?
    private var lastTraffic: TrafficDocument?
    private var unsent: [CallChange] = []
    private var nextTraffic: Int64 = 0

    /// Calls that are read back at first, and at most each time: whoever has more cannot look at each.
    private static let readSize = 2_000
    /// Calls that are shown of the first read, and of each that follows: the newest.
    private static let shownSize = (first: 100, next: 50)
    private var shown = Self.shownSize.first

    init(_ store: any ServiceStore, simulated: Bool, now: Int64) async throws {
        self.store = store
        self.simulated = simulated
        tracker = CallTracker(simulated: simulated)
        let rows = try await store.liveCalls(after: nil, limit: Self.readSize)
        let hourAgo = now - 3_600_000_000
        // A short log was read whole.
        traffic = LiveTraffic(since: rows.count < Self.readSize ? hourAgo : max(hourAgo, rows[0].call.startedAt))
        take(tracker.begin(rows))
        let page = try await store.attempts(after: nil, simulated: simulated, limit: Self.readSize)
        for fact in page.facts { traffic.record(fact) }
        cursor = page.cursor
    }

    /// The events since the last read.
    mutating func read(now: Int64) async throws -> [LiveEvent] {
        try await readNew()
        try await readOpen(now: now)
        try await readAttempts()
        // Where there are too many, those that began are shown once they end.
        let chosen = unsent.count > shown ? unsent.filter(\.hasEnded) : unsent
        var events = try chosen.suffix(shown).map { LiveEvent(.call, try LoggedCallDocument($0.call).json()) }
        // Of the first read, only what comes later can be missed.
        if shown == Self.shownSize.next, chosen.count > shown { events.append(.skipped(chosen.count - shown)) }
        shown = Self.shownSize.next
        unsent = []
        if now >= nextTraffic, let event = try trafficEvent(now) {
            events.append(event)
            nextTraffic = now + 1_000_000
        }
        return events
    }

    private mutating func take(_ changes: [CallChange]) {
        for change in changes where change.call.simulated == simulated {
            traffic.record(change)
            unsent.append(change)
        }
    }

    private mutating func readNew() async throws {
        let rows = try await store.liveCalls(after: tracker.position, limit: Self.readSize)
        take(tracker.begin(rows))
        guard rows.count == Self.readSize else { return }
        take(tracker.skip(to: try await store.liveCalls(after: nil, limit: Self.readSize)))
    }

    private mutating func readOpen(now: Int64) async throws {
        var start: Int64 = 0
        while let read = tracker.read(from: start) {
            let rows = try await store.liveCalls(after: read.after, limit: read.limit)
            let (changes, next) = tracker.end(read, rows, now: now)
            take(changes)
            start = next
        }
    }

    private mutating func readAttempts() async throws {
        let page = try await store.attempts(after: cursor, simulated: simulated, limit: Self.readSize)
        for fact in page.facts { traffic.record(fact) }
        cursor = page.cursor
    }

    /// `nil` when nothing changed.
    private mutating func trafficEvent(_ now: Int64) throws -> LiveEvent? {
        traffic.prune(now: now)
        let document = traffic.document(
            now: now, simulated: simulated, inFlight: tracker.inFlight, unread: tracker.unread)
        var comparable = document
        (comparable.readAt, comparable.since) = (0, 0)
        guard comparable != lastTraffic else { return nil }
        lastTraffic = comparable
        return LiveEvent(.traffic, try document.json())
    }
}
