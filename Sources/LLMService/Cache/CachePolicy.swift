public import LLMCore

/// The policy of the answer cache: which tasks are cached, and for how long.
public struct CachePolicy: Sendable, Hashable {
    /// Tasks that are cached unless the caller says otherwise; all others only when the caller asks for it.
    public var tasks: Set<TaskType>
    /// The TTL by task.
    public var lifetimes: [TaskType: Duration]
    /// The TTL of all other tasks.
    public var lifetime: Duration
    /// The time past its TTL for which an answer may be returned when all models failed; `nil`: never.
    public var staleIfError: Duration?
    /// The memory limit in bytes.
    public var memoryBytes: Int
    /// The time for which an entry in memory is used without asking the storage again: afterwards, entries that another
    /// process removed or renewed show.
    public var memoryLifetime: Duration

    /// Checks and simple texts repeat; what they answer ages, as facts and models change.
    public init(
        tasks: Set<TaskType> = [.verification, .simpleGeneration],
        lifetimes: [TaskType: Duration] = [.verification: .seconds(7 * 86_400), .simpleGeneration: .seconds(86_400)],
        lifetime: Duration = .seconds(3_600), staleIfError: Duration? = nil, memoryBytes: Int = 32 << 20,
        memoryLifetime: Duration = .seconds(60)
    ) {
        self.tasks = tasks
        self.lifetimes = lifetimes
        self.lifetime = lifetime
        self.staleIfError = staleIfError
        self.memoryBytes = memoryBytes
        self.memoryLifetime = memoryLifetime
    }

    /// Returns `true` when a request may be answered from the cache, or share another's call.
    ///
    /// One that brings its own recorder pays for itself: it never does.
    public func applies(to request: AskRequest) -> Bool {
        guard request.recorder == nil else { return false }
        return request.useCache ?? tasks.contains(request.task)
    }

    /// The TTL of a task's answers.
    public func lifetime(of task: TaskType) -> Duration { lifetimes[task] ?? lifetime }

    /// The entry a call leaves; `nil` unless it is a complete and clean success.
    public func entry(of call: CallRecord, at microseconds: Int64) -> CacheEntry? {
        guard call.outcome == .ok, let last = call.attempts.last, last.report.outcome == .ok else { return nil }
        guard let finish = last.report.finish, finish.kind == .stop || finish.kind == .toolCalls else { return nil }
        let answer = call.answer
        guard answer.refusal == nil, !answer.text.isBlank || !answer.toolCalls.isEmpty else { return nil }
        guard let model = call.model, let endpoint = call.endpoint else { return nil }
        let expiresAt = microseconds + lifetime(of: call.task).wholeMicroseconds
        guard expiresAt > microseconds else { return nil }
        return CacheEntry(
            model: model, endpoint: endpoint, simulated: call.simulated, task: call.task, answer: answer,
            finish: finish, tokens: last.report.usage?.reportedTokens, cost: last.cost.settled, call: call.id,
            storedAt: microseconds, expiresAt: expiresAt,
            staleUntil: staleIfError.map { expiresAt + $0.wholeMicroseconds })
    }
}

extension Duration {
    /// Whole microseconds, for instants of the wall clock; a century at most.
    var wholeMicroseconds: Int64 {
        let bounded = Swift.min(self, .seconds(100 * 366 * 86_400))
        return bounded.components.seconds * 1_000_000 + bounded.components.attoseconds / 1_000_000_000_000
    }
}
