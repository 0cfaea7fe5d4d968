public import LLMCore
public import Logging

/// The service that answers a request with a model: chooses, calls, retries, falls back and accounts.
///
/// A value over ports: it holds no connection and no file, and may be shared by any number of callers.
public struct LLMService: AskPipelineStage {
    private struct Parts: Sendable {
        var configuration: ServiceConfiguration
        var prices: PriceBook
        var tables: any SelectionTableSource
        var recorder: any CallRecorder
        var background: BackgroundWork
        var time: TimeSource
        var jitter: @Sendable () -> Double
        var logger: Logger
        var telemetry: Telemetry
        var health: HealthTracker
        var memo = RoutingMemo()
        var history: CallHistory?
        var strategies: AskStrategies
        var origin = CallOrigin.live
    }
    /// The parts at one place: every step of every request holds the service.
    private final class Shared: Sendable {
        let parts: Parts
        init(_ parts: Parts) { self.parts = parts }
    }
    private var shared: Shared

    public var configuration: ServiceConfiguration { shared.parts.configuration }
    public var prices: PriceBook { shared.parts.prices }
    var tables: any SelectionTableSource { shared.parts.tables }
    var recorder: any CallRecorder { shared.parts.recorder }
    var background: BackgroundWork { shared.parts.background }
    var time: TimeSource { shared.parts.time }
    /// Uniform in 0 to 1; injected, so that tests know every wait.
    var jitter: @Sendable () -> Double { shared.parts.jitter }
    var logger: Logger { shared.parts.logger }
    var telemetry: Telemetry { shared.parts.telemetry }
    /// Learnt health of providers, models and keys: admits live attempts, and learns from how they end.
    public var health: HealthTracker { shared.parts.health }
    var memo: RoutingMemo { shared.parts.memo }
    /// The models' recent latency, failures and costs; `nil` where no history of calls can be read.
    public var history: CallHistory? { shared.parts.history }
    /// The strategies beyond sending a request to its candidates in order.
    var strategies: AskStrategies {
        get { shared.parts.strategies }
        set { change { $0.strategies = newValue } }
    }
    /// Recorded with each call.
    var origin: CallOrigin { shared.parts.origin }

    private mutating func change(_ body: (inout Parts) -> Void) {
        var parts = shared.parts
        body(&parts)
        shared = Shared(parts)
    }

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
        let health = health ?? HealthTracker.inMemory(of: configuration, telemetry)
        let figures = ModelFigures(configuration: configuration, history: history)
        let strategies = AskStrategies(
            admission: AttemptAdmission(
                health: health, scope: configuration.scope, prices: prices, time: time, background: background),
            timeouts: LearntTimeouts(figures: figures), effort: EffortRetry(),
            hedging: Hedging(
                budget: HedgeBudget(
                    store: health.store, scope: configuration.scope, simulated: configuration.simulated),
                figures: figures),
            promptCaches: PromptCaches(), loads: LoadTracker(), commit: .whole)
        shared = Shared(
            Parts(
                configuration: configuration, prices: prices, tables: tables, recorder: recorder,
                background: background, time: time, jitter: jitter, logger: logger, telemetry: telemetry,
                health: health, history: history, strategies: strategies))
    }

    /// This service without anything that learns from other calls: each request goes to its candidates with their first key, and
    /// neither learnt health nor history decides or changes.
    ///
    /// - Parameter origin: Recorded with each call.
    public func isolated(as origin: CallOrigin) -> LLMService {
        var service = self
        service.change {
            $0.strategies = .none
            $0.origin = origin
        }
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
        return await plan(criteria, table: table)
    }

    /// The plan under these criteria: known from before, where nothing that it depends on has changed since.
    func plan(_ criteria: CandidatePlanner.Criteria, table: SelectionTable?) async -> CandidatePlan {
        await memo.plan(.init(criteria, table)) {
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
