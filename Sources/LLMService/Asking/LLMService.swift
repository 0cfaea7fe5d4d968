public import LLMCore
public import Logging

/// The service that answers a request with a model: chooses, calls, retries, falls back and accounts.
///
/// A value over ports: it holds no connection and no file, and may be shared by any number of callers.
public struct LLMService: AskPipelineStage {
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
    /// Learnt health of providers, models and keys: admits live attempts, and learns from how they end.
    public let health: HealthTracker
    let memo = RoutingMemo()
    /// The models' recent latency, failures and costs; `nil` where no history of calls can be read.
    public let history: CallHistory?
    /// The strategies beyond sending a request to its candidates in order.
    var strategies: AskStrategies
    /// Recorded with each call.
    private(set) var origin = CallOrigin.live

    /// - Parameters:
    ///   - tables: Where selection tables are read, at each request: a new one counts at once.
    ///   - recorder: Reserves spending and keeps calls, unless a request brings its own.
    ///   - health: Learnt health; kept in memory alone when not given.
    ///   - history: Of the configured environment.
    ///   - background: Runs what must outlive a cancelled caller, so that money spent is still written down.
    public init(
        configuration: ServiceConfiguration, prices: PriceBook = .builtIn, tables: any SelectionTableSource,
        recorder: any CallRecorder, background: BackgroundWork, time: TimeSource = .live,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, logger: Logger,
        telemetry: Telemetry = .init(), health: HealthTracker? = nil, history: CallHistory? = nil
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
        let health = health ?? HealthTracker.inMemory(of: configuration, telemetry)
        self.health = health
        self.history = history
        let figures = ModelFigures(configuration: configuration, history: history)
        strategies = AskStrategies(
            admission: AttemptAdmission(
                health: health, scope: configuration.scope, prices: prices, time: time, background: background),
            timeouts: LearntTimeouts(figures: figures), effort: EffortRetry(),
            hedging: Hedging(
                budget: HedgeBudget(
                    store: health.store, scope: configuration.scope, simulated: configuration.simulated),
                figures: figures),
            promptCaches: PromptCaches(), loads: LoadTracker(), commit: .whole)
    }

    /// This service without anything that learns from other calls: each request goes to its candidates with their first key, and
    /// neither learnt health nor history decides or changes.
    ///
    /// - Parameter origin: Recorded with each call.
    public func isolated(as origin: CallOrigin) -> LLMService {
        var service = self
        service.strategies = .none
        service.origin = origin
        return service
    }

    /// This service with what another has learnt of conversations and of load, whose place it takes.
    package func continuing(_ previous: LLMService) -> LLMService {
        var service = self
        service.strategies.promptCaches = previous.strategies.promptCaches
        service.strategies.loads = previous.strategies.loads
        return service
    }

    public func ask(_ context: AskContext) -> AnswerStream {
        AnswerStream(batches: { [self] in
            let session = AskSession(service: self, context: context)
            return { try await session.nextBatch() }
        })
    }

    /// The plan for a request, with the newest table of its task in the configured environment; made once.
    func plan(_ context: AskContext) async throws -> CandidatePlan {
        if let plan = context.plan { return plan }
        let request = context.request
        let criteria = CandidatePlanner.Criteria(
            model: request.model, task: request.task, profile: request.profile,
            constraints: request.policy.constraints, fallback: request.policy.fallback,
            permitted: request.policy.permitted)
        // A fixed model without fallback, as the bench asks, needs no table.
        let needsTable = request.model == .auto || request.policy.fallback
        let table = needsTable ? try await evidence(for: request.task, simulated: configuration.simulated) : nil
        for step in request.profile?.fallbackSteps ?? [] {
            logger.notice("profile stepped down", metadata: ["profile.step": "\(step)"])
        }
        return memo.plan(.init(criteria, table)) {
            CandidatePlanner(configuration: configuration, prices: prices, memo: memo).plan(criteria, table: table)
        }
    }

    /// Repeats the decision of a recorded call with today's evidence.
    ///
    /// - Parameter table: In place of the newest one.
    public func replay(_ call: LoggedCall, table: SelectionTable? = nil) async throws -> DecisionRecord {
        let task = call.task ?? .general
        let criteria = CandidatePlanner.Criteria(
            model: call.requested ?? .auto, task: task, profile: call.decision.asked?.profile,
            constraints: call.decision.asked?.constraints, fallback: call.decision.asked?.fallback ?? true,
            permitted: call.decision.asked?.permitted)
        let newest =
            if let table { await blended(table) } else { try await evidence(for: task, simulated: call.simulated) }
        var planner = CandidatePlanner(configuration: configuration, prices: prices)
        planner.hypothetical = configuration.targets.isEmpty || configuration.simulated != call.simulated
        return planner.plan(criteria, table: newest).decision
    }

    /// A table that cannot be read must not keep a request from being answered.
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
