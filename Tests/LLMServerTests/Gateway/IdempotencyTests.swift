import HTTPTypes
import LLMCore
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

@testable import LLMServer

@Suite("A request that is sent again", .timeLimit(.minutes(2)))
struct IdempotencyTests {
    private static func name(_ key: String) -> IdempotentAnswers.Name {
        .init(tenant: nil, path: "/v1/chat/completions", key: key)
    }
    private static func response(_ size: Int) -> WholeResponse {
        WholeResponse(status: .ok, fields: HTTPFields(), body: Array(repeating: 0x61, count: size))
    }
    private static func word(_ claim: IdempotentAnswers.Claim) -> String {
        switch claim {
        case .first: "first"
        case .repeated(let response): "repeated \(response.body.count)"
        case .underWay: "under way"
        case .conflict: "conflict"
        }
    }

    @Test("a key is first, then under way, then answered from the first, and belongs to one request")
    func claims() {
        let kept = IdempotentAnswers()
        #expect(Self.word(kept.claim(Self.name("k"), digest: "d")) == "first")
        #expect(Self.word(kept.claim(Self.name("k"), digest: "d")) == "under way")
        #expect(Self.word(kept.claim(Self.name("k"), digest: "other")) == "conflict")
        kept.finish(Self.name("k"), with: Self.response(5))
        #expect(Self.word(kept.claim(Self.name("k"), digest: "d")) == "repeated 5")
        #expect(Self.word(kept.claim(Self.name("k"), digest: "other")) == "conflict")
        #expect(Self.word(kept.claim(Self.name("l"), digest: "d")) == "first")
    }

    @Test("a first that bought nothing lets its key go, and wakes who waits")
    func abandoned() async {
        let kept = IdempotentAnswers()
        _ = kept.claim(Self.name("k"), digest: "d")
        guard case .underWay(let wait) = kept.claim(Self.name("k"), digest: "d") else {
            Issue.record("not under way")
            return
        }
        kept.abandon(Self.name("k"))
        for await _ in wait {}
        #expect(Self.word(kept.claim(Self.name("k"), digest: "d")) == "first")
    }

    @Test("answers are kept up to the limit of bytes and to the end of their time, the oldest going first")
    func bounds() {
        let clock = ManualClock()
        let kept = IdempotentAnswers(time: clock.source, capacity: 10, lifetime: .seconds(60))
        for key in ["a", "b", "c"] {
            _ = kept.claim(Self.name(key), digest: "d")
            kept.finish(Self.name(key), with: Self.response(4))
        }
        #expect(Self.word(kept.claim(Self.name("b"), digest: "d")) == "repeated 4")
        #expect(Self.word(kept.claim(Self.name("c"), digest: "d")) == "repeated 4")
        #expect(Self.word(kept.claim(Self.name("a"), digest: "d")) == "first")
        clock.advance(by: .seconds(61))
        #expect(Self.word(kept.claim(Self.name("b"), digest: "d")) == "first")
    }

    private static func body(stream: Bool, _ text: String = "hi") -> String {
        #"{"model":"openai/gpt-6-luna","stream":\#(stream),"messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    @Test("the provider is asked once, whoever repeats the request, while it runs and after", arguments: [true, false])
    func once(_ stream: Bool) async throws {
        try await GatewayFixture.withSimulatedServer { server, simulator in
            let send = { @Sendable in
                try await GatewayFixture.send(
                    .POST, "\(server)/v1/chat/completions", body: Self.body(stream: stream),
                    headers: [("idempotency-key", "k-1")])
            }
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try await send().body } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(try await send().body == answers.first)
            #expect(try await Self.requests(simulator) == 1)
            let other = try await GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions", body: Self.body(stream: stream, "other"),
                headers: [("idempotency-key", "k-1")])
            #expect(other.status == 409)
            #expect(try await Self.requests(simulator) == 1)
        }
    }

    @Test("a request that was refused may be sent again with its key")
    func refused() async throws {
        var scenario = Scenario()
        scenario.faults = [
            FaultRule(name: "once", occurrence: .first(1), effect: .failing(.contextOverflow))
        ]
        try await GatewayFixture.withSimulatedServer(scenario) { server, _ in
            var statuses: [UInt] = []
            for _ in 0..<2 {
                statuses.append(
                    try await GatewayFixture.send(
                        .POST, "\(server)/v1/chat/completions", body: Self.body(stream: false),
                        headers: [("idempotency-key", "k"), ("x-dirgen-fallback", "off")]
                    ).status)
            }
            #expect(statuses == [400, 200])
        }
    }

    private static func requests(_ simulator: SimulatorAddress) async throws -> Int {
        let ledger = try await GatewayFixture.send(.GET, simulator.origin + "/_sim/ledger").body
        return try JSONValue.parse(ledger)["entries"]?.array?.count ?? 0
    }
}
