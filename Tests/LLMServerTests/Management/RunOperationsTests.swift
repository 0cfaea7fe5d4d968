import BenchCore
import DirGenAPI
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import NIOHTTP1
import TestSupport
import Testing

@testable import LLMServer

@Suite("Runs over the management API", .timeLimit(.minutes(3)))
struct RunOperationsTests {
    private static let models = ["openai/gpt-6-luna", "groq/openai/gpt-oss-20b"]

    private static func order(_ dataset: String, cost: USD? = nil) throws -> String {
        var order = RunOrderDocument(dataset: dataset)
        order.models = models
        order.maxCost = cost
        return try order.json().text
    }

    private static func progress(_ run: RunID, _ server: ServerAddress) async throws -> RunProgressDocument {
        let (status, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/runs/\(run)/progress")
        #expect(status == 200, "\(text)")
        return try RunProgressDocument(json: JSONValue.parse(text))
    }

    private static func start(_ server: ServerAddress, _ body: String) async throws -> RunID {
        let (status, _, text) = try await GatewayFixture.send(.POST, "\(server)/api/runs", body: body)
        #expect(status == 202, "\(text)")
        return try RunStartedDocument(json: JSONValue.parse(text)).run
    }

    private static func end(of run: RunID, _ server: ServerAddress) async throws -> RunProgressDocument {
        try await until(within: .seconds(60)) { try await progress(run, server).phase == .ended }
        return try await progress(run, server)
    }

    @Test("a run is planned, begun, followed by its progress and its events, and its results are those of any run")
    func whole() async throws {
        try await GatewayFixture.withRunServer(cases: 6) { server, folder in
            let body = try Self.order("sets/set.jsonl")
            let (_, _, list) = try await GatewayFixture.send(.GET, "\(server)/api/datasets")
            #expect(try [DatasetEntryDocument](json: JSONValue.parse(list)).map(\.name) == ["sets/set.jsonl"])
            let (planned, _, plan) = try await GatewayFixture.send(.POST, "\(server)/api/plans", body: body)
            #expect(planned == 200)
            #expect(try PlanDocument(json: JSONValue.parse(plan)).calls == 12)
            async let events = GatewayFixture.events("\(server)/api/events", until: #""phase":"ended""#)
            let run = try await Self.start(server, body)
            let ended = try await Self.end(of: run, server)
            #expect(ended.status == .complete && ended.done == 12 && ended.total == 12 && ended.problem == nil)
            #expect(ended.simulated && ended.spent > .zero)
            #expect(try await events.contains("event: run\ndata: {\"run\":\"\(run)\""))
            let (_, _, detail) = try await GatewayFixture.send(.GET, "\(server)/api/runs/\(run)")
            let stored = try JSONValue.parse(detail)
            #expect(stored["status"]?.string == "complete" && stored["progress"] == .null)
            #expect(stored["spent_usd"]?.string == ended.spent.description)
            // The table of the task was derived from it, and its reports are written.
            let (_, _, table) = try await GatewayFixture.send(.GET, "\(server)/api/tables/architecture")
            #expect(table.contains(run.rawValue))
            let reports = try FileManager.default.subpathsOfDirectory(atPath: folder + "/reports")
            #expect(reports.contains { $0.hasSuffix(".html") }, "\(reports)")
        }
    }

    @Test(
        "one run at a time; stopped, it sends nothing new and keeps what was paid for", arguments: ["drain", "abort"])
    func stops(calls: String) async throws {
        try await GatewayFixture.withRunServer(cases: 400, timeScale: 0.02) { server, _ in
            let body = try Self.order("sets/set.jsonl")
            let run = try await Self.start(server, body)
            let (status, _, problem) = try await GatewayFixture.send(.POST, "\(server)/api/runs", body: body)
            #expect(status == 409 && problem.contains("run_under_way"), "\(problem)")
            try await until(within: .seconds(30)) { try await Self.progress(run, server).done >= 5 }
            let (stopped, _, text) = try await GatewayFixture.send(
                .POST, "\(server)/api/runs/\(run)/stop?calls=\(calls)")
            #expect(stopped == 200, "\(text)")
            #expect(["draining", "aborting", "ended"].contains(try JSONValue.parse(text)["phase"]?.string ?? ""))
            let ended = try await Self.end(of: run, server)
            #expect(ended.status == (calls == "drain" ? .drained : .aborted))
            #expect(ended.done < 800)
            let (_, _, detail) = try await GatewayFixture.send(.GET, "\(server)/api/runs/\(run)")
            let stored = try JSONValue.parse(detail)
            #expect((stored["trials"]?.int ?? 0) >= 5, "\(detail)")
            // The worst case of a call that was broken off stays set aside: it may be billed.
            if calls == "drain" { #expect(stored["reserved"] == 0, "\(detail)") }
            #expect(stored["spent_usd"]?.string.flatMap { USD($0) } ?? .zero > .zero)
            let (late, _, again) = try await GatewayFixture.send(.POST, "\(server)/api/runs/\(run)/stop")
            #expect(late == 409 && again.contains("run_ended"), "\(again)")
            // The place is free for the next.
            let next = try await Self.start(server, body)
            _ = try await GatewayFixture.send(.POST, "\(server)/api/runs/\(next)/stop?calls=abort")
            _ = try await Self.end(of: next, server)
        }
    }

    @Test("a run stops at its own budget")
    func budget() async throws {
        try await GatewayFixture.withRunServer(cases: 100) { server, _ in
            let run = try await Self.start(server, try Self.order("sets/set.jsonl", cost: USD("0.01")))
            let ended = try await Self.end(of: run, server)
            #expect(ended.status == .budgetStopped)
            #expect(ended.spent <= ended.maxCost ?? .zero)
        }
    }

    @Test(
        "a name that leads out of the folder, to no file or to a hidden one is refused, and tells nothing of what is there",
        arguments: [
            "../secret.jsonl", "sets/../../secret.jsonl", "/etc/passwd", "sets/../set.jsonl", "./sets/set.jsonl",
            "sets//set.jsonl", "sets/link.jsonl", "outside/secret.jsonl", ".hidden/set.jsonl", "sets", "sets/", "",
            "sets/set.jsonl\u{0}.txt", "..%2Fsecret.jsonl", "sets\\..\\..\\secret.jsonl", "sets/none.jsonl",
        ])
    func traversal(name: String) async throws {
        try await GatewayFixture.withRunServer(cases: 2) { server, folder in
            let files = FileManager.default
            let secret = folder + "/secret.jsonl"
            try "secret".write(toFile: secret, atomically: true, encoding: .utf8)
            try files.createDirectory(atPath: folder + "/data/.hidden", withIntermediateDirectories: true)
            try files.copyItem(atPath: folder + "/data/sets/set.jsonl", toPath: folder + "/data/.hidden/set.jsonl")
            try files.createSymbolicLink(atPath: folder + "/data/sets/link.jsonl", withDestinationPath: secret)
            try files.createSymbolicLink(atPath: folder + "/data/outside", withDestinationPath: folder)
            for path in ["runs", "plans"] {
                let (status, _, text) = try await GatewayFixture.send(
                    .POST, "\(server)/api/\(path)", body: try Self.order(name))
                #expect(status == (name.isEmpty ? 400 : 404), "\(text)")
                #expect(!text.contains(folder) && !text.contains("secret\n"), "\(text)")
                #expect(name.isEmpty || text.contains("there is none named"), "\(text)")
            }
            let (_, _, list) = try await GatewayFixture.send(.GET, "\(server)/api/datasets")
            #expect(try [DatasetEntryDocument](json: JSONValue.parse(list)).map(\.name) == ["sets/set.jsonl"])
        }
    }

    @Test(
        "an order beyond the terms, or of a model that nobody has, is refused before anything is sent",
        arguments: [
            #"{"dataset":"sets/set.jsonl","max_cost_usd":"5.01"}"#,
            #"{"dataset":"sets/set.jsonl","models":["nobody/x"]}"#,
            #"{"dataset":"sets/set.jsonl","max_cost_usd":-1}"#, #"{"dataset":"sets/set.jsonl","repeats":0}"#,
            #"{"dataset":"sets/set.jsonl","models":["openai/gpt-6-luna@effort=boundless"]}"#, #"{"models":[]}"#,
        ])
    func refused(body: String) async throws {
        try await GatewayFixture.withRunServer(cases: 2) { server, _ in
            let (status, _, text) = try await GatewayFixture.send(.POST, "\(server)/api/runs", body: body)
            #expect([400, 403, 404].contains(status), "\(text)")
            // Whoever failed leaves the place to others.
            let (planned, _, _) = try await GatewayFixture.send(
                .POST, "\(server)/api/runs", body: try Self.order("sets/set.jsonl"))
            #expect(planned == 202)
        }
    }

    @Test("a server that was given no folder begins no runs, and says so")
    func notOffered() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            for (method, path) in [(HTTPMethod.POST, "runs"), (.POST, "plans"), (.GET, "datasets")] {
                let (status, _, text) = try await GatewayFixture.send(
                    method, "\(server)/api/\(path)", body: method == .POST ? try Self.order("set.jsonl") : "")
                #expect(status == 403 && text.contains("runs_not_offered"), "\(text)")
            }
        }
    }
}
