public import LLMCore

/// The state of one local server's models at one instant: a value that routing can be decided from without waiting.
public struct LocalSnapshot: Sendable, Hashable {
    public var provider: ProviderID
    /// `false` for a server without management: its models are taken as they are.
    public var isManaged: Bool
    /// Missing models are pulled.
    public var pulls: Bool
    private var known: [String: LocalReadiness]
    private var loadTimes: [String: Duration]

    public init(
        provider: ProviderID, isManaged: Bool, pulls: Bool, known: [String: LocalReadiness] = [:],
        loadTimes: [String: Duration] = [:]
    ) {
        self.provider = provider
        self.isManaged = isManaged
        self.pulls = pulls
        self.known = known
        self.loadTimes = loadTimes
    }

    public func readiness(of model: ModelID) -> LocalReadiness {
        guard isManaged, model.provider == provider else { return .unknown }
        let name = LocalModelName.canonical(model.name)
        return known[name] ?? .cold(load: loadTimes[name])
    }

    /// The reason for which a call with so much time left should skip a model; `nil` when it may go there, and for
    /// models of other providers.
    public func obstacle(to model: ModelID, within remaining: Duration) -> String? {
        readiness(of: model).obstacle(within: remaining, pulls: pulls)
    }
}

/// The readiness of a local model: how far it is from answering.
public enum LocalReadiness: Sendable, Hashable {
    /// Its server has no management, or was never asked.
    case unknown
    /// In memory.
    case warm
    /// `remaining` is `nil` when it was never seen loading.
    case loading(remaining: Duration?)
    /// On the disk; `load` is what loading will probably take, `nil` when it was never seen.
    case cold(load: Duration?)
    /// Not on the disk, or just being fetched.
    case absent

    /// The reason for which a call should skip the model: cold-start-aware routing in one place. `nil` when it may go
    /// there.
    ///
    /// Unknown is no obstacle: some call must be the first to load a model.
    /// - Parameters:
    ///   - remaining: Time that the call has left.
    ///   - pulls: Whether a missing model may be fetched.
    public func obstacle(within remaining: Duration, pulls: Bool) -> String? {
        switch self {
        case .unknown, .warm, .loading(nil), .cold(nil): return nil
        case .absent: return pulls ? nil : "it is not pulled, and pulling is not allowed"
        case .loading(let needed?), .cold(let needed?):
            guard needed > remaining else { return nil }
            return "it is not loaded: loading takes about \(Self.text(needed)), and \(Self.text(remaining)) are left"
        }
    }

    /// The time before the first byte that is not the model's thinking: nothing when warm, `nil` when unknown.
    public var expectedWait: Duration? {
        switch self {
        case .warm: .zero
        case .loading(let needed), .cold(let needed): needed
        case .unknown, .absent: nil
        }
    }

    private static func text(_ duration: Duration) -> String {
        let tenths = Int((max(duration, .zero).milliseconds / 100).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
