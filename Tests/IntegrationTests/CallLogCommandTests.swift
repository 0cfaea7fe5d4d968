import Foundation
import LLMCore
import ProviderSimulator
import Testing

@Suite("Calls, looked at afterwards", .timeLimit(.minutes(10))) final class CallLogCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    @Test("log lists a live call, why tells its decision and attempts, replay what would be chosen now")
    func afterwards() async throws {
        let asked = try await program.run(
            "ask", "--simulate", "--json", "--model", "openai/gpt-6.1-sol", "Why a queue?")
        let id = try #require(try JSONValue.parse(asked.output)["id"]?.string)

        let log = try await program.run("log")
        #expect(log.output.contains(id))
        #expect(log.output.contains("openai/gpt-6.1-sol"))
        #expect(log.output.contains("simulated"))

        let why = try await program.run("why", String(id.prefix(20)))
        #expect(why.code == 0, "\(why.error)")
        for words in ["decision: openai/gpt-6.1-sol was requested", "ok (HTTP 200)", "first token after", "USD"] {
            #expect(why.output.contains(words), "\(words)")
        }
        let json = try JSONValue.parse(try await program.run("why", "latest", "--format", "json").output)
        #expect(json["decision"]?["asked"]?["fallback"] == true)
        #expect(json["attempts"]?[0]?["outcome"] == "ok")

        let replay = try await program.run("replay", "--simulate", "--format", "json", id)
        let now = try JSONValue.parse(replay.output)
        #expect(now["changed"] == false)
        #expect(now["now"]?["candidates"]?[0]?["model"] == "openai/gpt-6.1-sol")
    }

    @Test("following before there is anything waits, says so, and shows the first call")
    func followFromNothing() async throws {
        let follower = try program.start(["log", "--follow"])
        while !follower.said.contains("yet: waiting for the first call") {
            try #require(follower.process.isRunning)
            try await Task.sleep(for: .milliseconds(20))
        }
        let asked = try await program.run("ask", "--simulate", "--json", "hello")
        let id = try #require(try JSONValue.parse(asked.output)["id"]?.string)
        while !follower.printed.contains(id) {
            try #require(follower.process.isRunning)
            try await Task.sleep(for: .milliseconds(20))
        }
        follower.signal(SIGINT)
        #expect(try await follower.end().code == 130)
    }

    @Test("following shows the end of a call that was under way when it began")
    func followUnderWay() async throws {
        var stall = FaultEffect()
        stall.stall = .init(after: 1, hold: 400_000_000)
        let stalled = Scenario(faults: [FaultRule(name: "stall", effect: stall)])
        try await PlayedProviders(scenario: stalled, keys: ["GROQ_API_KEY": "gsk-a"]).run(["groq"]) { environment in
            // It ends when it is told to: no clock decides.
            let call = try self.program.start(["ask", "--no-cache", "hello"], environment: environment)
            var log = ""
            while !log.contains("under way") {
                try #require(call.process.isRunning)
                log = try await self.program.run("log").output
            }
            let follower = try self.program.start(["log", "--follow"])
            while !follower.printed.contains("under way") { try await Task.sleep(for: .milliseconds(20)) }
            call.signal(SIGINT)
            #expect(try await call.end().code == 130)
            while !follower.printed.contains("cancelled") {
                try #require(follower.process.isRunning)
                try await Task.sleep(for: .milliseconds(20))
            }
            follower.signal(SIGINT)
            _ = try await follower.end()
        }
    }

    @Test("what the cache answered is replayed against the model that answered first")
    func replayCached() async throws {
        let question = ["ask", "--simulate", "--task", "verification", "Is water wet?"]
        for _ in 0..<2 { _ = try await program.run(question) }
        let replay = try await program.run("replay", "--simulate")
        #expect(replay.error.contains("the answer was cached; without that, the same model would be tried first"))
        let json = try await program.run("replay", "--simulate", "--format", "json")
        #expect(try JSONValue.parse(json.output)["changed"] == false)
    }

    @Test("a call whose process was killed is shown with its task, as interrupted")
    func killed() async throws {
        var stall = FaultEffect()
        stall.stall = .init(after: 1, hold: 60_000_000)
        let stalled = Scenario(faults: [FaultRule(name: "stall", effect: stall)])
        try await PlayedProviders(scenario: stalled, keys: ["GROQ_API_KEY": "gsk-a"]).run(["groq"]) { environment in
            let call = try self.program.start(
                ["ask", "--no-cache", "--task", "planning", "hello"], environment: environment)
            var log = ""
            while !log.contains("under way") {
                try #require(call.process.isRunning)
                log = try await self.program.run("log").output
            }
            call.signal(SIGKILL)
            _ = try await call.end()
            let after = try await self.program.run("log").output
            #expect(after.contains("  planning  ") && after.contains("interrupted: its process ended"), "\(after)")
            let why = try await self.program.run("why")
            #expect(why.output.contains("planning") && why.output.contains("interrupted"), "\(why.output)")
            #expect(why.output.contains("decision: lost with its process"))
            let json = try JSONValue.parse(try await self.program.run("why", "--format", "json").output)
            #expect(json["interrupted"] == true && json["task"] == "planning" && json["closed"] == false)
        }
    }

    @Test("where the cost is unknown the most it can have been is shown, and the cost stays unknown")
    func costAtMost() async throws {
        var silent = FaultEffect()
        silent.usage = .missing
        let scenario = Scenario(faults: [FaultRule(name: "silent", effect: silent)])
        try await PlayedProviders(scenario: scenario, keys: ["OPENAI_API_KEY": "sk-a"]).run(["openai"]) { environment in
            let asked = try await self.program.run("ask", "--no-cache", "--json", "hello", environment: environment)
            let record = try JSONValue.parse(asked.output)
            let most = try #require(record["cost_at_most_usd"]?.string)
            #expect(USD(most) ?? .zero > .zero && record["cost_usd"]?.isNull == true, "\(asked.output)")
            #expect(record["attempts"]?[0]?["cost_at_most_usd"]?.string == most)
            #expect(asked.error.contains(" · at most \(most) USD\n"), "\(asked.error)")
            #expect(try await self.program.run("log").output.contains(" · at most \(most) USD"))
            let why = try await self.program.run("why")
            #expect(why.output.contains("cost unknown: the provider reported no usage; at most \(most) USD"))
            let json = try JSONValue.parse(try await self.program.run("why", "--format", "json").output)
            #expect(json["cost_usd"]?.isNull == true && json["cost_at_most_usd"]?.string == most)
        }
    }

    @Test("what no model was called for is told from what one answered at once")
    func notCalled() async throws {
        let question = ["ask", "--simulate", "--task", "verification", "Is water wet?"]
        _ = try await program.run(question)
        let again = try await program.run(question)
        #expect(again.error.contains(" · cached\n"), "\(again.error)")
        let refused = try await program.run(
            "ask", "--simulate", "--model", "openai/gpt-5-mini", "--no-fallback", "--max-cost", "0", "hello")
        #expect(refused.code == 4, "\(refused.error)")
        let log = try await program.run("log").output.split(separator: "\n")
        #expect(log.count == 3)
        #expect(log[1].contains("ok, cached"), "\(log)")
        #expect(log[2].contains("not sent") && !log[2].contains("cancelled"), "\(log)")
    }

    @Test("a call that is not there is said, with what lists them", arguments: ["why", "replay"])
    func missing(command: String) async throws {
        _ = try await program.run("ask", "--simulate", "hello")
        let outcome = try await program.run(command, "nothing")
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("dirgen-bench log"))
        #expect(outcome.output.isEmpty)
    }

    @Test("a table that is not one is refused; log lines are one JSON object each")
    func tablesAndLines() async throws {
        let asked = try await program.run("ask", "--simulate", "--verbose", "--log-format", "json", "hello")
        let lines = asked.error.split(separator: "\n").compactMap { try? JSONValue.parse(String($0)) }
        #expect(lines.contains { $0["message"] == "attempt ended" && $0["llm.outcome"] == "ok" })
        let file = program.home.appending(path: "table.json")
        try Data("{}".utf8).write(to: file)
        let outcome = try await program.run("replay", "--table", file.path)
        #expect(outcome.code == 2)
        #expect(outcome.error.contains("not an exported selection table"))
    }
}
