import LLMCore
import Synchronization

/// Docker Model Runner's state: which models are on the machine, and which are loaded.
final class ModelRunner: Sendable {
    struct Loaded: Sendable {
        var readyAt: ContinuousClock.Instant
        var lastUsed: ContinuousClock.Instant
        var inUse: Int
        /// `nil` keeps it for ever.
        var keepAlive: Duration?
    }
    private struct State: Sendable {
        var present: Set<String>
        var loaded: [String: Loaded] = [:]
        var keepAlive: [String: Duration?] = [:]
    }

    let stock: LocalStock
    private let models: [String: SimulatedModel]
    private let initial: Set<String>
    private let timeScale: Double
    private let state: Mutex<State>
    /// A runner is unloaded after so long without use.
    private static let usualKeepAlive = Duration.seconds(300)

    init(stock: LocalStock, models: [SimulatedModel], added: [String], timeScale: Double) {
        self.stock = stock
        self.models = Dictionary(models.map { ($0.id.name, $0) }) { first, _ in first }
        initial = Set((stock.pulled ?? SimulatedModels.pulledLocally + added).map(Self.canonical))
        self.timeScale = timeScale
        state = Mutex(State(present: initial))
    }

    /// `smollm3`, `ai/smollm3:latest` and `index.docker.io/ai/smollm3` are all `ai/smollm3`.
    static func canonical(_ name: String) -> String {
        var name = name.hasSuffix(":latest") ? String(name.dropLast(7)) : name
        for prefix in ["index.docker.io/", "docker.io/"] where name.hasPrefix(prefix) {
            name = String(name.dropFirst(prefix.count))
        }
        if name.hasPrefix("hf.co/") { name = "huggingface.co/" + name.dropFirst(6) }
        return name.contains("/") || name.isEmpty ? name : "ai/\(name)"
    }

    var present: [String] { state.withLock { $0.present.sorted() } }

    func isKnown(_ name: String) -> Bool { models[name] != nil || stock.brokenPulls.contains(name) }
    func model(_ name: String) -> SimulatedModel? { models[name] }
    func add(_ name: String) { state.withLock { _ = $0.present.insert(name) } }
    func reset() { state.withLock { $0 = State(present: initial) } }

    func remove(_ name: String) -> Bool {
        state.withLock {
            $0.loaded[name] = nil
            return $0.present.remove(name) != nil
        }
    }

    /// Marks a model as in use, loading it if need be.
    ///
    /// - Returns: When it is ready; `nil` when it is not on the machine.
    func use(_ name: String, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        state.withLock { state in
            guard let ready = load(name, now, &state) else { return nil }
            state.loaded[name]?.inUse += 1
            return ready
        }
    }

    func release(_ name: String, now: ContinuousClock.Instant) {
        state.withLock {
            $0.loaded[name]?.inUse -= 1
            $0.loaded[name]?.lastUsed = now
        }
    }

    /// Loads without using it.
    func preload(_ name: String, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        state.withLock { load(name, now, &$0) }
    }

    /// - Returns: Whether it could: a model in use keeps its settings.
    func configure(_ name: String, keepAlive: Duration??, now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            expire(now, &state)
            guard state.loaded[name]?.inUse ?? 0 == 0 else { return false }
            if let keepAlive { state.keepAlive[name] = .some(keepAlive) }
            state.loaded[name] = nil
            _ = load(name, now, &state)
            return true
        }
    }

    /// Unloads what is not in use; `nil` means all.
    func unload(_ names: [String]?, now: ContinuousClock.Instant) -> Int {
        state.withLock { state in
            expire(now, &state)
            let wanted = state.loaded.filter { $0.value.inUse == 0 && names?.contains($0.key) ?? true }.keys
            for name in wanted { state.loaded[name] = nil }
            return wanted.count
        }
    }

    func running(now: ContinuousClock.Instant) -> [(name: String, loaded: Loaded)] {
        state.withLock { state in
            expire(now, &state)
            return state.loaded.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    private func load(
        _ name: String, _ now: ContinuousClock.Instant, _ state: inout State
    ) -> ContinuousClock.Instant? {
        expire(now, &state)
        guard state.present.contains(name), let model = models[name] else { return nil }
        if let loaded = state.loaded[name] {
            state.loaded[name]?.lastUsed = max(now, loaded.readyAt)
            return loaded.readyAt
        }
        let ready = now + .milliseconds(model.loadTime) * timeScale
        let keepAlive: Duration? = state.keepAlive[name] ?? ModelRunner.usualKeepAlive
        state.loaded[name] = Loaded(readyAt: ready, lastUsed: ready, inUse: 0, keepAlive: keepAlive)
        return ready
    }

    private func expire(_ now: ContinuousClock.Instant, _ state: inout State) {
        state.loaded = state.loaded.filter { entry in
            guard entry.value.inUse == 0, let keepAlive = entry.value.keepAlive else { return true }
            return entry.value.lastUsed + keepAlive * timeScale > now
        }
    }
}

/// The lines of a pull, with the traps of the real ones: layers interleave, and a failure under way is still status 200.
struct PullScript: Sendable {
    /// One line, and when it is written as a share of the whole pull.
    struct Line: Sendable {
        var text: String
        var at: Double
    }

    let lines: [Line]

    init(model: String, imageBytes: Int, breaks: Bool, asJSON: Bool) {
        let sizes = [imageBytes * 9 / 10, imageBytes / 10, max(1, imageBytes / 1_000)]
        let steps = 10
        var lines: [Line] = []
        for step in 1...(breaks ? steps / 2 : steps) {
            for (layer, size) in sizes.enumerated() {
                let current = min(size, size * step / steps)
                let value: JSONValue = [
                    "type": "progress", "message": .string("Downloaded: \(Self.megabytes(current)) MB"),
                    "total": JSONValue(imageBytes),
                    "layer": [
                        "id": .string(Self.layerID(model, layer)), "size": JSONValue(size),
                        "current": JSONValue(current),
                    ],
                    "mode": "pull",
                ]
                lines.append(Line(text: Self.text(value, asJSON), at: Double(step) / Double(steps)))
            }
        }
        let layer: JSONValue = ["id": "", "size": 0, "current": 0]
        let last: JSONValue =
            breaks
            ? [
                "type": "error", "message": "Error: failed to pull model: unexpected EOF", "total": 0,
                "layer": layer, "mode": "pull",
            ]
            : [
                "type": "success", "message": "Model pulled successfully", "total": JSONValue(imageBytes),
                "layer": layer, "mode": "pull",
            ]
        lines.append(Line(text: Self.text(last, asJSON), at: 1))
        if breaks { lines.append(Line(text: "failed to pull model: unexpected EOF", at: 1)) }
        self.lines = lines
    }

    static func layerID(_ model: String, _ layer: Int) -> String {
        "sha256:" + ContentHash.sha256("\(model)#\(layer)")
    }

    /// Unless JSON alone was accepted, quotes are escaped as in HTML.
    private static func text(_ value: JSONValue, _ asJSON: Bool) -> String {
        asJSON ? value.text : value.text.replacing("&", with: "&amp;").replacing("\"", with: "&#34;")
    }

    private static func megabytes(_ bytes: Int) -> String { String(bytes / 1_000_000) }
}
