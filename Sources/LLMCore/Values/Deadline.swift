#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The bounds of one attempt, spent by connecting, waiting for the first token, and streaming.
public struct Deadline: Sendable, Hashable {
    /// Longest wait for a connection.
    public var connect: Duration
    /// Longest wait from sending to the first non-empty token (or, without streaming, the whole answer's head).
    public var firstToken: Duration
    /// Longest silence between two pieces of the answer.
    public var idle: Duration
    /// Longest silence of a response that has begun, before its answer's first token: a model that thinks unseen. `nil`: as ``firstToken``
    /// and ``idle`` say.
    public var thinking: Duration?
    /// The instant at which everything stops, whatever is in flight.
    public var total: ContinuousClock.Instant

    public init(
        connect: Duration, firstToken: Duration, idle: Duration, thinking: Duration? = nil,
        total: ContinuousClock.Instant
    ) {
        self.connect = connect
        self.firstToken = firstToken
        self.idle = idle
        self.thinking = thinking
        self.total = total
    }
}

/// The configured time-outs of a call; ``deadline(from:)`` turns them into the ``Deadline`` of one call.
public struct TimeLimits: Sendable, Hashable, Codable {
    public var connect: Duration
    /// `nil`: learnt for each model from its history; ``longestFirstToken`` where nothing is learnt, as in a run.
    public var firstToken: Duration?
    public var idle: Duration
    public var total: Duration

    /// The first-token time-out of a run's calls, and of a live call that another model could answer as well.
    public static let longestFirstToken = Duration.seconds(60)
    /// The time that clients of the vendors wait for an answer: a live call has no less, unless somebody says so.
    public static let patience = Duration.seconds(600)

    public init(
        connect: Duration = .seconds(10), firstToken: Duration? = nil, idle: Duration = .seconds(30),
        total: Duration = .seconds(300)
    ) {
        self.connect = connect
        self.firstToken = firstToken
        self.idle = idle
        self.total = total
    }

    public func deadline(from start: ContinuousClock.Instant) -> Deadline {
        Deadline(
            connect: connect, firstToken: firstToken ?? TimeLimits.longestFirstToken, idle: idle, total: start + total)
    }
}

/// Time as a value, so that policies are tested without sleeping.
public struct TimeSource: Sendable {
    /// The monotonic clock: durations only.
    public var now: @Sendable () -> ContinuousClock.Instant
    /// Wall clock in microseconds since 1970, for `*_at` columns only.
    public var wallMicroseconds: @Sendable () -> Int64
    public var sleep: @Sendable (_ until: ContinuousClock.Instant) async throws -> Void

    public init(
        now: @escaping @Sendable () -> ContinuousClock.Instant, wallMicroseconds: @escaping @Sendable () -> Int64,
        sleep: @escaping @Sendable (ContinuousClock.Instant) async throws -> Void
    ) {
        self.now = now
        self.wallMicroseconds = wallMicroseconds
        self.sleep = sleep
    }
}

extension Duration {
    /// Milliseconds, with microseconds kept as the fraction: the form of every `*_ms` column.
    package var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1_000 + Double(attoseconds) / 1e15
    }
}

extension TimeSource {
    /// The machine's clocks.
    public static let live = TimeSource(
        now: { .now },
        wallMicroseconds: { Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()) },
        sleep: { try await Task.sleep(until: $0, clock: .continuous) })
}
