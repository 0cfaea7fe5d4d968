import Foundation
import LLMCore
import Testing

@Suite("Runs under load, through the program", .timeLimit(.minutes(5))) final class LoadCommandTests {
    private let program: Program
    init() throws { program = try Program() }
    deinit { program.remove() }

    private func dataset(_ count: Int, _ members: (Int) -> String = { _ in "" }) throws {
        let rows = (0..<count).map {
            #"{"id":"c\#($0)","task":"general","input":"Question \#($0)?","reference":"Answer.","assert":[{"type":"icontains","value":"answer"}]\#(members($0))}"#
        }
        try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: program.home.appending(path: "cases.jsonl"))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var words: [String]
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: String, _ words: String...) {
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.words = words
        }
    }

    static let refusals = [
        Refusal("--load poisson", "--load poisson needs --rate", "--rate 10"),
        Refusal("--rate 5", "--rate needs an open load", "--load poisson --rate 5"),
        Refusal("--load closed --rate 1:8", "--rate needs an open load", "--load poisson --rate 1:8"),
        Refusal("--load replay --rate 5", "sends at the recorded times", "leave --rate out"),
        Refusal("--load constant --rate 5 --steps 4", "--steps needs a sweep of rates", "--rate 1:32 --steps 4"),
        Refusal("--load constant --rate 8:1", "a rising sweep such as 1:32"),
        Refusal("--load constant --rate 0", "calls a second from 0.001"),
        Refusal("--load constant --rate 1:8:9", "a rising sweep such as 1:32"),
        Refusal("--load constant --rate 5 --reuse", "--reuse puts no load on a model", "leave --reuse out"),
        Refusal("--load constant --rate 5 --concurrency 2000", "at most 1000 calls in flight"),
        Refusal("--load replay --repeat 2", "sends each case once", "leave --repeat out"),
        Refusal("--load ramp --rate 5", "ramp"),
        Refusal("--slo ttft=500", "unknown key 'ttft'", "ttft_ms, ttfa_ms, resp_ms, e2e_ms, tpot_ms, share"),
        Refusal("--slo ttft_ms=500,ttft_ms=600", "ttft_ms is given twice"),
        Refusal("--load replay", "case c0 has no time to be replayed at", "at_ms"),
    ]

    @Test("options that do not fit together exit 2 and say what to write instead", arguments: refusals)
    func refuses(refusal: Refusal) async throws {
        try dataset(2)
        let outcome = try await program.run(
            ["run", "cases.jsonl", "--simulate", "--models", "openai/gpt-6-luna", "--out", "reports"]
                + refusal.arguments)
        #expect(outcome.code == 2, "\(outcome.error)")
        for word in refusal.words { #expect(outcome.error.contains(word), "\(word) in \(outcome.error)") }
    }

    @Test("a sweep asks every case at every rate, prints what the model holds, and replaces no table")
    func sweep() async throws {
        try dataset(10)
        let plan = try await program.run(
            "run", "cases.jsonl", "--simulate", "--models", "openai/gpt-6-luna", "--load", "constant", "--rate",
            "20:40",
            "--steps", "2", "--dry-run", "--format", "json", "--out", "reports")
        let estimate = try JSONValue.parse(plan.output)["estimate"]
        #expect(estimate?["calls"]?["likely"] == 20, "\(plan.error)")
        // 9 gaps at 20/s and 9 at 40/s.
        #expect(estimate?["seconds"]?["low"]?.double ?? 0 > 0.67)

        let run = try await program.run(
            "run", "cases.jsonl", "--simulate", "--models", "openai/gpt-6-luna", "--load", "constant", "--rate",
            "20:40",
            "--steps", "2", "--slo", "resp_ms=60000,share=0.5", "--format", "json", "--out", "reports")
        let document = try JSONValue.parse(run.output)
        #expect(run.code == 0 && document["trials"] == 20, "\(run.error)")
        let load = document["load"]
        #expect(load?["open"] == true && load?["slo"]?["resp_ms"] == 60_000 && load?["phases"]?.array?.count == 2)
        #expect(load?["phases"]?[1]?["attempted"] == 10 && load?["phases"]?[1]?["rate_rps"] == 40)
        #expect(document["table_derived"] == false)

        let report = try await program.run("report", "latest", "--out", "again")
        #expect(report.code == 0)
        let folder = program.home.appending(path: "again/\(document["run"]?.string ?? "?")")
        let markdown = try String(contentsOf: folder.appending(path: "report.md"), encoding: .utf8)
        #expect(markdown.contains("**Load**: constant arrivals, 20/s to 40/s in 2 steps"), "\(markdown)")
        let page = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
        #expect(page.contains("id=\"load\"") && page.contains("fig-load"))
    }

    @Test("a replay sends each case at its time")
    func replay() async throws {
        try dataset(4) { ",\"at_ms\":\($0 * 50)" }
        let run = try await program.run(
            "run", "cases.jsonl", "--simulate", "--models", "openai/gpt-6-luna", "--load", "replay", "--out", "reports",
            "--format", "json")
        let document = try JSONValue.parse(run.output)
        #expect(run.code == 0 && document["trials"] == 4, "\(run.error)")
        #expect(document["load"]?["phases"]?[0]?["offered_rps"]?.double ?? 0 > 15)
    }
}
