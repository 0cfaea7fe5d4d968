import LLMCore
import Testing

@testable import LLMServer

@Suite("The differences between reads of the call log", .timeLimit(.minutes(1)))
struct CallTrackerTests {
    private static func call(
        _ sequence: Int64, closed: Bool, interrupted: Bool? = nil, startedAt: Int64 = 0, simulated: Bool = false
    ) -> (sequence: Int64, call: LoggedCall) {
        var call = LoggedCall(
            id: CallID(rawValue: "call-\(sequence)"), origin: .live, isClosed: closed, simulated: simulated,
            startedAt: startedAt)
        call.isInterrupted = interrupted
        return (sequence, call)
    }

    /// A log of which every call is read as the reader does.
    private static func end(
        _ tracker: inout CallTracker, _ log: [(sequence: Int64, call: LoggedCall)], now: Int64 = 0
    ) -> (changes: [CallChange], reads: Int) {
        var changes: [CallChange] = []
        var reads = 0
        var start: Int64 = 0
        while let read = tracker.read(from: start) {
            reads += 1
            let rows = Array(log.filter { $0.sequence > read.after }.prefix(read.limit))
            let (found, next) = tracker.end(read, rows, now: now)
            changes += found
            start = next
        }
        return (changes, reads)
    }

    @Test("a call comes once when it begins and once when it ends, however often it is read")
    func once() {
        var tracker = CallTracker(simulated: false)
        #expect(tracker.begin([Self.call(4, closed: false), Self.call(7, closed: true)]).map(\.isNew) == [true, true])
        #expect(tracker.inFlight == 1)
        #expect(tracker.begin([Self.call(4, closed: false), Self.call(7, closed: true)]).isEmpty)
        #expect(Self.end(&tracker, [Self.call(4, closed: false), Self.call(7, closed: true)]).changes.isEmpty)
        let ended = Self.end(&tracker, [Self.call(4, closed: true), Self.call(7, closed: true)]).changes
        #expect(ended.map(\.call.id.rawValue) == ["call-4"])
        #expect(ended.map(\.hasEnded) == [true])
        #expect(ended.map(\.isNew) == [false])
        #expect(tracker.inFlight == 0)
        #expect(tracker.read(from: 0) == nil)
    }

    @Test("calls under way are found with few reads, also where the log holds others between them")
    func reads() {
        var tracker = CallTracker(simulated: false)
        let open = Set<Int64>([3, 9, 2_000, 2_100, 9_000])
        let log = (1...9_000).map { Self.call(Int64($0), closed: !open.contains(Int64($0))) }
        _ = tracker.begin(log)
        #expect(tracker.inFlight == 5)
        let ended = Self.end(&tracker, log.map { Self.call($0.sequence, closed: true) })
        #expect(ended.changes.map(\.call.id.rawValue) == ["call-3", "call-9", "call-2000", "call-2100", "call-9000"])
        #expect(ended.reads == 3)
    }

    @Test("a call of a dead process has ended; one that the log lost is forgotten, and so is one of hours ago")
    func lost() {
        var tracker = CallTracker(simulated: false)
        _ = tracker.begin((1...4).map { Self.call($0, closed: false, startedAt: 0) })
        let log = [
            Self.call(1, closed: false, interrupted: true), Self.call(3, closed: false, startedAt: 0),
            Self.call(4, closed: false, startedAt: CallTracker.longestCall),
        ]
        let ended = Self.end(&tracker, log, now: CallTracker.longestCall + 1).changes
        #expect(ended.map(\.call.id.rawValue) == ["call-1"])
        #expect(tracker.inFlight == 1)
        #expect(tracker.read(from: 0) == .init(after: 3, limit: 1))
    }

    @Test("calls of the other environment are not under way here")
    func environment() {
        var tracker = CallTracker(simulated: true)
        #expect(tracker.begin([Self.call(1, closed: false), Self.call(2, closed: false, simulated: true)]).count == 2)
        #expect(tracker.inFlight == 1)
    }

    @Test("what is skipped is counted")
    func skip() {
        var tracker = CallTracker(simulated: false)
        _ = tracker.begin([Self.call(10, closed: true)])
        #expect(tracker.skip(to: [Self.call(111, closed: true), Self.call(112, closed: true)]).count == 2)
        #expect(tracker.unread == 100)
        _ = tracker.skip(to: [Self.call(112, closed: true), Self.call(113, closed: true)])
        #expect(tracker.unread == 100)
        #expect(tracker.position == 113)
    }

    @Test("calls under way are bounded")
    func bounded() {
        var tracker = CallTracker(simulated: false)
        _ = tracker.begin((1...Int64(CallTracker.maxOpen + 10)).map { Self.call($0, closed: false) })
        #expect(tracker.inFlight == CallTracker.maxOpen)
        #expect(tracker.read(from: 0)?.after == 10)
    }
}
