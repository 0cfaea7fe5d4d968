public import LLMCore
public import Logging

/// The recent performance of models, read from recorded calls.
///
/// Holds a bounded window of attempts in memory and reads what is new at most every few seconds; a history that cannot be read
/// changes nothing, and says so in the log.
public actor CallHistory {
    public struct Options: Sendable {
        /// After this an attempt counts half. The default is long enough that a model asked a few times an hour still has evidence,
        /// and short enough that a bad morning is an eighth of itself by the evening; the breakers answer to minutes.
        public var halfLife: Duration
        public var refreshEvery: Duration
        /// Most attempts kept for a model at an endpoint, of the bench and of live calls each.
        public var capacity: Int
        /// Most calls read at once.
        public var pageSize: Int

        public init(
            halfLife: Duration = .seconds(3 * 3_600), refreshEvery: Duration = .seconds(5), capacity: Int = 500,
            pageSize: Int = 2_000
        ) {
            self.halfLife = halfLife
            self.refreshEvery = refreshEvery
            self.capacity = capacity
            self.pageSize = pageSize
        }
    }

    /// A model at one endpoint.
    public struct Server: Sendable, Hashable {
        public var model: ModelID
        public var endpoint: String
        public init(model: ModelID, endpoint: String) {
            self.model = model
            self.endpoint = endpoint
        }
    }

    private let source: any AttemptHistory
    /// The environment of its calls.
    public nonisolated let simulated: Bool
    private let time: TimeSource
    private let logger: Logger
    private var window: AttemptWindow
    private var cursor: AttemptCursor?
    private var refreshedAt: ContinuousClock.Instant?
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var figures: [Server: ServedFigures] = [:]
    private var generation = 0
    private var tallies: [LiveKey: [Server: LiveStatistics]] = [:]

    private struct LiveKey: Hashable {
        var task: TaskType
        var since: Int64
    }

    public nonisolated let options: Options

    /// - Parameter simulated: The environment; nothing of the other is read.
    public init(
        _ source: any AttemptHistory, simulated: Bool, options: Options = .init(), time: TimeSource = .live,
        logger: Logger
    ) {
        self.source = source
        self.simulated = simulated
        self.options = options
        self.time = time
        self.logger = logger
        window = AttemptWindow(capacity: options.capacity)
    }

    /// Of all tasks together, the bench's attempts and live ones; `nil` when nothing is known.
    public func figures(of model: ModelID, at endpoint: String) async -> ServedFigures? {
        await refresh()
        return figures[Server(model: model, endpoint: endpoint)]
    }

    /// Live calls of a task that were sent after an instant (wall clock, microseconds since 1970), by model and endpoint.
    ///
    /// - Returns: With a number that changes when they do.
    func live(of task: TaskType, since: Int64) async -> (generation: Int, tallies: [Server: LiveStatistics]) {
        await refresh()
        return (generation, tallies(of: task, since: since))
    }

    private func tallies(of task: TaskType, since: Int64) -> [Server: LiveStatistics] {
        let key = LiveKey(task: task, since: since)
        if let known = tallies[key] { return known }
        let facts = window.live.filter { $0.task == task && $0.startedAt > since }
        let (halfLife, now) = (HalfLife(span: options.halfLife), time.wallMicroseconds())
        let found = Dictionary(grouping: facts) { Server(model: $0.model, endpoint: $0.endpoint) }
            .mapValues { LiveStatistics($0, halfLife: halfLife, now: now) }
        tallies[key] = found
        return found
    }

    // MARK: Reading

    /// The first caller reads; others wait only where nothing was ever read.
    private func refresh() async {
        while isDue {
            guard !isReading else {
                await withCheckedContinuation { waiting.append($0) }
                continue
            }
            isReading = true
            let isDone = await read()
            isReading = false
            if isDone {
                refreshedAt = time.now()
                reckon()
            }
            for continuation in waiting { continuation.resume() }
            waiting = []
            // Cancelled: the next request reads on.
            guard isDone else { return }
        }
    }

    private var isDue: Bool {
        guard let refreshedAt else { return true }
        return !isReading && time.now() - refreshedAt >= options.refreshEvery
    }

    private func read() async -> Bool {
        do {
            while true {
                let page = try await source.attempts(after: cursor, simulated: simulated, limit: options.pageSize)
                cursor = page.cursor
                for fact in page.facts { window.add(fact) }
                guard page.isFull else { return true }
            }
        } catch is CancellationError {
            return false
        } catch {
            logger.warning("history of calls not readable", metadata: ["error": "\(error)"])
            return true
        }
    }

    private func reckon() {
        tallies = [:]
        generation += 1
        let (halfLife, now) = (HalfLife(span: options.halfLife), time.wallMicroseconds())
        figures = window.servers.compactMapValues { ServedStatistics.figures($0, halfLife: halfLife, now: now) }
    }
}

/// The newest attempts of each model at each endpoint, those of the bench and live ones apart: a long run pushes out no live call.
struct AttemptWindow: Sendable {
    private struct Lane: Hashable {
        var server: CallHistory.Server
        var origin: CallOrigin
    }

    let capacity: Int
    private var lanes: [Lane: [AttemptFact]] = [:]
    private var known: Set<AttemptID> = []

    init(capacity: Int) { self.capacity = capacity }

    /// Takes an attempt in once.
    mutating func add(_ fact: AttemptFact) {
        guard known.insert(fact.id).inserted else { return }
        let lane = Lane(server: .init(model: fact.model, endpoint: fact.endpoint), origin: fact.origin)
        lanes[lane, default: []].append(fact)
        // Seldom, so that dropping is cheap.
        if lanes[lane, default: []].count > 2 * capacity { trim(lane) }
    }

    private mutating func trim(_ lane: Lane) {
        guard let facts = lanes[lane] else { return }
        for fact in facts.dropLast(capacity) { known.remove(fact.id) }
        lanes[lane] = Array(facts.suffix(capacity))
    }

    var servers: [CallHistory.Server: [AttemptFact]] {
        var all: [CallHistory.Server: [AttemptFact]] = [:]
        for (lane, facts) in lanes { all[lane.server, default: []] += facts.suffix(capacity) }
        return all
    }

    /// Live attempts only.
    var live: [AttemptFact] {
        lanes.filter { $0.key.origin == .live }.flatMap { $0.value.suffix(capacity) }
    }
}
