import DirGenCore
import LLMCore
import ProviderSimulator
import Synchronization
import TestSupport
import Testing

@testable import LLMService

/// A conversation over real sockets whose providers' prompt caches are the simulator's.
@Suite("Warm prompt caches through the service", .timeLimit(.minutes(3)))
struct WarmConversationTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private static let pro = ModelID(provider: "gemini", name: "gemini-2.5-pro")
    private static let sol = ModelID(provider: "openai", name: "gpt-6.1-sol")
    private static let haiku = ModelID(provider: "anthropic", name: "claude-haiku-5-5")

    /// The real clock, which a test may set forward.
    private final class ShiftedClock: Sendable {
        private let shift = Mutex(Duration.zero)
        var offset: Duration { shift.withLock { $0 } }
        func advance(by duration: Duration) { shift.withLock { $0 += duration } }

        var source: TimeSource {
            TimeSource(
                now: { [self] in .now + offset },
                wallMicroseconds: { [self] in TimeSource.live.wallMicroseconds() + Int64(offset / .microseconds(1)) },
                sleep: { [self] until in try await TimeSource.live.sleep(until - offset) })
        }
    }

    private func conversation(turns: Int, point: CachePoint.TTL? = nil) -> ChatRequest {
        var messages = [Message.system(String(repeating: "Rule of the house. ", count: 1_500))]
        for turn in 1...turns {
            if turn > 1 { messages.append(.assistant("Answer \(turn). " + String(repeating: "word ", count: 120))) }
            messages.append(.user("Question \(turn)? " + String(repeating: "more ", count: 80)))
        }
        if let point { messages[messages.count - 1].cachePoints = [CachePoint(part: 0, ttl: point)] }
        return ChatRequest(messages: messages, parameters: GenerationParameters(maxOutputTokens: 4_096))
    }

    private func with<Value: Sendable>(
        _ models: [ModelID], _ scenario: Scenario, _ clock: ShiftedClock,
        _ body: (DirGen) async throws -> Value
    ) async throws -> Value {
        let options = SimulatorOptions(scenario: scenario, timeScale: 0, time: clock.source)
        return try await withSimulator(options: options) { address in
            var configuration = try Configuration.load(
                .init(database: folder.path + "/\(Identifier.make()).sqlite"), environment: ["HOME": folder.path],
                directory: folder.path
            ).simulated(
                at: { provider in models.contains { $0.provider == provider } ? address.baseURL(for: provider) : nil },
                models: { provider in models.filter { $0.provider == provider } })
            configuration.priority = models.map(\.provider)
            return try await withDirGen(configuration, time: clock.source, body)
        }
    }

    private func ask(_ service: LLMService, _ dirgen: DirGen, _ chat: ChatRequest) async throws -> CallRecord {
        var request = dirgen.request("-", task: .architecture)
        request.chat = chat
        request.policy.retries = 0
        for try await event in service.ask(request) { if case .ended(let record) = event { return record } }
        throw CancellationError()
    }

    /// Twenty turns a minute apart; Gemini answers none from the eighth to the twelfth it is asked.
    private func twenty(weighing: Bool) async throws -> [CallRecord] {
        var effect = FaultEffect()
        effect.fail = .serverError
        var scenario = Scenario()
        scenario.faults = [
            FaultRule(
                name: "outage", match: RequestMatch(provider: "gemini"), occurrence: .nth(Array(8...12)), effect: effect
            )
        ]
        let clock = ShiftedClock()
        return try await with([Self.pro, Self.sol], scenario, clock) { dirgen in
            var service = dirgen.service
            if !weighing { service.strategies.promptCaches = nil }
            var records: [CallRecord] = []
            for turn in 1...20 {
                records.append(try await ask(service, dirgen, conversation(turns: turn)))
                clock.advance(by: .seconds(60))
            }
            return records
        }
    }

    private func total(_ records: [CallRecord]) throws -> USD {
        try records.reduce(USD.zero) { try $0 + #require($1.cost) }
    }

    @Test(
        "over twenty turns with an outage the policy costs less than returning at once, and its dollars are the accounted ones"
    )
    func outage() async throws {
        let weighed = try await twenty(weighing: true)
        let plain = try await twenty(weighing: false)
        #expect(weighed.allSatisfy { $0.outcome == .ok } && plain.allSatisfy { $0.outcome == .ok })
        #expect(weighed.prefix(7).allSatisfy { $0.model == Self.pro })
        #expect(weighed.dropFirst(7).allSatisfy { $0.model == Self.sol }, "it stays where its prompt is warm")
        #expect(plain.last?.model == Self.pro)
        let (with, without) = (try total(weighed), try total(plain))
        #expect(with < without, "\(with) \(without)")

        // Saved and spent make up the price of the same tokens without any cache.
        let saved = try weighed.reduce(USD.zero) { try $0 + #require(($1.decision.promptCache ?? .init()).saved) }
        var bare = USD.zero
        for attempt in weighed.flatMap(\.attempts) {
            guard let tokens = attempt.report.usage?.tokens else { continue }
            let usage = TokenUsage(promptTokens: tokens.promptTokens, outputTokens: tokens.outputTokens)
            bare += try #require(
                PriceBook.builtIn.quote(
                    model: attempt.report.model, usage: UsageReading(raw: .null, tokens: usage),
                    at: weighed[0].startedAt
                ).usd)
        }
        #expect(try total(weighed) + saved == bare)
        #expect(saved > .zero)

        // What a warm turn was expected to cost is what it cost, the output apart.
        for record in weighed.dropFirst(8) {
            let use = try #require(record.decision.promptCache)
            let option = try #require(use.options.first { $0.model == record.model })
            #expect(option.warmTokens > 4_000)
            let output = try #require(record.attempts.last?.report.usage?.tokens.outputTokens)
            let expected = try #require(option.cost).dollars - 500 * 10e-6
            let actual = try #require(record.cost).dollars - Double(output) * 10e-6
            // The newest message's tokens are estimated: by less than a hundredth of the prompt.
            #expect(abs(expected - actual) < 2.5e-6 * 0.01 * 9_000, "\(expected) \(actual)")
        }
        let change = try #require(weighed[7].decision.promptCache?.change)
        #expect(change.from == Self.pro && change.to == Self.sol)
        #expect(change.cost.map { $0 > .zero } == true && change.tokensLeft > 4_000)
        #expect(weighed.dropFirst(8).allSatisfy { $0.decision.promptCache?.change == nil })

    }

    @Test(
        "a cache point reaches Anthropic: the first turn writes, the next reads, and the ledger knows the tokens exactly"
    )
    func cachePoints() async throws {
        let clock = ShiftedClock()
        try await with([Self.haiku], Scenario(), clock) { dirgen in
            let first = try await ask(dirgen.service, dirgen, conversation(turns: 1, point: .minutes))
            let written = try #require(first.attempts.last?.report.usage?.tokens.cacheWriteTokens)
            #expect(written > 4_000)
            #expect(first.decision.promptCache?.saved.map { $0 < .zero } == true, "writing costs more than reading")
            let second = try await ask(dirgen.service, dirgen, conversation(turns: 2, point: .minutes))
            #expect(second.attempts.last?.report.usage?.tokens.cacheReadTokens == written)
            let option = try #require(second.decision.promptCache?.options.first)
            #expect(option.warmTokens == written && !option.isEstimate)
            clock.advance(by: .seconds(301))
            let third = try await ask(dirgen.service, dirgen, conversation(turns: 3, point: .minutes))
            #expect(third.attempts.last?.report.usage?.tokens.cacheReadTokens == 0)
            #expect(third.decision.promptCache?.options.isEmpty == true, "cold everywhere: nothing is compared")
        }
    }
}
