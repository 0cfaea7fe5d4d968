import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("dirgen-bench keys", .timeLimit(.minutes(10))) final class KeysCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    private static let keys = ["GROQ_API_KEY": "gsk-canary-bad", "GROQ_API_KEY_2": "gsk-canary-good"]
    private static let bad = Scenario(badKeys: ["gsk-canary-bad"])
    /// The first call is over the limit for hours; those after it would be served.
    private static var limitedOnce: Scenario {
        var effect = FaultEffect()
        effect.fail = .rateLimited
        effect.retryAfter = 9_000_000
        return Scenario(faults: [FaultRule(name: "once", occurrence: .first(1), effect: effect)])
    }

    private func list(_ environment: [String: String]) async throws -> [JSONValue] {
        let outcome = try await program.run("keys", "list", "--format", "json", environment: environment)
        return try JSONValue.parse(outcome.output).array ?? []
    }

    @Test("a refused key is retired and said so; another serves; a key that is no longer configured stays in the list")
    func list() async throws {
        try await PlayedProviders(scenario: KeysCommandTests.bad, keys: KeysCommandTests.keys).run(["groq"]) {
            environment in
            let unused = try await self.list(environment)
            #expect(unused.map { $0["variable"] } == ["GROQ_API_KEY", "GROQ_API_KEY_2"])
            #expect(unused.map { $0["state"] } == ["unused", "unused"])
            #expect(unused.map { $0["last_used_at"] } == [.null, .null])

            let asked = try await self.program.run("ask", "--no-cache", "hello", environment: environment)
            #expect(asked.code == 0, "\(asked.error)")
            let used = try await self.list(environment)
            #expect(used.map { $0["state"] } == ["retired", "healthy"])
            #expect(used[0]["because"] == "auth")
            #expect(used[0]["failures"]?["auth"] == 1)
            #expect(used[1]["successes"] == 1)
            #expect(used[1]["last_used_at"]?.int ?? 0 > 1_700_000_000_000_000)
            let text = try await self.program.run("keys", environment: environment)
            #expect(text.output.contains("retired: auth, tried again in "), "\(text.output)")

            var fewer = environment
            fewer["GROQ_API_KEY_2"] = nil
            let gone = try await self.list(fewer)
            #expect(gone.map { $0["configured"] } == [true, false])
            #expect(gone.map { $0["variable"] } == ["GROQ_API_KEY", .null])
            #expect(!(text.output + text.error + asked.error).contains("canary"))
        }
    }

    @Test("a free look retires a refused key and revives one that is accepted again; it exits 5 while one is bad")
    func test() async throws {
        try await PlayedProviders(scenario: KeysCommandTests.bad, keys: KeysCommandTests.keys).run(["groq"]) {
            environment in
            let outcome = try await self.program.run("keys", "test", environment: environment)
            #expect(outcome.code == 5)
            #expect(outcome.output.contains("FAIL groq "), "\(outcome.output)")
            #expect(outcome.output.contains("(GROQ_API_KEY_2): accepted, "))
            #expect(outcome.output.contains("free"))
            #expect(!(outcome.output + outcome.error).contains("canary"))
            #expect(try await self.list(environment).map { $0["state"] } == ["retired", "unused"])
            let good = try await self.program.run(
                "keys", "test", "GROQ_API_KEY_2", "--format", "json", environment: environment)
            #expect(good.code == 0, "\(good.error)")
            #expect(try JSONValue.parse(good.output)[0]?["cost_usd"] == "0")
        }
    }

    @Test("a key that was refused by mistake is revived by a free look")
    func revivedByLook() async throws {
        var effect = FaultEffect()
        effect.fail = .auth
        let once = Scenario(faults: [FaultRule(name: "once", occurrence: .first(1), effect: effect)])
        try await PlayedProviders(scenario: once, keys: ["GROQ_API_KEY": "gsk-a"]).run(["groq"]) { environment in
            _ = try await self.program.run("ask", "--no-cache", "--deadline", "5s", "hello", environment: environment)
            #expect(try await self.list(environment).map { $0["state"] } == ["retired"])
            let test = try await self.program.run("keys", "test", environment: environment)
            #expect(test.code == 0 && test.output.contains(": re-enabled"), "\(test.output)\(test.error)")
            #expect(try await self.list(environment).map { $0["state"] } == ["healthy"])
        }
    }

    @Test("a paid question of a word opens the safety lock and lifts the limit; it is written down with its cost")
    func call() async throws {
        try await PlayedProviders(scenario: KeysCommandTests.limitedOnce, keys: ["GROQ_API_KEY": "gsk-a"]).run(["groq"])
        { environment in
            _ = try await self.program.run("ask", "--no-cache", "--deadline", "5s", "hello", environment: environment)
            let closed = try await self.program.run("status", environment: environment)
            #expect(closed.output.contains("safety lock: ENGAGED"), "\(closed.output)")
            let free = try await self.program.run("keys", "test", environment: environment)
            #expect(free.code == 0 && !free.output.contains("safety lock"), "a list of models says nothing of limits")

            let outcome = try await self.program.run(
                "keys", "test", "--call", "groq", "--format", "json", environment: environment)
            #expect(outcome.code == 0, "\(outcome.error)")
            let test = try #require(try JSONValue.parse(outcome.output)[0])
            #expect(test["ok"] == true)
            #expect(test["cost_usd"]?.string.flatMap(USD.init) ?? .zero > .zero)
            let changes = test["changes"]?.array?.compactMap { $0["event"]?.string } ?? []
            #expect(changes.contains("lock_released") && changes.contains("limit_lifted"), "\(changes)")
            let log = try await self.program.run("log", environment: environment)
            #expect(log.output.split(separator: "\n").count == 2)
            #expect(try await self.list(environment).map { $0["successes"] } == [1])
        }
    }

    @Test("a provider whose keys are all refused cannot be used, the second time as the first")
    func allRefused() async throws {
        let scenario = Scenario(badKeys: ["gsk-bad"])
        try await PlayedProviders(scenario: scenario, keys: ["GROQ_API_KEY": "gsk-bad"]).run(["groq"]) { environment in
            for _ in 0..<2 {
                let asked = try await self.program.run("ask", "--no-cache", "hello", environment: environment)
                #expect(asked.code == 5, "\(asked.error)")
            }
        }
    }

    @Test("a key that its provider limits is limited, not healthy: until when, in which window and for which model")
    func limited() async throws {
        try await PlayedProviders(scenario: KeysCommandTests.limitedOnce, keys: ["GROQ_API_KEY": "gsk-a"]).run(["groq"])
        { environment in
            _ = try await self.program.run("ask", "--no-cache", "--deadline", "5s", "hello", environment: environment)
            let key = try #require(try await self.list(environment).first)
            #expect(key["state"] == "limited")
            #expect(key["until_at"]?.int ?? 0 > 1_700_000_000_000_000)
            let limit = try #require(key["limits"]?[0])
            let model = try #require(limit["model"]?.string)
            #expect(
                model.hasPrefix("groq/") && limit["until_at"] == key["until_at"] && limit["window"] == key["window"])
            let text = try await self.program.run("keys", environment: environment).output
            #expect(text.contains("limited until 2") && text.contains(" UTC (in ") && text.contains(" for \(model)"))
            #expect(!text.contains("healthy"), "\(text)")
            let status = try await self.program.run("status", environment: environment)
            #expect(status.output.contains("keys: groq 1 limited"), "\(status.output)")
        }
    }

    @Test("a key cools down when ordered to, and is enabled when ordered to")
    func restAndRevive() async throws {
        try await PlayedProviders(keys: KeysCommandTests.keys).run(["groq"]) { environment in
            let rest = try await self.program.run(
                "keys", "rest", "GROQ_API_KEY", "--for", "10m", environment: environment)
            #expect(rest.code == 0 && rest.output.contains("cools down until "), "\(rest.output)\(rest.error)")
            let resting = try await self.list(environment)
            #expect(resting.map { $0["state"] } == ["cooling_down", "unused"])
            let text = try await self.program.run("keys", environment: environment).output
            #expect(text.contains("cooling down until 2") && text.contains(" UTC (in "), "\(text)")
            for _ in 0..<2 { _ = try await self.program.run("ask", "--no-cache", "hello", environment: environment) }
            #expect(try await self.list(environment).map { $0["uses"] } == [0, 2])
            let fingerprint = try #require(resting[0]["fingerprint"]?.string)
            let revive = try await self.program.run("keys", "revive", fingerprint, environment: environment)
            #expect(revive.output.hasSuffix(": re-enabled\n"), "\(revive.output)\(revive.error)")
            #expect(try await self.list(environment)[0]["state"] == "healthy")
        }
    }

    @Test(
        "a name that fits no key exits 2 with those there are, and is not repeated: it may be a key",
        arguments: ["test", "revive"])
    func unknown(command: String) async throws {
        let environment = ["GROQ_API_KEY": "gsk-canary", "GROQ_BASE_URL": "http://127.0.0.1:1"]
        let outcome = try await program.run("keys", command, "gsk-canary", environment: environment)
        #expect(outcome.code == 2 && outcome.output.isEmpty)
        #expect(outcome.error.contains("(GROQ_API_KEY)"), "\(outcome.error)")
        #expect(!outcome.error.contains("canary"))
    }
}
