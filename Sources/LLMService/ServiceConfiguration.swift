public import LLMCore

/// The configuration of a service: providers, their order, waits and equal models.
public struct ServiceConfiguration: Sendable {
    public let targets: [ProviderID: ProviderTarget]
    /// The environment: simulated only when nothing real is configured, so that no simulated evidence reaches a real provider.
    public let simulated: Bool
    public var skipped: [SkippedProvider]
    /// `LLM_PRIORITY_ORDER`; providers it does not name follow in alphabetical order.
    public var priority: [ProviderID]
    public var backoff: Backoff
    /// Models that are equally good: requests for one are balanced over all of its group.
    public var balance: [[ModelID]]
    /// Whose lock and hedges these are: the clouds that are not called where everybody calls them, with their addresses. Empty for
    /// most, so that processes with different keys share what they learn.
    public let scope: String

    /// The default priority order.
    public static let defaultPriority: [ProviderID] = ["gemini", "local", "groq", "openai", "anthropic", "xai"]

    public init(
        targets: [ProviderTarget], skipped: [SkippedProvider] = [], priority: [ProviderID] = defaultPriority,
        backoff: Backoff = .init(), balance: [[ModelID]] = []
    ) {
        self.targets = Dictionary(targets.map { ($0.provider, $0) }) { $1 }
        simulated = !targets.isEmpty && self.targets.values.allSatisfy(\.client.simulated)
        self.skipped = skipped
        self.priority = priority
        self.backoff = backoff
        self.balance = balance
        scope = targets.filter { !$0.isLocal && !$0.hasUsualAddress }
            .map { "\($0.provider)=\($0.client.endpoint)" }.sorted().joined(separator: " ")
    }

    /// Providers in the order they are tried for a task.
    func order(for task: TaskType) -> [ProviderID] {
        let known = (targets.keys + skipped.map(\.provider)).sorted()
        let local = task == .simpleGeneration ? known.filter { targets[$0]?.isLocal == true } : []
        // Linear searches: an ask makes this list, and a handful of names is found sooner than hashed.
        return (local + priority.filter(known.contains) + known).reduce(into: []) { order, provider in
            if !order.contains(provider) { order.append(provider) }
        }
    }
}

/// A provider the service can call: a client, its keys, and its default model.
public struct ProviderTarget: Sendable {
    /// The client of the provider; names the provider, its endpoint and whether it is simulated.
    public var client: any ModelClient
    /// In the order they were configured; the key ring picks.
    public var keys: [APIKey]
    /// `<NAME>_MODEL`, else the catalogue's.
    public var defaultModel: ModelID
    /// A local server's models: they cost nothing, and are loaded and unloaded by us where the server allows it.
    public var isLocal: Bool
    /// No byte leaves this machine or network on the way there: what `solo_local` allows.
    public var staysLocal: Bool
    /// It is called where everybody calls it, not at an address of this configuration's.
    public var hasUsualAddress: Bool
    /// Environment variables that hold its keys, named in advice.
    public var keyVariables: [String]
    /// Keys that share a quota, by the name of their group; others are learnt.
    public var quotaGroups: [KeyFingerprint: String]
    /// Keeps its models ready; `nil` for a provider that loads its models itself. It must be run.
    public var localModels: LocalModelManager?

    public init(
        client: any ModelClient, keys: [APIKey] = [], defaultModel: ModelID, isLocal: Bool = false,
        staysLocal: Bool? = nil, hasUsualAddress: Bool = true, keyVariables: [String] = [],
        quotaGroups: [KeyFingerprint: String] = [:],
        localModels: LocalModelManager? = nil
    ) {
        self.client = client
        self.keys = keys
        self.defaultModel = defaultModel
        self.isLocal = isLocal
        self.staysLocal = staysLocal ?? isLocal
        self.hasUsualAddress = hasUsualAddress
        self.keyVariables = keyVariables
        self.quotaGroups = quotaGroups
        self.localModels = localModels
    }
    public var provider: ProviderID { client.provider }
}

/// A provider that is known but cannot be called, and what would change that.
public struct SkippedProvider: Sendable, Hashable {
    public var provider: ProviderID
    public var defaultModel: ModelID
    /// `no key`, `nothing answers at http://localhost:12434`.
    public var reason: String
    /// `set GROQ_API_KEY`.
    public var help: String

    public init(provider: ProviderID, defaultModel: ModelID, reason: String, help: String) {
        self.provider = provider
        self.defaultModel = defaultModel
        self.reason = reason
        self.help = help
    }
}

/// Background work that must outlive its caller: `withDirGen` owns the task group that runs it and waits for it at the end.
///
/// Jobs run beside each other: a shared call is one, and lasts as long as its answer.
public struct BackgroundWork: Sendable {
    public typealias Job = @Sendable () async -> Void
    private let hand: @Sendable (@escaping Job) -> Void

    public init(_ hand: @escaping @Sendable (@escaping Job) -> Void) { self.hand = hand }

    func submit(_ job: @escaping Job) { hand(job) }

    /// With more time than this left, work is simply awaited: that costs nothing, and no healthy disk takes as long.
    static let ample = Duration.seconds(1)

    /// Does work that must be finished, and waits for it no longer than `left`; what takes longer goes on in the background.
    ///
    /// - Parameters:
    ///   - left: Real time, whatever clock the service runs on: a disk knows no other.
    ///   - late: Takes a value that came too late.
    /// - Returns: `nil` when the time was over first.
    func finish<Value: Sendable>(
        within left: Duration, late: @escaping @Sendable (Value) async -> Void = { _ in },
        _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        guard left < BackgroundWork.ample else { return await work() }
        guard left > .zero else {
            submit { await late(await work()) }
            return nil
        }
        let (values, continuation) = AsyncStream.makeStream(of: Value.self)
        // Of no task group, as none may end before it: the background waits for it where nobody else does.
        let task = Task {
            let value = await work()
            continuation.yield(value)
            continuation.finish()
            return value
        }
        let value: Value? = await withTaskGroup(of: Value?.self) { group in
            group.addTask { await values.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: left)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if value == nil { submit { await late(await task.value) } }
        return value
    }
}

/// The wait before the same model is tried again: full jitter under an exponential ceiling, never less than the provider asked.
public struct Backoff: Sendable, Hashable {
    public var base: Duration
    public var ceiling: Duration

    public init(base: Duration = .milliseconds(500), ceiling: Duration = .seconds(8)) {
        self.base = base
        self.ceiling = ceiling
    }

    /// - Parameters:
    ///   - failures: Failed attempts at this model so far, from 1.
    ///   - floor: What the provider asked for.
    ///   - jitter: Uniform in 0 to 1.
    public func wait(failures: Int, floor: Duration?, jitter: Double) -> Duration {
        // Beyond 2^20 the ceiling has long been reached; a shift further would overflow.
        let doubled = base * (1 << min(max(failures - 1, 0), 20))
        return max(min(doubled, ceiling) * jitter, floor ?? .zero)
    }
}
