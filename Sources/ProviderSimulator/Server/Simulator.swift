import Hummingbird
import LLMCore
import LLMWire
import NIOCore
import Synchronization

/// All that the simulator knows, shared by its requests.
final class Simulator: Sendable {
    let options: SimulatorOptions
    let models: [ModelID: SimulatedModel]
    let references: ReferenceAnswers
    let planner: AnswerPlanner
    let faults: FaultEngine
    let limits: LimitEngine
    let requests: RequestLog
    let runner: ModelRunner
    private let badKeys: Set<String>
    private let asked = Mutex<[String: Int]>([:])
    private let promptCache = Mutex(SimulatedPromptCache())
    private let identifiers: Mutex<SimulatedChance>
    /// Prompts remembered for counting how often each was asked.
    private static let mostPrompts = 65_536

    init(_ options: SimulatorOptions) {
        self.options = options
        var models: [ModelID: SimulatedModel] = [:]
        for model in SimulatedModels.builtIn + options.scenario.models { models[model.id] = model }
        self.models = models
        references = ReferenceAnswers(options.references)
        planner = AnswerPlanner(references: references, timeScale: options.timeScale)
        faults = FaultEngine(options.scenario.faults, seed: options.seed)
        limits = LimitEngine(
            options.scenario.limits, shown: ProviderFace.all.flatMap(\.usualLimits), timeScale: options.timeScale)
        requests = RequestLog(capacity: options.requestLogCapacity)
        let local = models.values.filter { $0.id.provider == .local }.sorted { $0.id < $1.id }
        let added = options.scenario.models.filter { $0.id.provider == .local }.map(\.id.name)
        runner = ModelRunner(
            stock: options.scenario.local, models: local, added: added, timeScale: options.timeScale)
        badKeys = Set(options.scenario.badKeys)
        identifiers = Mutex(SimulatedChance(seed: options.seed ^ UInt64(bitPattern: options.time.wallMicroseconds())))
    }

    func isBad(_ key: String) -> Bool { badKeys.contains(key) }

    func models(of provider: ProviderID) -> [SimulatedModel] {
        models.values.filter { $0.id.provider == provider }.sorted { $0.id < $1.id }
    }

    /// The number of earlier requests for this prompt to this model; counts this one.
    func ordinal(_ model: ModelID, _ digest: String) -> Int {
        asked.withLock { asked in
            if asked.count >= Self.mostPrompts { asked = [:] }
            let key = "\(model)#\(digest)"
            let ordinal = asked[key, default: 0]
            asked[key] = ordinal + 1
            return ordinal
        }
    }

    /// The tokens that a prompt reads from the provider's cache and writes into it.
    func usePromptCache(
        _ request: ChatRequest, to model: ModelID, key: String?, inputTokens: Int
    ) -> SimulatedPromptCache.Use {
        let now = options.time.now()
        return promptCache.withLock { $0.use(request, to: model, key: key, inputTokens: inputTokens, now: now) }
    }

    /// Random letters, for identifiers.
    func token(_ count: Int) -> String {
        let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        return identifiers.withLock { chance in String((0..<count).map { _ in letters[chance.below(36)] }) }
    }

    /// Resets the request log, counters, prompt caches and faults; requests in flight continue.
    func reset() {
        asked.withLock { $0 = [:] }
        promptCache.withLock { $0 = SimulatedPromptCache() }
        faults.reset()
        limits.reset()
        requests.reset()
        runner.reset()
    }
}
