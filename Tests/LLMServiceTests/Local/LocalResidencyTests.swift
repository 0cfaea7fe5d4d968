import LLMCore
import Testing

@testable import LLMService

/// Plays events against the policy at instants of its own and keeps what it wanted done.
private struct Play {
    typealias Action = LocalResidency.Action
    var policy: LocalResidency
    private(set) var now = ContinuousClock.now
    private var lastWait = 0

    init(mostLoaded: Int = 2, idle: Duration? = .seconds(300), pulls: Bool = true) {
        policy = LocalResidency(
            limits: LocalModelLimits(mostLoaded: mostLoaded, idle: idle, pulls: pulls), endpoint: "http://local.test")
    }

    mutating func wait(_ duration: Duration) { now += duration }
    mutating func send(_ event: LocalResidency.Event) -> [Action] { policy.handle(event, now: now) }

    mutating func want(_ model: String, pulls: Bool = true, within patience: Duration = .seconds(600)) -> [Action] {
        lastWait += 1
        return send(.wanted(.init(number: lastWait), .model(model, pulls: pulls), until: now + patience))
    }

    /// Wanted, looked at, loaded and handed out.
    mutating func use(_ model: String) -> [Action] {
        _ = want(model)
        _ = send(.observed(loaded))
        return send(.loaded(model, took: .seconds(4)))
    }

    var loaded: [LoadedModel] {
        policy.entries.filter { $0.value.phase == .resident }.keys.map { LoadedModel(name: $0) }
    }
    mutating func observe(_ names: String...) -> [Action] { send(.observed(names.map { LoadedModel(name: $0) })) }

    static func ready(_ wait: Int, load: Duration? = nil, pull: Duration? = nil) -> Action {
        .resume(.init(number: wait), .success(LocalModelReady(load: load, pull: pull)))
    }
    static func failed(_ action: Action?) -> LocalModelError.Reason? {
        guard case .resume(_, .failure(let error))? = action else { return nil }
        return error.reason
    }
}

@Suite("Which local models are in memory", .timeLimit(.minutes(2)))
struct LocalResidencyTests {
    @Test("a cold model is looked for, loaded once for all who want it, and handed to each")
    func shared() {
        var play = Play()
        #expect(play.want("a") == [.observe])
        #expect(play.want("a") == [])
        #expect(play.observe() == [.load("a")])
        #expect(play.want("a") == [])
        let handed = play.send(.loaded("a", took: .seconds(4)))
        #expect(handed == (1...3).map { Play.ready($0, load: .seconds(4)) })
        #expect(play.policy.entries["a"]?.calls == 3)
    }

    @Test("a warm model is handed out at once while what the server said is fresh, and asked after anew when it is not")
    func warm() {
        var play = Play()
        _ = play.use("a")
        _ = play.send(.released("a"))
        #expect(play.want("a") == [Play.ready(2)])
        _ = play.send(.released("a"))
        play.wait(.seconds(2))
        #expect(play.want("a") == [.observe])
        #expect(play.observe("a") == [Play.ready(3)])
    }

    @Test("a model that the server dropped by itself is loaded again")
    func dropped() {
        var play = Play()
        _ = play.use("a")
        _ = play.send(.released("a"))
        play.wait(.seconds(400))
        #expect(play.want("a").contains(.observe))
        #expect(play.observe() == [.load("a")])
    }

    @Test("the one used longest ago makes room, never one with a call in flight")
    func eviction() {
        var play = Play(mostLoaded: 2)
        _ = play.use("a")
        play.wait(.milliseconds(10))
        _ = play.use("b")
        #expect(play.want("c") == [], "both are answering: it waits")
        #expect(play.send(.released("b")) == [.unload("b")], "a is older, but in use")
        #expect(play.send(.unloaded("b", done: true)) == [.load("c")])
        _ = play.send(.loaded("c", took: .seconds(1)))
        _ = play.send(.released("a"))
        play.wait(.milliseconds(10))
        _ = play.send(.released("c"))
        _ = play.want("d")
        #expect(play.send(.observed(play.loaded)) == [.unload("a")] || play.policy.entries["a"]?.phase == .unloading)
    }

    @Test("models that others loaded count, and go last; those that answer others stay")
    func foreign() {
        var play = Play(mostLoaded: 2)
        _ = play.want("a")
        _ = play.send(.observed([LoadedModel(name: "x", isInUse: true)]))
        _ = play.send(.loaded("a", took: .seconds(1)))
        _ = play.send(.released("a"))
        #expect(play.want("b") == [.unload("a")], "x was there before, but is not ours")
        _ = play.send(.unloaded("a", done: true))
        _ = play.send(.loaded("b", took: .seconds(1)))
        #expect(play.want("c") == [], "b holds a call, x answers somebody else")
        play.wait(.seconds(2))
        _ = play.want("c")
        #expect(play.observe("x", "b") == [.unload("x")], "x has come to rest")
    }

    @Test("a process that has just begun goes by when the server's models were last used by anybody")
    func foreignUse() {
        var play = Play(mostLoaded: 2)
        _ = play.want("c")
        let older = LoadedModel(name: "b", lastUsedAt: 1_000_000)
        let newer = LoadedModel(name: "a", lastUsedAt: 9_000_000)
        #expect(play.send(.observed([newer, older], wall: 10_000_000)) == [.unload("b")])
        #expect(play.policy.entries["a"]?.lastUsed == play.now - .seconds(1))
        // A clock that runs behind the server's is no reason to think of the future.
        _ = play.send(.observed([LoadedModel(name: "a", lastUsedAt: 99_000_000)], wall: 10_000_000))
        #expect(play.policy.entries["a"]?.lastUsed == play.now)
    }

    @Test("a place for what is loaded by hand: at once when there is one, else that of the one used longest ago")
    func place() {
        var play = Play(mostLoaded: 2)
        let placed = Play.ready(0)
        func ask(_ play: inout Play, _ model: String) -> [Play.Action] {
            play.send(.wanted(.init(number: 0), .place(model), until: play.now + .seconds(30)))
        }
        #expect(ask(&play, "c") == [.observe])
        #expect(play.observe("a") == [placed], "one of two places is free")
        play.wait(.seconds(2))
        #expect(ask(&play, "a") == [.observe])
        #expect(play.observe("a", "b") == [placed], "it has its place")
        #expect(ask(&play, "c") == [.unload("a")])
        #expect(play.send(.unloaded("a", done: true)) == [placed])
    }

    @Test("there is no place while every model in memory is answering, which is said when the time is up")
    func noPlace() {
        var play = Play(mostLoaded: 1)
        _ = play.send(.wanted(.init(number: 0), .place("b"), until: play.now + .seconds(30)))
        #expect(play.send(.observed([LoadedModel(name: "a", isInUse: true)])) == [])
        play.wait(.seconds(31))
        let end = play.send(.tick)
        #expect(Play.failed(end.first) == .inUse)
        #expect(play.policy.waits.isEmpty)
    }

    @Test("a server that keeps a model is asked again a second later, not at once")
    func kept() {
        var play = Play(mostLoaded: 1)
        _ = play.use("a")
        _ = play.send(.released("a"))
        #expect(play.want("b") == [.unload("a")])
        #expect(play.send(.unloaded("a", done: false)) == [])
        #expect(play.policy.nextWake == play.now + LocalResidency.keptFor)
        play.wait(LocalResidency.keptFor)
        // Too old a look by now.
        #expect(play.send(.tick) == [.observe])
        #expect(play.observe("a") == [.unload("a")])
    }

    @Test("an idle model is unloaded, one that is used or not ours is not")
    func idle() {
        var play = Play(mostLoaded: 3, idle: .seconds(60))
        _ = play.use("a")
        _ = play.use("b")
        _ = play.send(.observed(play.loaded + [LoadedModel(name: "x")]))
        _ = play.send(.released("a"))
        #expect(play.policy.nextWake == play.now + .seconds(60))
        play.wait(.seconds(60))
        #expect(play.send(.tick) == [.unload("a")])
        #expect(play.send(.unloaded("a", done: true)) == [])
        #expect(play.policy.nextWake == nil)
    }

    @Test("a missing model is pulled once, then loaded; both times are told")
    func pull() {
        var play = Play()
        _ = play.want("a")
        _ = play.observe()
        #expect(play.send(.loadFailed("a", missing)) == [.pull("a")])
        #expect(play.want("a") == [])
        #expect(play.send(.pulled("a", took: .seconds(30))) == [.load("a")])
        let handed = play.send(.loaded("a", took: .seconds(2)))
        #expect(handed == [1, 2].map { Play.ready($0, load: .seconds(2), pull: .seconds(30)) })
    }

    @Test("who may not pull is told so, and takes nothing from who may")
    func pullNotAllowed() {
        var play = Play()
        _ = play.want("a", pulls: false)
        _ = play.want("a")
        _ = play.observe()
        let actions = play.send(.loadFailed("a", missing))
        #expect(Play.failed(actions.first) == .pullNotAllowed)
        #expect(actions.last == .pull("a"))
    }

    @Test("a pull that fails ends everybody's wait; a model still missing after a pull is not pulled for ever")
    func pullFails() {
        var play = Play()
        _ = play.want("a")
        _ = play.observe()
        _ = play.send(.loadFailed("a", missing))
        let broken = LocalModelError(.pullFailed, model: "a", endpoint: "", message: "unexpected EOF")
        #expect(play.send(.pullFailed("a", broken)).map { Play.failed($0) } == [.pullFailed])
        #expect(play.want("a") == [.pull("a")])
        _ = play.send(.pulled("a", took: .seconds(1)))
        #expect(play.send(.loadFailed("a", missing)).map { Play.failed($0) } == [.modelNotFound])
    }

    @Test("a pull goes on while one wants it, is stopped when the last has left, and begun anew for who comes then")
    func leaving() {
        var play = Play()
        _ = play.want("a")
        _ = play.want("a")
        _ = play.observe()
        _ = play.send(.loadFailed("a", missing))
        #expect(play.send(.left(.init(number: 1))).map { Play.failed($0) } == [.cancelled])
        #expect(play.send(.left(.init(number: 2))).contains(.stopPull("a")))
        #expect(play.want("a") == [])
        let stopped = LocalModelError(.cancelled, endpoint: "", message: "")
        #expect(play.send(.pullFailed("a", stopped)) == [.pull("a")])
    }

    @Test("a load is not stopped by who leaves: the model is there for the next")
    func leavingLoad() {
        var play = Play()
        _ = play.want("a")
        _ = play.observe()
        _ = play.send(.left(.init(number: 1)))
        #expect(play.send(.loaded("a", took: .seconds(1))) == [])
        #expect(play.want("a") == [Play.ready(2)])
    }

    @Test("whoever waits too long is told, and the load goes on")
    func timeout() {
        var play = Play()
        _ = play.want("a", within: .seconds(5))
        _ = play.observe()
        #expect(play.policy.nextWake == play.now + .seconds(5))
        play.wait(.seconds(5))
        #expect(play.send(.tick).map { Play.failed($0) } == [.timeout])
        #expect(play.policy.entries["a"] != nil)
    }

    @Test("a server without management is taken as it is, and not asked again for a while")
    func unmanaged() {
        var play = Play()
        let none = LocalModelError(.managementUnavailable, endpoint: "", message: "")
        _ = play.want("a")
        let unmanaged = LocalModelReady(isManaged: false)
        #expect(play.send(.observationFailed(none)) == [.resume(.init(number: 1), .success(unmanaged))])
        #expect(play.want("b") == [.resume(.init(number: 2), .success(unmanaged))])
        play.wait(.seconds(61))
        #expect(play.want("c") == [.observe])
    }

    @Test("an unreachable server fails who asks, but not who waits for a load under way")
    func unreachable() {
        var play = Play()
        _ = play.want("a")
        _ = play.observe()
        play.wait(.seconds(2))
        _ = play.want("b")
        let gone = LocalModelError(.unreachable, endpoint: "", message: "refused")
        let told = play.send(.observationFailed(gone))
        #expect(told.count == 1)
        #expect(Play.failed(told.first) == .unreachable)
        #expect(play.policy.waits.map(\.model) == ["a"])
    }

    @Test("when nobody works any more, everybody is told")
    func closed() {
        var play = Play()
        _ = play.want("a")
        #expect(play.send(.closed).map { Play.failed($0) } == [.cancelled])
        #expect(play.want("a").map { Play.failed($0) } == [.cancelled])
    }

    private var missing: LocalModelError { LocalModelError(.modelNotFound, model: "a", endpoint: "", message: "") }

    // MARK: Routing

    private static let unfit = "it is not loaded: loading takes about 8.0 s, and 5.0 s are left"

    @Test(
        "a model that would load longer than the call may take is not chosen; what is unknown is no obstacle",
        arguments: [
            (LocalReadiness.warm, nil as String?), (.unknown, nil), (.cold(load: nil), nil),
            (.cold(load: .seconds(5)), nil), (.cold(load: .seconds(8)), unfit), (.loading(remaining: .seconds(3)), nil),
            (.loading(remaining: .seconds(8)), unfit), (.absent, nil),
        ])
    func obstacle(readiness: LocalReadiness, expected: String?) {
        #expect(readiness.obstacle(within: .seconds(5), pulls: true) == expected)
    }

    @Test("a missing model is an obstacle where pulling is not allowed")
    func absentWithoutPulling() {
        #expect(LocalReadiness.absent.obstacle(within: .seconds(5), pulls: false)?.contains("not pulled") == true)
    }

    @Test("a snapshot knows names in all their spellings, and nothing of other providers")
    func snapshot() {
        var play = Play()
        _ = play.use("ai/a")
        _ = play.want("ai/b")
        let times: [String: Duration] = ["ai/b": .seconds(9), "ai/c": .seconds(3)]
        play.wait(.seconds(4))
        let snapshot = play.policy.snapshot(provider: .local, loadTimes: times, now: play.now)
        let readiness = ["a", "ai/a:latest", "ai/b", "docker.io/ai/c", "d"].map {
            snapshot.readiness(of: ModelID(provider: .local, name: $0))
        }
        #expect(
            readiness == [.warm, .warm, .loading(remaining: .seconds(5)), .cold(load: .seconds(3)), .cold(load: nil)])
        #expect(snapshot.readiness(of: ModelID(provider: "ollama", name: "ai/a")) == .unknown)
    }
}
