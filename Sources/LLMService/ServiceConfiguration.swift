public import LLMCore

/// The complete configuration of the service.
public struct ServiceConfiguration: Sendable {
    public private(set) var targets: [ProviderID: ProviderTarget]
    public var skipped: [SkippedProvider]
    /// `LLM_PRIORITY_ORDER`; providers it does not name follow in alphabetical order.
    public var priority: [ProviderID]
    public var backoff: Backoff
    /// Models that are equally good: questions for one are spread over all of its group.
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
        self.skipped = skipped
        self.priority = priority
        self.backoff = backoff
        self.balance = balance
        scope = targets.filter { !$0.isLocal && !$0.hasUsualAddress }
            .map { "\($0.provider)=\($0.client.endpoint)" }.sorted().joined(separator: " ")
    }

    /// The world: simulated only when nothing real is configured, so that no simulated evidence reaches a real provider.
    public var simulated: Bool { !targets.isEmpty && targets.values.allSatisfy(\.client.simulated) }

    /// Providers in the order they are tried for a task.
    func order(for task: TaskType) -> [ProviderID] {
        let known = Set(targets.keys).union(skipped.map(\.provider))
        var order: [ProviderID] = []
        let local = targets.values.filter(\.isLocal).map(\.provider).sorted()
        if task == .simpleGeneration { order += local }
        order += priority.filter(known.contains)
        order += known.sorted()
        var seen: Set<ProviderID> = []
        return order.filter { seen.insert($0).inserted }
    }
}
