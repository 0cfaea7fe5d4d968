import LLMCore
import LLMService
import Testing
import TestSupport

@Suite("Local models on demand", .timeLimit(.minutes(2)))
struct LocalModelManagerTests {
    private let clock = ManualClock()
    private static let model = ModelID(provider: .local, name: "ai/a")

    /// A manager at work. Its alarms never ring: time is the test's.
    private func manage<R: Sendable>(
        _ control: ScriptedLocalControl, limits: LocalModelLimits = .init(), health: (any HealthStore)? = nil,
        _ body: (LocalModelManager) async throws -> R
    ) async throws -> R {
        let clock = clock
        let never = TimeSource(
            now: { clock.now }, wallMicroseconds: clock.source.wallMicroseconds,
            sleep: { _ in
                for await _ in AsyncStream<Never>.makeStream().stream {}
                throw CancellationError()
            })
        let manager = LocalModelManager(
            control, limits: limits, health: health, time: never, logger: ServiceHarness.quietLogger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await manager.run() }
            defer { group.cancelAll() }
            return try await body(manager)
        }
    }

    private func lease(_ manager: LocalModelManager, pulls: Bool? = nil) async throws -> LocalModelLease {
        try await manager.ensureAvailable(
            LocalModelManagerTests.model, until: clock.now + .seconds(600), pulls: pulls)
    }

    @Test("a cold start is timed apart, and known from then on")
    func coldStart() async throws {
        let control = ScriptedLocalControl(stored: ["ai/a"], loadTime: .seconds(7), clock: clock)
        try await manage(control) { manager in
            let before = await manager.snapshot().readiness(of: Self.model)
            #expect(before == .cold(load: nil))
            let first = try await lease(manager)
            #expect(first.ready == LocalModelReady(load: .seconds(7)))
            let second = try await lease(manager).ready
            #expect(second == LocalModelReady())
            let after = await manager.snapshot().readiness(of: Self.model)
            #expect(after == .warm)
            _ = try await control.unload(nil)
            first.release()
            clock.advance(by: .seconds(2))
            let snapshot = await manager.snapshot()
            #expect(snapshot.readiness(of: Self.model) == .cold(load: .seconds(7)))
            #expect(snapshot.obstacle(to: Self.model, within: .seconds(6)) != nil)
            #expect(snapshot.obstacle(to: Self.model, within: .seconds(8)) == nil)
        }
    }

    @Test("a thousand callers share one pull and one load, and one who leaves takes nothing from the others")
    func shared() async throws {
        let control = ScriptedLocalControl(isGated: true, clock: clock)
        try await manage(control) { manager in
            try await withThrowingTaskGroup(of: LocalModelReady?.self) { group in
                for _ in 0..<1_000 { group.addTask { try await lease(manager).ready } }
                let leaver = Task { try await lease(manager) }
                await control.finish("load ai/a")
                leaver.cancel()
                await #expect(throws: CancellationError.self) { try await leaver.value }
                await control.finish("pull ai/a")
                await control.finish("load ai/a")
                var served = 0
                for try await ready in group where ready?.pull != nil && ready?.load != nil { served += 1 }
                #expect(served == 1_000)
            }
            #expect(control.asked.filter { $0 != "ps" } == ["load ai/a", "pull ai/a", "load ai/a"])
        }
    }

    @Test("a pull that nobody waits for any more is given up")
    func abandonedPull() async throws {
        let control = ScriptedLocalControl(isGated: true, clock: clock)
        try await manage(control) { manager in
            let only = Task { try await lease(manager) }
            await control.finish("load ai/a")
            try await until { control.asked.contains("pull ai/a") }
            only.cancel()
            await #expect(throws: CancellationError.self) { try await only.value }
            // The stopped pull is over when another can begin.
            let next = Task { try await lease(manager) }
            try await until { control.asked.count { $0 == "pull ai/a" } >= 2 }
            next.cancel()
            await #expect(throws: CancellationError.self) { try await next.value }
        }
    }

    @Test("what the server says when a load or a pull fails reaches the caller", arguments: ["load ai/a", "pull ai/a"])
    func failures(work: String) async throws {
        let control = ScriptedLocalControl(stored: work.hasPrefix("load") ? ["ai/a"] : [], clock: clock)
        control.fail(work, .pullFailed)
        try await manage(control) { manager in
            let error = await #expect(throws: LocalModelError.self) { try await lease(manager) }
            #expect(error?.reason == .pullFailed)
        }
    }

    @Test("a server without management serves as it is")
    func unmanaged() async throws {
        try await manage(ScriptedLocalControl(isManaged: false, clock: clock)) { manager in
            let ready = try await lease(manager).ready
            #expect(ready == LocalModelReady(isManaged: false))
            let snapshot = await manager.snapshot()
            #expect(!snapshot.isManaged)
            #expect(snapshot.obstacle(to: Self.model, within: .zero) == nil)
        }
    }

    @Test("a model is held until the last lease is gone, then makes room")
    func leases() async throws {
        let control = ScriptedLocalControl(stored: ["ai/a", "ai/b"], clock: clock)
        try await manage(control, limits: LocalModelLimits(mostLoaded: 1)) { manager in
            let held = try await lease(manager)
            let waiting = Task {
                try await manager.ensureAvailable(
                    ModelID(provider: .local, name: "b"), until: clock.now + .seconds(600))
            }
            do {
                _ = try await lease(manager)
            }
            #expect(control.loaded == ["ai/a"])
            held.release()
            held.release()
            _ = try await waiting.value
            #expect(control.loaded == ["ai/b"])
        }
    }

    @Test("whoever waits when the manager ends is told")
    func ended() async throws {
        let control = ScriptedLocalControl(stored: ["ai/a"], isGated: true, clock: clock)
        let waiting = try await manage(control) { manager in
            let waiting = Task { try await lease(manager) }
            try await until { control.asked.contains("load ai/a") }
            return waiting
        }
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test(
        "how long a model takes to load is known to the next process, in the same environment at the same address only")
    func durable() async throws {
        let health = InMemoryHealthStore()
        let control = ScriptedLocalControl(stored: ["ai/a"], loadTime: .seconds(7), clock: clock)
        try await manage(control, health: health) { _ = try await lease($0) }
        _ = try await control.unload(nil)
        try await manage(control, health: health) { manager in
            let readiness = await manager.snapshot().readiness(of: Self.model)
            #expect(readiness == .cold(load: .seconds(7)))
        }
        let elsewhere = ScriptedLocalControl(clock: clock, endpoint: "http://other.test")
        try await manage(elsewhere, health: health) { manager in
            let readiness = await manager.snapshot().readiness(of: Self.model)
            #expect(readiness == .cold(load: nil))
        }
    }
}
