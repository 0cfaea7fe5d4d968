import DirGenCore
import LLMCore
import LLMProviders
import LLMService
import ProviderSimulator
import TestSupport
import Testing

/// `solo_local` by what the network saw.
@Suite(.timeLimit(.minutes(2))) struct LocalOnlyTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let clouds = ["OPENAI", "ANTHROPIC", "GEMINI", "GROQ", "XAI"]
    /// Each way the local server may fail, by the word in the question that makes it happen.
    private static let failures: [(String, FaultEffect)] = {
        func made(_ name: String, _ change: (inout FaultEffect) -> Void) -> (String, FaultEffect) {
            var effect = FaultEffect()
            change(&effect)
            return ("[\(name)]", effect)
        }
        let said: [(Int, String)] = [
            (400, "Invalid request"), (401, "Invalid API key"), (402, "no credit"), (403, "not for you"),
            (403, "Country, region, or territory not supported"), (404, "model not found"), (409, "busy"),
            (400, "Content violates usage guidelines."), (400, "prompt is too long"), (413, "too large"),
            (429, "Too many requests"), (500, "Internal error"), (503, "Loading model"),
        ]
        return said.map { status, message in
            made(message) { ($0.status, $0.message) = (status, message) }
        } + [
            made("drop") { $0.drops = true }, made("cut") { $0.cutAfter = 0 },
            made("cut-after") { $0.cutAfter = 1 }, made("reset") { ($0.cutAfter, $0.cut) = (0, .reset) },
            made("malformed") { $0.malformedAt = 1 }, made("empty") { $0.emptyText = true },
            made("event") { ($0.errorAfter, $0.errorEvent) = (0, .serverError) },
            made("length") { ($0.emptyText, $0.finish) = (true, .length) },
            made("silent") { ($0.firstTokenAbsent, $0.firstTokenDelay) = (true, 60_000_000) },
            made("stall") { $0.stall = .init(after: 1, hold: 60_000_000) },
        ]
    }()
    /// What they come to.
    private static let classes: Set<AttemptClass> = [
        .ok, .badRequest, .auth, .quotaExhausted, .permission, .region, .modelNotFound, .conflict, .contentFilter,
        .contextOverflow, .payloadTooLarge, .rateLimited, .serverError, .overloaded, .connectionReset, .streamTruncated,
        .malformedJSON, .emptyOutput, .lengthTruncated, .timeoutFirstToken, .timeoutIdle,
    ]

    private var options: SimulatorOptions {
        var scenario = Scenario()
        scenario.faults = LocalOnlyTests.failures.map {
            FaultRule(name: $0.0, match: RequestMatch(prompt: $0.0), effect: $0.1)
        }
        return SimulatorOptions(scenario: scenario, timeScale: 0.001)
    }

    /// Every cloud is at `base`; only the local server answers.
    private func configuration(clouds base: String, local: SimulatorAddress, proxy: String? = nil) throws
        -> Configuration
    {
        var environment = ["HOME": folder.path, "DMR_BASE_URL": try #require(local.baseURL(for: .local))]
        for cloud in LocalOnlyTests.clouds {
            environment[cloud + "_API_KEY"] = "k"
            environment[cloud + "_BASE_URL"] = base
        }
        environment["HTTP_PROXY"] = proxy
        environment["HTTPS_PROXY"] = proxy
        var configuration = try Configuration.load(
            .init(database: folder.path + "/d.sqlite"), environment: environment, directory: folder.path)
        configuration.limits.firstToken = .milliseconds(200)
        configuration.limits.idle = .milliseconds(200)
        return configuration
    }

    private func profile(_ configuration: Configuration, only: Bool) throws -> AgentProfile {
        let text = """
            perfiles_agentes:
              - rol_agente: planner
                modelo_id: openai/gpt-6-luna
                fallback_modelo: anthropic/claude-haiku-5-5
                restricciones: {solo_local: \(only)}
            """
        return try configuration.profile(role: "planner", pcce: folder.write(text, to: "pcce.yaml"))
    }

    private func ask(
        _ dirgen: DirGen, _ prompt: String, _ model: ModelChoice, _ profile: AgentProfile, stream: Bool,
        hedge: HedgePolicy? = HedgePolicy(maxShare: 1, after: .zero)
    ) async throws -> CallRecord? {
        var request = dirgen.request("\(prompt) \(stream)", task: .verification)
        request.model = model
        request.chat.stream = stream
        request.profile = profile
        request.policy.retries = 1
        request.policy.hedge = hedge
        request.policy.delivery = stream ? .live : .atEnd
        var record: CallRecord?
        for try await event in dirgen.asker.ask(request) { if case .ended(let ended) = event { record = ended } }
        return record
    }

    @Test("with solo_local no byte leaves for a cloud, whatever fails, is asked for, or is closed")
    func counted() async throws {
        try await CountingListener.with { listener in
            try await withSimulator(options: options) { address in
                let clock = SkippingClock()
                let configuration = try configuration(clouds: "http://127.0.0.1:\(listener.port)", local: address)
                try await withDirGen(configuration, time: clock.source) { dirgen in
                    let free = try profile(configuration, only: false)
                    let bound = try profile(configuration, only: true)
                    try await check(dirgen, bound, listener, clock, isLocked: false)
                    // The clouds can be reached and are counted: nothing else would make the zeros above worth anything.
                    // Not beside the local model, whose answer would end them before they refuse.
                    for cloud in dirgen.callable where !cloud.isLocal {
                        _ = try await ask(dirgen, "hello", .model(cloud.defaultModel), free, stream: true, hedge: nil)
                    }
                    let before = listener.seen
                    #expect(before.connections >= LocalOnlyTests.clouds.count && before.bytes > 1_000)
                    let service = dirgen.service
                    let known = await service.health.snapshot(now: clock.source.wallMicroseconds())
                    #expect(known.lock(of: service.configuration.scope)?.isEngaged == true)
                    try await check(dirgen, bound, listener, clock, isLocked: true)
                    #expect(listener.seen == before)
                }
            }
        }
    }

    private func check(
        _ dirgen: DirGen, _ profile: AgentProfile, _ listener: CountingListener, _ clock: SkippingClock,
        isLocked: Bool
    ) async throws {
        let before = listener.seen
        let choices: [ModelChoice] = [
            .auto, .model(ModelID(provider: .local, name: "ai/smollm3")),
            .model(ModelID(provider: "openai", name: "gpt-6-luna")),
        ]
        var outcomes: Set<AttemptClass> = []
        for (mark, _) in LocalOnlyTests.failures + [("[fine]", FaultEffect())] {
            for (index, choice) in choices.enumerated() {
                // The silence of a whole answer would last as long as the request.
                let stream = index == 0 || mark == "[silent]"
                let record = try #require(
                    try await ask(dirgen, "\(mark) \(index) \(isLocked)", choice, profile, stream: stream))
                #expect(record.attempts.allSatisfy { $0.report.model.provider == .local }, "\(mark)")
                #expect(!record.attempts.isEmpty, "\(mark) \(record.error ?? "-")")
                outcomes.formUnion(record.attempts.map(\.report.outcome))
                await forget(dirgen, outcomes: record.attempts.map(\.report.outcome), clock)
            }
        }
        #expect(LocalOnlyTests.classes.subtracting(outcomes).isEmpty)
        #expect(listener.seen == before)
    }

    /// One failure shall not keep the next from happening.
    private func forget(_ dirgen: DirGen, outcomes: [AttemptClass], _ clock: SkippingClock) async {
        // A model that may not be used, or is limited, is left alone for up to an hour.
        if !Set(outcomes).isDisjoint(with: [.permission, .rateLimited]) { clock.skip(.seconds(4_000)) }
        guard let client = dirgen.clients[.local] else { return }
        let model = ModelID(provider: .local, name: "ai/smollm3")
        for subject in [HealthKey.Subject.provider(.local), .model(model)] {
            let key = HealthKey(subject, endpoint: client.endpoint, simulated: false)
            _ = await dirgen.service.health.perform(.closeBreaker(key), now: clock.source.wallMicroseconds())
        }
    }

    @Test("a cloud asked for by name under solo_local is refused with its reason")
    func refused() async throws {
        try await CountingListener.with { listener in
            try await withSimulator(options: options) { address in
                let configuration = try configuration(clouds: "http://127.0.0.1:\(listener.port)", local: address)
                try await withDirGen(configuration, database: .none) { dirgen in
                    var request = dirgen.request("hello", model: ModelID(provider: "openai", name: "gpt-6-luna"))
                    request.profile = try profile(configuration, only: true)
                    request.policy.fallback = false
                    for try await event in dirgen.asker.ask(request) {
                        guard case .ended(let record) = event else { continue }
                        #expect(record.attempts.isEmpty)
                        #expect(record.outcome != .ok)
                        #expect(
                            record.error?.contains("only local models are allowed") == true, "\(record.error ?? "-")")
                    }
                }
                #expect(listener.seen == .init())
            }
        }
    }

    @Test(
        "a local server that is not on this network, or behind a proxy, gets nothing under solo_local",
        arguments: ["http://gpu.rented.example", "http://192.168.77.7:12434", "http://134744072"])
    func rented(server: String) async throws {
        try await CountingListener.with { proxy in
            let address = "http://127.0.0.1:\(proxy.port)"
            var configuration = try Configuration.load(
                .init(), environment: ["HOME": folder.path, "DMR_BASE_URL": server, "HTTP_PROXY": address],
                directory: folder.path)
            configuration.limits.total = .seconds(2)
            try await withDirGen(configuration, database: .none) { dirgen in
                for only in [true, false] {
                    let bound = try profile(configuration, only: only)
                    let model = ModelChoice.model(ModelID(provider: .local, name: "ai/smollm3"))
                    let before = proxy.seen
                    let record = try #require(try await ask(dirgen, "hello", model, bound, stream: false))
                    #expect(record.attempts.isEmpty == only)
                    #expect((proxy.seen == before) == only)
                    guard only else { continue }
                    #expect(record.error?.contains("not on this machine or network") == true, "\(record.error ?? "-")")
                }
            }
        }
    }

    @Test("under solo_local no cloud's name is looked up, and no proxy is asked to")
    func names() async throws {
        try await CountingListener.with { proxy in
            try await withSimulator(options: options) { address in
                let configuration = try configuration(
                    clouds: "http://no-such-cloud.invalid", local: address, proxy: "http://127.0.0.1:\(proxy.port)")
                let clock = SkippingClock()
                try await withDirGen(configuration, database: .none, time: clock.source) { dirgen in
                    let bound = try profile(configuration, only: true)
                    try await check(dirgen, bound, proxy, clock, isLocked: false)
                    #expect(proxy.seen == .init())
                    // Without it the proxy hears of the same name.
                    let free = try profile(configuration, only: false)
                    let cloud = ModelID(provider: "openai", name: "gpt-6-luna")
                    _ = try await ask(dirgen, "hello", .model(cloud), free, stream: true)
                    #expect(proxy.seen.connections > 0)
                }
            }
        }
    }
}
