public import LLMCore
public import Logging

/// Answers questions with the model that serves the task: chooses, calls, retries, falls back and accounts.
///
/// A value over ports: it holds no connection and no file, and may be shared by any number of callers.
public struct LLMService: Asker {
    public let configuration: ServiceConfiguration
    public let prices: PriceBook
    let tables: any SelectionTableSource
    let recorder: any CallRecorder
    let background: BackgroundWork
    let time: TimeSource
    /// Uniform in 0 to 1; injected, so that tests know every wait.
    let jitter: @Sendable () -> Double
    let logger: Logger
    let telemetry: Telemetry
    /// Learnt health of providers, models and keys; live calls ask it for leave and tell it how they ended.
    public let health: HealthBoard
    let hedges: HedgeAccount
    let loads = LoadBoard()
    let affinity = SessionAffinity()
    let memo = RoutingMemo()
    /// The models' recent latency, failures and costs; `nil` where no history of calls can be read.
    public let history: CallHistory?

    /// - Parameters:
    ///   - tables: Where selection tables are read, at each question: a new one counts at once.
    ///   - recorder: Gives leave to spend and keeps calls, unless a question brings its own.
    ///   - health: What is known of providers, models and keys; kept in memory alone when not given.
    ///   - history: Of the configured world.
    ///   - background: Runs what must outlive a caller who left, so that money spent is still written down.
    public init(
        configuration: ServiceConfiguration, prices: PriceBook = .builtIn, tables: any SelectionTableSource,
        recorder: any CallRecorder, background: BackgroundWork, time: TimeSource = .live,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, logger: Logger,
        telemetry: Telemetry = .init(), health: HealthBoard? = nil, history: CallHistory? = nil
    ) {
        self.configuration = configuration
        self.prices = prices
        self.tables = tables
        self.recorder = recorder
        self.background = background
        self.time = time
        self.jitter = jitter
        self.logger = logger
        self.telemetry = telemetry
        let health = health ?? HealthBoard.inMemory(of: configuration, telemetry)
        self.health = health
        hedges = HedgeAccount(store: health.store, scope: configuration.scope, simulated: configuration.simulated)
        self.history = history
    }

    /// Starts the question: nothing happens before the first event is asked for.
    ///
    /// The stream ends with ``AnswerEvent/ended(_:)`` once the call is recorded; it throws `CancellationError` only.
    public func ask(_ request: AskRequest) -> AnswerStream {
        AnswerStream { [self] in
            let session = AskSession(service: self, request: request)
            return { try await session.next() }
        }
    }

    /// The plan for a question, with the newest table of the task in the configured world.
    func plan(_ request: AskRequest) async throws -> (plan: CandidatePlan, decision: DecisionRecord) {
        let question = CandidatePlanner.Question(
            model: request.model, task: request.task, profile: request.profile,
            constraints: request.policy.constraints, fallback: request.policy.fallback)
        // A fixed model without fallback, as the bench asks, needs no table.
        let needsTable = request.model == .auto || request.policy.fallback
        let table = needsTable ? try await evidence(for: request.task, simulated: configuration.simulated) : nil
        for step in request.profile?.stepsDown ?? [] {
            logger.notice("profile stepped down", metadata: ["profile.step": "\(step)"])
        }
        let plan = CandidatePlanner(configuration: configuration, prices: prices, memo: memo).plan(
            question, table: table)
        var decision = plan.decision(question)
        decision.history = request.consolidation
        decision.cache = request.cacheUse
        // A run keeps what was asked once for all its calls.
        if request.policy.origin == .bench { decision.asked = nil }
        return (plan, decision)
    }

    /// Repeats the decision of a recorded call with today's evidence.
    ///
    /// - Parameter table: In place of the newest one.
    public func replay(_ call: LoggedCall, table: SelectionTable? = nil) async throws -> DecisionRecord {
        let task = call.task ?? .general
        let question = CandidatePlanner.Question(
            model: call.requested ?? .auto, task: task, profile: call.decision.asked?.profile,
            constraints: call.decision.asked?.constraints, fallback: call.decision.asked?.fallback ?? true)
        let newest =
            if let table { await blended(table) } else { try await evidence(for: task, simulated: call.simulated) }
        var planner = CandidatePlanner(configuration: configuration, prices: prices)
        planner.hypothetical = configuration.targets.isEmpty || configuration.simulated != call.simulated
        return planner.plan(question, table: newest).decision(question)
    }

    /// A table that cannot be read must not keep a question from being answered.
    func table(for task: TaskType, simulated: Bool) async throws -> SelectionTable? {
        do {
            return try await tables.table(for: task, simulated: simulated)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.warning(
                "selection table not readable", metadata: ["selection.task": "\(task)", "error": "\(error)"])
            return nil
        }
    }
}
