import LLMCore

/// A change of a live call since the log was last read.
struct CallChange: Sendable, Hashable {
    let call: LoggedCall
    /// It was not read before.
    let isNew: Bool
    /// It has ended, or its process has.
    let hasEnded: Bool
}

/// The differences between successive reads of the call log: each call comes once when it begins, and once when it ends.
struct CallTracker: Sendable, Hashable {
    /// A read of the log that finds what has become of calls under way.
    struct Read: Sendable, Hashable {
        var after: Int64
        var limit: Int
    }

    /// The environment, real or simulated, whose calls count as under way.
    let simulated: Bool
    /// The sequence number of the newest call that was read.
    private(set) var position: Int64 = 0
    /// The sequence numbers of calls under way.
    private var open: Set<Int64> = []
    /// Calls that were never read, at most: others in the log count too.
    private(set) var unread = 0

    /// A call that has not ended after this time is forgotten: nobody knows that its process died.
    static let longestCall: Int64 = 3_600_000_000
    /// More calls under way than this are counted by their newest.
    static let maxOpen = 4_096
    private static let readSize = 256

    init(simulated: Bool) { self.simulated = simulated }

    var inFlight: Int { open.count }

    /// The changes that calls after ``position`` make, in their order.
    mutating func begin(_ rows: [(sequence: Int64, call: LoggedCall)]) -> [CallChange] {
        var changes: [CallChange] = []
        for (sequence, call) in rows where sequence > position {
            position = sequence
            let hasEnded = call.hasEnded
            if !hasEnded, call.simulated == simulated { open.insert(sequence) }
            changes.append(CallChange(call: call, isNew: true, hasEnded: hasEnded))
        }
        if open.count > Self.maxOpen { open = Set(open.sorted().suffix(Self.maxOpen)) }
        return changes
    }

    /// Goes on from a later place: what lies between is not read.
    mutating func skip(to rows: [(sequence: Int64, call: LoggedCall)]) -> [CallChange] {
        if let first = rows.first, first.sequence > position + 1 { unread += Int(first.sequence - position - 1) }
        return begin(rows)
    }

    /// The next read for calls under way from `sequence` on; `nil` when there are none.
    func read(from sequence: Int64) -> Read? {
        let wanted = open.filter { $0 >= sequence }.sorted()
        guard let first = wanted.first else { return nil }
        let last = wanted.last { $0 - first < Int64(Self.readSize) } ?? first
        return Read(after: first - 1, limit: Int(last - first) + 1)
    }

    /// The calls among those of a read that have ended. What the log no longer holds is forgotten.
    ///
    /// - Returns: The changes, and where the next read starts.
    mutating func end(
        _ read: Read, _ rows: [(sequence: Int64, call: LoggedCall)], now: Int64
    ) -> (changes: [CallChange], next: Int64) {
        // With fewer rows than asked for, there are none beyond.
        let last = rows.count < read.limit ? read.after + Int64(read.limit) : rows.last?.sequence ?? read.after + 1
        let found = Dictionary(rows.map { ($0.sequence, $0.call) }) { first, _ in first }
        var changes: [CallChange] = []
        for sequence in open.filter({ $0 > read.after && $0 <= last }).sorted() {
            guard let call = found[sequence] else {
                open.remove(sequence)
                continue
            }
            if call.hasEnded {
                open.remove(sequence)
                changes.append(CallChange(call: call, isNew: false, hasEnded: true))
            } else if now - call.startedAt > Self.longestCall {
                open.remove(sequence)
            }
        }
        return (changes, last + 1)
    }
}

extension LoggedCall {
    fileprivate var hasEnded: Bool { isClosed || isInterrupted == true }
}
