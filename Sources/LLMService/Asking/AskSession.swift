import LLMCore
import Tracing

/// One question on its way: turns the pulls of the caller into attempts, waits and events.
///
/// The order of attempts is ``AttemptSchedule``'s and the bookkeeping ``CallBooks``'; this is the thin part that awaits.
actor AskSession {
    enum Phase {
        case new
        case deciding
        /// Chosen, and the caller was told that it has to be loaded first.
        case launching(Int)
        case streaming(RunningAttempt)
        case closing(AttemptClass)
        case over
    }

    let service: LLMService
    let recorder: any CallRecorder
    let deadline: Deadline
    let span: any Span
    var phase = Phase.new
    var books: CallBooks
    var candidates: [Candidate] = []
    var schedule: AttemptSchedule
    /// Candidates that were to wait, and why.
    var postponed: [Int: Postponement] = [:]
    /// The wait that the caller was told of last.
    var announced: ContinuousClock.Instant?
    /// What the caller has not pulled yet.
    var queue: [AnswerEvent] = []
    /// A second model was, or could have been, started: once is enough.
    var hasRaced = false
    /// For a caller who takes the answer as a whole.
    var held = HeldAnswer()
    /// Where the conversation was answered before.
    var affinity: SessionAffinity.Place?

    init(service: LLMService, request: AskRequest) {
        self.service = service
        recorder = request.recorder ?? service.recorder
        let now = service.time.now()
        deadline = request.policy.limits.deadline(from: now)
        books = CallBooks(
            request: request, openedAt: now, startedAt: service.time.wallMicroseconds(),
            simulated: service.configuration.simulated, decision: DecisionRecord(reason: ""))
        schedule = AttemptSchedule(
            candidates: [], retries: 0, deadline: now, backoff: service.configuration.backoff)
        span = service.telemetry.askSpan(request)
    }

    // A caller who walks away from the stream neither cancels nor pulls: what was spent is written down all the same.
    deinit { AskSession.recordAbandoned(books, span, by: recorder, service) }

    func next() async throws -> AnswerEvent? {
        do {
            while true {
                if !queue.isEmpty { return queue.removeFirst() }
                switch phase {
                case .new: try await start()
                case .launching(let index): if let event = try await begin(index) { return event }
                case .deciding: if let event = try await decide() { return event }
                case .streaming(let running): if let event = try await stream(running) { return event }
                case .closing(let outcome): if let event = try await end(outcome) { return event }
                case .over: return nil
                }
            }
        } catch {
            phase = .over
            AskSession.recordAbandoned(books, span, by: recorder, service)
            books.isClosed = true
            throw CancellationError()
        }
    }

    private func start() async throws {
        let request = books.request
        let (plan, decision) = try await service.plan(request)
        books.decision = decision
        candidates = plan.candidates
        schedule = AttemptSchedule(
            candidates: candidates, retries: request.policy.retries, deadline: deadline.total,
            backoff: service.configuration.backoff)
        if isLive {
            affinity = service.affinity.place(of: request.chat, tenant: request.tenant, at: books.openedAt)
            await learnLoads()
        }
        phase = .deciding
    }

    /// A run measures providers as they are: with its first key, unasked of learnt health, and alone.
    var isLive: Bool { books.request.policy.origin == .live }

    /// Nothing is sent any more, and nothing waited for but the record.
    var isTimeUp: Bool { service.time.now() >= deadline.total }

    // MARK: Choosing what to do next

    private func decide() async throws -> AnswerEvent? {
        try Task.checkCancellation()
        switch schedule.step(now: service.time.now(), among: pick) {
        case .attempt(let index):
            guard let wait = await loadWait(index) else { return try await begin(index) }
            phase = .launching(index)
            return .waiting(wait)
        case .wait(let until):
            if let wait = newWait(until) { return .waiting(wait) }
            service.telemetry.waited(until - service.time.now(), for: books.attempts.last?.report.model)
            try await service.time.sleep(until)
        case .exhausted: phase = .closing(books.attempts.last?.report.outcome ?? .cancelled)
        case .deadlinePassed:
            books.trouble = "the request's total time is up"
            phase = .closing(books.attempts.last?.report.outcome ?? .timeoutTotal)
        }
        return nil
    }

    private func begin(_ index: Int) async throws -> AnswerEvent? {
        phase = .deciding
        guard let running = try await launch(index) else { return nil }
        phase = .streaming(running)
        return .attempting(running.attempt.intent.model, attempt: running.attempt.intent.attempt)
    }

    /// Among equals: the one whose prompt cache is warm, else the less loaded of two.
    private func pick(_ equals: [Int]) -> Int? {
        if let warm = equals.first(where: { candidates[$0].model == affinity?.model }) {
            noteChoice(of: warm, among: equals, "the prompt cache is warm there")
            return warm
        }
        let targets = equals.map { target(of: candidates[$0]) }
        let chosen = equals[service.loads.pick(targets, at: service.time.now(), draw: service.jitter)]
        noteChoice(of: chosen, among: equals, "of two, the less busy and quicker as far as is known")
        return chosen
    }

    private func noteChoice(of index: Int, among equals: [Int], _ why: String) {
        books.note("chosen among \(equals.count) equals: \(why)", candidates[index].model, now: service.time.now())
    }

    private func target(of candidate: Candidate) -> LoadBoard.Target {
        let endpoint = service.configuration.targets[candidate.model.provider]?.client.endpoint ?? ""
        return LoadBoard.Target(model: candidate.model, endpoint: endpoint)
    }

    /// A process that has just begun takes equals for as quick as they were for others.
    private func learnLoads() async {
        for candidate in candidates where candidate.place != nil {
            let target = target(of: candidate)
            guard !service.loads.knows(target), let figures = await service.figures(of: candidate.model) else {
                continue
            }
            service.loads.learn(target, figures, at: service.time.now())
        }
    }
}
