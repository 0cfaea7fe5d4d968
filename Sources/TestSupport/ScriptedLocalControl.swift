package import LLMCore
import Synchronization

/// A local server whose loads and pulls end when the test says so.
package final class ScriptedLocalControl: LocalModelControl {
    private struct State {
        var stored: Set<String>
        var loaded: [LoadedModel] = []
        var asked: [String] = []
        var gates: [String: AsyncStream<Void>.Continuation] = [:]
        var failures: [String: LocalModelError] = [:]
    }
    package let provider: ProviderID
    package let endpoint: String
    package let simulated = false
    private let isManaged: Bool
    /// Loads and pulls wait for ``finish(_:)``.
    private let isGated: Bool
    private let clock: ManualClock
    private let loadTime: Duration
    private let state: Mutex<State>

    package init(
        stored: Set<String> = [], isManaged: Bool = true, isGated: Bool = false, loadTime: Duration = .seconds(4),
        clock: ManualClock, provider: ProviderID = .local, endpoint: String = "http://local.test"
    ) {
        self.provider = provider
        self.endpoint = endpoint
        self.isManaged = isManaged
        self.isGated = isGated
        self.clock = clock
        self.loadTime = loadTime
        state = Mutex(State(stored: stored))
    }

    /// A log of all requests: `ps`, `load ai/a`, ...
    package var asked: [String] { state.withLock { $0.asked } }
    package var loaded: [String] { state.withLock { $0.loaded.map(\.name) } }

    /// Lets a gated `load ai/a` or `pull ai/a` end; waits until it has begun.
    package func finish(_ work: String) async {
        var gate: AsyncStream<Void>.Continuation?
        try? await until {
            gate = state.withLock { $0.gates.removeValue(forKey: work) }
            return gate != nil
        }
        gate?.finish()
    }

    /// The next `load ai/a` or `pull ai/a` fails.
    package func fail(_ work: String, _ reason: LocalModelError.Reason) {
        state.withLock { $0.failures[work] = error(reason, nil) }
    }

    private func error(_ reason: LocalModelError.Reason, _ model: String?) -> LocalModelError {
        LocalModelError(reason, model: model, endpoint: endpoint, message: reason.rawValue)
    }

    private func requireManagement() throws(LocalModelError) {
        guard isManaged else { throw error(.managementUnavailable, nil) }
    }

    /// Waits at the gate of a piece of work, then fails as scripted.
    private func pass(_ work: String) async throws(LocalModelError) {
        try requireManagement()
        let gate = state.withLock { state -> AsyncStream<Void>? in
            state.asked.append(work)
            guard isGated else { return nil }
            let (stream, end) = AsyncStream<Void>.makeStream()
            state.gates[work] = end
            return stream
        }
        if let gate { for await _ in gate {} }
        guard !Task.isCancelled else { throw error(.cancelled, nil) }
        if let failure = state.withLock({ $0.failures.removeValue(forKey: work) }) { throw failure }
    }

    // MARK: The port

    package func kind() async throws(LocalModelError) -> LocalServerKind {
        isManaged ? .dockerModelRunner(version: nil) : .plain
    }

    package func storedModels() async throws(LocalModelError) -> [StoredModel] {
        state.withLock { $0.stored.sorted().map { StoredModel(id: $0, tags: [$0]) } }
    }

    package func loadedModels() async throws(LocalModelError) -> [LoadedModel] {
        try requireManagement()
        return state.withLock { state in
            state.asked.append("ps")
            return state.loaded
        }
    }

    package func pull(_ name: String) -> AsyncThrowingStream<PullProgress, any Error> {
        let steps = Mutex([PullProgress.succeeded("pulled")])
        return AsyncThrowingStream { [self] in
            guard let step = steps.withLock({ $0.popLast() }) else { return nil }
            try await pass("pull \(name)")
            state.withLock { _ = $0.stored.insert(name) }
            return step
        }
    }

    package func load(_ name: String, keepAlive: KeepAlive?) async throws(LocalModelError) {
        try await pass("load \(name)")
        guard state.withLock({ $0.stored.contains(name) }) else { throw error(.modelNotFound, name) }
        clock.advance(by: loadTime)
        state.withLock { $0.loaded.append(LoadedModel(name: name)) }
    }

    package func unload(_ names: [String]?) async throws(LocalModelError) -> Int {
        try requireManagement()
        return state.withLock { state in
            state.asked.append("unload \(names?.joined(separator: " ") ?? "all")")
            let before = state.loaded.count
            state.loaded.removeAll { names?.contains($0.name) ?? true }
            return before - state.loaded.count
        }
    }

    package func diskUsage() async throws(LocalModelError) -> LocalDiskUsage { LocalDiskUsage() }
}
