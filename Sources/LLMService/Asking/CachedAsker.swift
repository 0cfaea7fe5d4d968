public import LLMCore
public import Logging

/// The stage of the ask pipeline that answers from a cache, and lets equal requests share one call.
///
/// A request that the policy lets through is looked for under the digest of what its first candidate would be sent. When nothing
/// is cached, the first caller's request goes on, and equal ones that come meanwhile share its answer: each gets what was already
/// delivered and then the rest, has its own deadline, and may cancel; the call is stopped when the last one has. All others pass.
public struct CachedAsker: AskPipelineStage {
    /// The models that would be asked, in order, each with the request as it would get it.
    public typealias Resolve = @Sendable (_ context: inout AskContext) async throws -> [CacheRequest]
    public typealias Upstream = @Sendable (AskContext) -> AnswerStream
    public typealias Observe = @Sendable (_ task: TaskType, _ outcome: AttemptClass, _ use: CacheUse?) -> Void

    let cache: AnswerCache
    let uses: CacheUseRecorder
    let calls = SingleFlight()
    let resolve: Resolve
    let upstream: Upstream
    let observe: Observe
    let background: BackgroundWork
    let time: TimeSource

    /// - Parameters:
    ///   - background: Runs shared calls, which outlive the caller who began them; its jobs must run beside each other.
    ///   - recorder: Gets the records of calls for which no model was asked.
    ///   - resolve: Plans the request. Empty, or an error: the request passes.
    ///   - observe: Called once for each request that did not pass, with its outcome and what the cache did for it, `nil` when its caller
    ///     cancelled before; for metrics.
    ///   - upstream: Answers what is not in the cache.
    public init(
        cache: AnswerCache, background: BackgroundWork, recorder: any CallRecorder, time: TimeSource = .live,
        logger: Logger, resolve: @escaping Resolve, observe: @escaping Observe = { _, _, _ in },
        upstream: @escaping Upstream
    ) {
        self.cache = cache
        uses = CacheUseRecorder(cache: cache, recorder: recorder, background: background, logger: logger)
        self.background = background
        self.time = time
        self.resolve = resolve
        self.observe = observe
        self.upstream = upstream
    }

    public func ask(_ context: AskContext) -> AnswerStream {
        guard cache.policy.applies(to: context.request) else { return upstream(context) }
        return AnswerStream { [self] in
            let session = CachedSession(asker: self, context: context)
            return { try await session.next() }
        }
    }

    public func holds(_ request: AskRequest) async -> Bool {
        var context = AskContext(request)
        guard cache.policy.applies(to: request), let first = try? await resolve(&context).first else { return false }
        return await cache.find(first.key)?.isFresh == true
    }

    /// The number of shared calls in flight.
    public var callsUnderWay: Int { calls.count }
    /// The number of callers who wait for one of them.
    package var callersUnderWay: Int { calls.subscriberCount }

    /// Makes a shared call, for as long as it has a subscriber, and no faster than the quickest of them reads.
    func run(
        _ call: SharedCall, _ identity: SingleFlight.Identity, _ context: AskContext, _ resolved: [CacheRequest]
    ) {
        var context = context
        context.cacheUse = CacheUse(kind: .miss)
        // The call is this caller's first of all: its overhead counts to the caller's request.
        background.submit { [self, context, clock = OverheadClock.current] in
            await OverheadClock.$current.withValue(clock) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await read(call, identity, context, resolved) }
                    group.addTask { await call.abandoned() }
                    await group.next()
                    group.cancelAll()
                }
            }
        }
    }

    private func read(
        _ call: SharedCall, _ identity: SingleFlight.Identity, _ context: AskContext, _ resolved: [CacheRequest]
    ) async {
        do {
            for try await event in upstream(context) {
                guard case .ended(let record) = event else {
                    guard call.deliver(event) else { break }
                    await call.readersFollow()
                    continue
                }
                await end(call, identity, record, resolved)
            }
        } catch {
            // Cancelled: all subscribers have left, or the service shuts down. One that is too long to be kept is left as well.
        }
        calls.close(call, identity)
        call.end(.broken)
    }

    /// The answer is in memory before the call is taken out, so that nobody in between makes it again.
    private func end(
        _ call: SharedCall, _ identity: SingleFlight.Identity, _ record: CallRecord, _ resolved: [CacheRequest]
    ) async {
        let answered = resolved.first {
            $0.model == record.model && $0.endpoint == record.endpoint && $0.simulated == record.simulated
        }
        let key = answered?.key
        let entry = key.flatMap { cache.keep(record, for: $0) }
        calls.close(call, identity)
        call.end(.ended(record))
        if let key, let entry { await cache.write(entry, for: key) }
    }
}

extension LLMService {
    /// This service behind a cache, with equal requests sharing a call. What the cache does is counted with the service's calls.
    public func cached(by cache: AnswerCache) -> CachedAsker {
        let telemetry = telemetry
        return CachedAsker(
            cache: cache, background: background, recorder: recorder, time: time, logger: logger,
            resolve: { context in
                let plan = try await plan(context)
                context.plan = plan
                return cacheRequests(of: context, plan)
            },
            observe: { task, outcome, use in
                telemetry.asked(task, outcome, served: use.map { ServedBy($0.kind) } ?? .nobody)
                if let use { telemetry.cacheUsed(use) }
            }, upstream: { ask($0) })
    }

    /// The request as each candidate would get it, in the order they would be asked.
    private func cacheRequests(of context: AskContext, _ plan: CandidatePlan) -> [CacheRequest] {
        plan.candidates.compactMap { candidate in
            guard let client = configuration.targets[candidate.model.provider]?.client else { return nil }
            return CacheRequest(
                tenant: context.request.tenant, simulated: client.simulated, endpoint: client.endpoint,
                model: candidate.model, chat: chat(for: candidate, context))
        }
    }
}
