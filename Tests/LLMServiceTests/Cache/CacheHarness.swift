import LLMCore
import LLMService
import Synchronization
import TestSupport

/// What answers when the cache does not: each call is told by the test what to deliver.
final class FakeUpstream: Sendable {
    private struct State {
        var contexts: [AskContext] = []
        var feeds: [AsyncThrowingStream<AnswerEvent, any Error>.Continuation] = []
        var cancelled: Set<Int> = []
    }
    private let state = Mutex(State())
    /// Answers a call at once, when set.
    private let script: (@Sendable (AskRequest, _ index: Int) -> [AnswerEvent]?)?

    init(script: (@Sendable (AskRequest, Int) -> [AnswerEvent]?)? = nil) { self.script = script }

    var contexts: [AskContext] { state.withLock { $0.contexts } }
    var requests: [AskRequest] { contexts.map(\.request) }
    /// Calls whose reader left before the end, by index.
    var cancelled: Set<Int> { state.withLock { $0.cancelled } }

    func deliver(_ event: AnswerEvent, to index: Int = 0) {
        _ = state.withLock { $0.feeds[index] }.yield(event)
    }

    /// Ends a call with a record made for its request.
    func end(_ index: Int = 0, outcome: AttemptClass = .ok, _ answer: Answer = Answer(text: "fresh")) {
        let (feed, request) = state.withLock { ($0.feeds[index], $0.contexts[index].request) }
        feed.yield(.ended(CacheFixtures.call(request, answer, outcome: outcome)))
        feed.finish()
    }

    func ask(_ context: AskContext) -> AnswerStream {
        AnswerStream { [self] in
            let (events, feed) = AsyncThrowingStream<AnswerEvent, any Error>.makeStream()
            let index = state.withLock { state in
                state.contexts.append(context)
                state.feeds.append(feed)
                return state.contexts.count - 1
            }
            feed.onTermination = { [self] reason in
                guard case .cancelled = reason else { return }
                state.withLock { _ = $0.cancelled.insert(index) }
            }
            if let events = script?(context.request, index) {
                for event in events { feed.yield(event) }
                feed.finish()
            }
            return {
                var iterator = events.makeAsyncIterator()
                return try await iterator.next()
            }
        }
    }
}

/// A cached asker with everything around it under the test's hand.
struct CacheHarness: Sendable {
    let clock = ManualClock()
    let storage: InMemoryCacheStorage
    let recorder = InMemoryCallRecorder()
    let upstream: FakeUpstream
    let cache: AnswerCache
    let asker: CachedAsker

    init(
        policy: CachePolicy = .init(), storage: InMemoryCacheStorage = .init(), upstream: FakeUpstream = .init(),
        background: BackgroundWork
    ) {
        self.storage = storage
        self.upstream = upstream
        let time = clock.source
        let cache = AnswerCache(
            policy: policy, storage: storage, time: time, logger: ServiceHarness.quietLogger)
        self.cache = cache
        asker = CachedAsker(
            cache: cache, background: background, recorder: recorder, time: time, logger: ServiceHarness.quietLogger,
            resolve: { context in CacheHarness.resolved(context.request) }, upstream: { upstream.ask($0) })
    }

    /// The model of the fixtures first, another as its fallback.
    static func resolved(_ request: AskRequest) -> [CacheRequest] {
        [CacheFixtures.model, ModelID(provider: "groq", name: "fallback")].map { model in
            CacheRequest(
                tenant: request.tenant, simulated: false, endpoint: "https://\(model.provider).test", model: model,
                chat: request.chat)
        }
    }

    static func key(_ request: AskRequest) -> CacheKey { resolved(request)[0].key }

    static func request(
        _ id: String = "call", _ text: String = "Is this right?", task: TaskType = .verification,
        total: Duration = .seconds(300), tenant: String? = nil
    ) -> AskRequest {
        AskRequest(
            id: CallID(rawValue: id), model: .auto, chat: ChatRequest(messages: [.user(text)]), task: task,
            policy: AskPolicy(limits: TimeLimits(total: total)), tenant: tenant)
    }

    func ask(_ request: AskRequest) async throws -> Transcript {
        var transcript = Transcript()
        for try await event in asker.ask(request) { transcript.events.append(event) }
        return transcript
    }
}

/// Runs `body` with a place for work beside it, and returns when that is done, too.
func withBackground<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ body: (BackgroundWork) async throws -> Value
) async throws -> Value {
    let (jobs, feed) = AsyncStream<BackgroundWork.Job>.makeStream()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            await withDiscardingTaskGroup { workers in
                for await job in jobs { workers.addTask { await job() } }
            }
        }
        defer { feed.finish() }
        return try await body(BackgroundWork { feed.yield($0) })
    }
}
