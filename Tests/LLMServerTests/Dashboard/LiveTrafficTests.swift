import DirGenAPI
import LLMCore
import Testing

@testable import LLMServer

@Suite("The traffic of the last hour", .timeLimit(.minutes(1)))
struct LiveTrafficTests {
    private static let second: Int64 = 1_000_000
    private static let now: Int64 = 7_200 * second
    private static let model = ModelID(provider: ProviderID("openai"), name: "m")

    private static func change(
        at start: Int64, _ outcome: AttemptClass, cost: USD?, isNew: Bool = true, hasEnded: Bool = true
    ) -> CallChange {
        let call = LoggedCall(
            id: CallID(rawValue: "\(start)"), origin: .live, isClosed: hasEnded, simulated: false,
            startedAt: start * second, duration: .seconds(1), outcome: outcome, cost: cost)
        return CallChange(call: call, isNew: isNew, hasEnded: hasEnded)
    }

    private static func attempt(
        _ outcome: AttemptClass, milliseconds: Int, origin: CallOrigin = .live, endsAgo: Int64 = 10,
        streamed: Int? = nil, firstToken: Int? = nil
    ) -> AttemptFact {
        AttemptFact(
            id: AttemptID(rawValue: "a"), call: CallID(rawValue: "c"), model: model, endpoint: "e", task: .general,
            origin: origin, startedAt: now - endsAgo * second - Int64(milliseconds) * 1_000, outcome: outcome,
            firstToken: firstToken.map { .milliseconds($0) }, duration: .milliseconds(milliseconds),
            streamedTokens: streamed, cost: USD("0.5"))
    }

    @Test("a call counts where it began and where it ended; money is exact, and the unknown is counted apart")
    func counts() throws {
        var traffic = LiveTraffic(since: 0)
        traffic.record(Self.change(at: 7_150, .ok, cost: USD("0.1")))
        traffic.record(Self.change(at: 7_170, .overloaded, cost: USD("0.2")))
        traffic.record(Self.change(at: 7_180, .refusal, cost: nil))
        traffic.record(Self.change(at: 7_190, .ok, cost: nil, hasEnded: false))
        // Of the hour, not of the minute; and of the hour before.
        traffic.record(Self.change(at: 4_000, .ok, cost: USD("1")))
        traffic.record(Self.change(at: 3_000, .ok, cost: USD("9")))
        traffic.prune(now: Self.now)
        let document = traffic.document(now: Self.now, simulated: false, inFlight: 1, unread: 0)
        #expect(document.lastMinute.requests == 4)
        #expect(document.lastMinute.ended == 3)
        #expect(document.lastMinute.ok == 1)
        #expect(document.lastMinute.failed == 1)
        #expect(document.lastMinute.cost == USD("0.3"))
        #expect(document.lastMinute.unpriced == 1)
        #expect(document.lastHour.requests == 5)
        #expect(document.lastHour.cost == USD("1.3"))
        #expect(document.failures.map(\.outcome) == [.overloaded, .refusal])
        #expect(document.failures.map(\.fault) == ["provider", "case"])
        #expect(document.minutes.map(\.startsAt) == [4_000 / 60, 7_150 / 60].map { $0 * 60 * Self.second })
        #expect(document.since == 3_600 * Self.second)
        #expect(try TrafficDocument(json: document.json()) == document)
    }

    @Test("what prompt caches saved and switches lost adds up; a switch that was cheaper all the same lost nothing")
    func promptCaches() throws {
        let other = ModelID(provider: "gemini", name: "x")
        func change(_ cost: USD?) -> PromptCacheUse.Switch {
            .init(from: Self.model, to: other, tokensLeft: 9, cost: cost)
        }
        let uses = [
            PromptCacheUse(saved: USD("0.02")), PromptCacheUse(saved: USD("-0.005"), change: change(USD("0.01"))),
            PromptCacheUse(saved: nil, change: change(USD("-0.5"))), PromptCacheUse(change: change(nil)),
        ]
        var traffic = LiveTraffic(since: 0)
        for use in uses {
            var call = Self.change(at: 7_190, .ok, cost: USD("0.1")).call
            call.decision.promptCache = use
            traffic.record(CallChange(call: call, isNew: true, hasEnded: true))
        }
        let document = traffic.document(now: Self.now, simulated: false, inFlight: 0, unread: 0)
        #expect(document.lastHour.cacheSaved == USD("0.015"))
        #expect(document.lastHour.switches == 3 && document.lastHour.switchCost == USD("0.01"))
        #expect(try TrafficDocument(json: document.json()) == document)
    }

    @Test("the end of a call that was read before is no second request")
    func ends() {
        var traffic = LiveTraffic(since: 0)
        traffic.record(Self.change(at: 7_190, .ok, cost: nil, hasEnded: false))
        traffic.record(Self.change(at: 7_190, .ok, cost: USD("0.1"), isNew: false))
        let document = traffic.document(now: Self.now, simulated: false, inFlight: 0, unread: 0)
        #expect(document.lastMinute.requests == 1)
        #expect(document.lastMinute.ended == 1)
    }

    @Test("a failure is slower than every answer, and what the caller ended has no time")
    func percentiles() throws {
        var traffic = LiveTraffic(since: 0)
        for time in 1...18 { traffic.record(Self.attempt(.ok, milliseconds: time * 10)) }
        for _ in 0..<2 { traffic.record(Self.attempt(.overloaded, milliseconds: 1)) }
        traffic.record(Self.attempt(.cancelled, milliseconds: 1))
        traffic.record(Self.attempt(.ok, milliseconds: 1, origin: .bench))
        traffic.record(Self.attempt(.ok, milliseconds: 1, endsAgo: 4_000))
        traffic.prune(now: Self.now)
        let figures = traffic.document(now: Self.now, simulated: false, inFlight: 0, unread: 0).models
        let row = try #require(figures.first)
        #expect(figures.count == 1)
        #expect(row.attempts == 21)
        #expect(row.timed == 20)
        #expect(row.failed == 2)
        #expect(row.respP50 == 100)
        #expect(row.respP95 == nil)
        #expect(row.cost == USD("10.5"))
    }

    @Test("every attempt is counted; the times are those of the newest")
    func many() throws {
        var traffic = LiveTraffic(since: 0)
        for _ in 0..<LiveTraffic.maxTimed { traffic.record(Self.attempt(.ok, milliseconds: 1_000)) }
        for _ in 0..<LiveTraffic.maxTimed { traffic.record(Self.attempt(.ok, milliseconds: 10)) }
        traffic.prune(now: Self.now)
        let row = try #require(
            traffic.document(now: Self.now, simulated: false, inFlight: 0, unread: 0).models.first)
        #expect(row.attempts == 2 * LiveTraffic.maxTimed)
        #expect(row.timed == LiveTraffic.maxTimed)
        #expect(row.respP95 == 10)
    }

    @Test("a provider's figures are those of its models together")
    func providers() throws {
        var traffic = LiveTraffic(since: 0)
        for (name, time) in [("m", 100), ("m", 200), ("n", 300)] {
            var fact = Self.attempt(.ok, milliseconds: time)
            fact.model = ModelID(provider: ProviderID("openai"), name: name)
            traffic.record(fact)
        }
        let document = traffic.document(now: Self.now, simulated: false, inFlight: 0, unread: 0)
        #expect(document.models.map(\.attempts) == [2, 1])
        let all = try #require(document.providers.first)
        #expect(document.providers.count == 1 && all.model == nil && all.attempts == 3)
        #expect(all.respP50 == 200)
        #expect(all.cost == USD("1.5"))
    }

    @Test("the speed is that after the first token, of answers long enough")
    func speed() throws {
        var traffic = LiveTraffic(since: 0)
        traffic.record(Self.attempt(.ok, milliseconds: 1_500, streamed: 100, firstToken: 500))
        traffic.record(Self.attempt(.ok, milliseconds: 1_500, streamed: 2, firstToken: 500))
        let figures = traffic.document(now: Self.now, simulated: false, inFlight: 0, unread: 0).models
        #expect(figures.first?.tokensPerSecondP50 == 100)
        #expect(figures.first?.firstTokenP50 == 500)
    }
}
