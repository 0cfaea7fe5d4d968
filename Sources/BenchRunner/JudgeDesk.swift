public import BenchCore
public import LLMCore
import Synchronization

/// The calls of judge models: the worst case of each attempt is set aside in the budget before it is sent, each is written down, and what
/// they cost is booked apart from the trials they judge.
public final class JudgeDesk: JudgeCaller, EmbeddingCaller {
    private struct Spending {
        var known = USD.zero
        var isKnown = true

        var cost: USD? { isKnown ? known : nil }

        mutating func add(_ cost: USD?) {
            known += cost ?? .zero
            isKnown = isKnown && cost != nil
        }
    }

    private struct State {
        var trials: [CallID: Spending] = [:]
        var all = Spending()
        var calls = 0
        var recalled = 0
    }

    private let asker: any Asker
    /// `nil`: no embeddings can be had.
    private let embedder: (any Embedder)?
    private let books: JudgeBooks
    private let budget: Budget
    private let prices: PriceBook
    private let limits: TimeLimits
    private let retries: Int
    private let time: TimeSource
    private let state = Mutex(State())

    init(
        asker: any Asker, embedder: (any Embedder)? = nil, books: JudgeBooks, budget: Budget, prices: PriceBook,
        limits: TimeLimits, retries: Int,
        time: TimeSource
    ) {
        self.asker = asker
        self.embedder = embedder
        self.books = books
        self.budget = budget
        self.prices = prices
        self.limits = limits
        self.retries = retries
        self.time = time
    }

    /// A desk with a budget of its own, outside a run.
    ///
    /// - Parameter maxCost: Hard limit of what its judges may spend.
    public convenience init(
        asker: any Asker, embedder: (any Embedder)? = nil, books: JudgeBooks, maxCost: USD?, prices: PriceBook,
        limits: TimeLimits = .init(), retries: Int = 2, time: TimeSource = .live
    ) {
        self.init(
            asker: asker, embedder: embedder, books: books, budget: Budget(limit: maxCost), prices: prices,
            limits: limits, retries: retries, time: time)
    }

    /// Calls that were made.
    public var calls: Int { state.withLock { $0.calls } }

    /// Verdicts that earlier replies gave: they cost nothing.
    public var recalled: Int { state.withLock { $0.recalled } }

    /// The cost of all calls; `nil` as soon as one's cost is unknown.
    public var cost: USD? { state.withLock { $0.all.cost } }

    /// A call did not fit into the budget any more.
    public var isExhausted: Bool { exhausted != nil }

    /// The first call that did not fit; `nil` while all do.
    public var exhausted: BudgetExhausted? { budget.current.exhausted }

    /// The cost of judging a trial; `nil` when no judge was asked, or it is unknown. Then it is forgotten.
    public func takeCost(of trial: CallID) -> USD? {
        state.withLock { $0.trials.removeValue(forKey: trial) }?.cost
    }

    public func ask(_ chat: ChatRequest, of judge: Arm, about trial: CallID?) async throws(JudgeFailure) -> Answer {
        var chat = chat
        chat.parameters.maxOutputTokens = chat.parameters.maxOutputTokens ?? prices.judgeOutputLimit(of: judge.model)
        let (request, worst) = (chat, prices.worstCase(for: chat, to: judge.model, at: time.wallMicroseconds()))
        let record = try await paid(judge, worst, request.question(to: judge), about: trial) { first, reservation in
            let recorder = TrialRecorder(first: first, reservation: reservation, write: self.books.reserve)
            return (try await self.send(request, judge, first.call, recorder), ())
        }.record
        return record.answer
    }

    public func earlierReply(
        to chat: ChatRequest, of judge: Arm, where isVerdict: (String) -> Bool
    ) async -> String? {
        guard let reply = await books.replies(chat.question(to: judge)).first(where: isVerdict) else { return nil }
        state.withLock { $0.recalled += 1 }
        return reply
    }

    public func embed(_ texts: [String], by model: Arm, about trial: CallID?) async throws(JudgeFailure) -> [[Double]] {
        guard let embedder else { throw .failed("no embeddings can be had here") }
        let worst = prices.worstCase(
            for: CostBound(embeddingsOf: texts), to: model.model, at: time.wallMicroseconds())
        return try await paid(model, worst, nil, about: trial) { first, _ in
            await self.embed(texts, by: embedder, first)
        }.value
    }

    /// Sets the worst case aside, writes the call down before it is made and after, and books what it cost.
    private func paid<Value>(
        _ judge: Arm, _ worst: USD?, _ question: String?, about trial: CallID?,
        _ call: (_ first: AttemptIntent, BudgetReservation) async throws -> (record: CallRecord, value: Value)
    ) async throws(JudgeFailure) -> (record: CallRecord, value: Value) {
        let made: (record: CallRecord, value: Value)
        do {
            made = try await booked(judge, worst, question, about: trial, call)
        } catch let error as BudgetExhausted {
            throw .noBudget(error)
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .failed("its call could not be written down")
        }
        guard made.record.outcome == .ok else {
            if let stopped = made.record.stoppedBy { throw .noBudget(stopped) }
            throw .failed(made.record.error ?? made.record.outcome.rawValue)
        }
        return made
    }

    private func booked<Value>(
        _ judge: Arm, _ worst: USD?, _ question: String?, about trial: CallID?,
        _ call: (_ first: AttemptIntent, BudgetReservation) async throws -> (record: CallRecord, value: Value)
    ) async throws -> (record: CallRecord, value: Value) {
        let id = CallID(rawValue: Identifier.make(time: time))
        let reservation = BudgetReservation(budget)
        // Unknown only where the user allowed models without a price.
        try await reservation.add(worst ?? .zero)
        do {
            let first = AttemptIntent(
                attempt: AttemptID(call: id, number: 1), call: id, model: judge.model, endpoint: judge.endpoint,
                simulated: judge.simulated, key: nil, worstCase: worst, origin: .bench, task: .verification,
                requested: .model(judge.model), lease: limits.total, question: question)
            try await books.reserve(first)
            let made = try await call(first, reservation)
            try await books.record(made.record, trial)
            let cost = made.record.attempts.isEmpty ? .zero : made.record.cost
            note(cost, of: trial)
            reservation.settle(cost)
            return made
        } catch {
            // The cost of an interrupted call is unknown: its worst case stays booked.
            note(nil, of: trial)
            reservation.settle(nil)
            throw error
        }
    }

    private func embed(_ texts: [String], by embedder: any Embedder, _ first: AttemptIntent) async
        -> (record: CallRecord, value: [[Double]])
    {
        let (openedAt, startedAt) = (time.now(), time.wallMicroseconds())
        let result = await embedder.embed(
            EmbeddingCall(model: first.model, texts: texts, attemptID: first.attempt, limit: limits.total))
        let report = result.report
        let cost: CostReading =
            if let usage = report.usage {
                prices.quote(model: first.model, usage: usage, at: startedAt).reading
            } else if prices.price(of: first.model)?.free == true || report.wasSent == false {
                CostReading(computed: .zero)
            } else {
                CostReading(unknownBecause: "the provider counted no tokens")
            }
        let record = CallRecord(
            result, of: first, cost: cost, reason: "embeddings to judge an answer by", openedAt: openedAt,
            endedAt: time.now(), startedAt: startedAt)
        return (record, result.vectors)
    }

    private func send(_ chat: ChatRequest, _ judge: Arm, _ id: CallID, _ recorder: TrialRecorder) async throws
        -> CallRecord
    {
        let policy = AskPolicy(fallback: false, retries: retries, limits: limits, delivery: .atEnd)
        let request = AskRequest(
            id: id, model: .model(judge.model), chat: chat, task: .verification, useCache: false, policy: policy,
            recorder: recorder)
        for try await event in asker.ask(request) {
            guard case .ended(var record) = event else { continue }
            record.decision.asked = nil
            return record
        }
        throw CancellationError()
    }

    private func note(_ cost: USD?, of trial: CallID?) {
        state.withLock { state in
            state.calls += 1
            state.all.add(cost)
            if let trial { state.trials[trial, default: Spending()].add(cost) }
        }
    }
}

/// The writers of judges' calls.
public struct JudgeBooks: Sendable {
    /// Writes an attempt before it is sent.
    public var reserve: @Sendable (AttemptIntent) async throws -> Void
    /// Writes a call that has ended, with the one whose answer it judges; `nil` where that is none of a run.
    public var record: @Sendable (CallRecord, _ trial: CallID?) async throws -> Void
    /// Reads the replies to a question that were given before, newest first; none where every question is to be asked.
    public var replies: @Sendable (_ question: String) async -> [String] = { _ in [] }

    public init(
        reserve: @escaping @Sendable (AttemptIntent) async throws -> Void,
        record: @escaping @Sendable (CallRecord, _ trial: CallID?) async throws -> Void
    ) {
        self.reserve = reserve
        self.record = record
    }

    /// Those of a run.
    ///
    /// - Parameter replies: Those that were paid for before the run went on.
    public init(
        run: RunID, in store: any TrialStore, storeContent: Bool,
        replies: @escaping @Sendable (_ question: String) async -> [String] = { _ in [] }
    ) {
        self.init { intent in
            try await store.reserve(intent, run: run)
        } record: { call, trial in
            guard let trial else { return }
            try await store.record(judge: call, of: trial, run: run, storeContent: storeContent)
        }
        self.replies = replies
    }
}
