public import LLMCore
public import Logging

/// Puts a cache and the sharing of equal calls in front of whatever answers questions.
///
/// A question that the policy lets through is looked for under the digest of what its first candidate would be asked. When nothing
/// is kept, the first caller's question goes on, and whoever asks the same meanwhile shares its answer: each gets what was already
/// delivered and then the rest, has its own deadline, and may leave; the call is stopped when the last one leaves. All others pass.
public struct CachedAsker: Asker {
    public typealias Resolve = @Sendable (AskRequest) async throws -> [CacheQuestion]
    public typealias Upstream = @Sendable (AskRequest) -> AnswerStream
    public typealias Observe = @Sendable (_ task: TaskType, _ outcome: AttemptClass, _ use: CacheUse?) -> Void

    let cache: AnswerCache
    let ledger: CacheLedger
    let board = FlightBoard()
    let resolve: Resolve
    let upstream: Upstream
    let observe: Observe
    let background: BackgroundWork
    let time: TimeSource

    /// - Parameters:
    ///   - background: Runs shared calls, which outlive the caller who began them; its jobs must run beside each other.
    ///   - recorder: Gets the records of calls for which no model was asked.
    ///   - resolve: Who would be asked, in order, each with the request as it would get it. Empty, or an error: the question passes.
    ///   - upstream: Answers what is not in the cache.
    ///   - observe: Told once of each caller's question that did not pass: how it ended and what the cache did for it, `nil` when the
    ///     caller left before; for metrics.
    public init(
        cache: AnswerCache, background: BackgroundWork, recorder: any CallRecorder, time: TimeSource = .live,
        logger: Logger, resolve: @escaping Resolve, observe: @escaping Observe = { _, _, _ in },
        upstream: @escaping Upstream
    ) {
        self.cache = cache
        ledger = CacheLedger(cache: cache, recorder: recorder, background: background, logger: logger)
        self.background = background
        self.time = time
        self.resolve = resolve
        self.observe = observe
        self.upstream = upstream
    }

    /// Starts the question: nothing happens before the first event is asked for. The stream throws `CancellationError` only.
    public func ask(_ request: AskRequest) -> AnswerStream {
        guard cache.policy.applies(to: request) else { return upstream(request) }
        return AnswerStream { [self] in
            let session = CachedSession(asker: self, request: request)
            return { try await session.next() }
        }
    }

    /// The number of shared calls in flight.
    public var callsUnderWay: Int { board.count }

    /// Makes the call of a flight, for as long as anybody waits for it.
    func fly(_ flight: Flight, to destination: FlightBoard.Destination, _ request: AskRequest, _ asked: [CacheQuestion])
    {
        var request = request
        request.cacheUse = CacheUse(kind: .miss)
        background.submit { [self, request] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await pull(flight, to: destination, request, asked) }
                group.addTask { await flight.abandoned() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func pull(
        _ flight: Flight, to destination: FlightBoard.Destination, _ request: AskRequest, _ asked: [CacheQuestion]
    ) async {
        do {
            for try await event in upstream(request) {
                guard case .ended(let record) = event else {
                    flight.deliver(event)
                    continue
                }
                await land(flight, to: destination, record, asked)
            }
        } catch {
            // Cancelled: everybody has left, or the service shuts down.
        }
        board.close(flight, to: destination)
        flight.end(.broken)
    }

    /// The answer is in memory before the call is off the board, so that nobody in between makes it again.
    private func land(
        _ flight: Flight, to destination: FlightBoard.Destination, _ record: CallRecord, _ asked: [CacheQuestion]
    ) async {
        let answered = asked.first {
            $0.model == record.model && $0.endpoint == record.endpoint && $0.simulated == record.simulated
        }
        let key = answered?.key
        let entry = key.flatMap { cache.keep(record, for: $0) }
        board.close(flight, to: destination)
        flight.end(.landed(record))
        if let key, let entry { await cache.write(entry, for: key) }
    }
}
