import DirGenAPI
import LLMCore
import NIOHTTP1
import TestSupport
import Testing

@testable import LLMServer

@Suite("The management API", .timeLimit(.minutes(3)))
struct ManagementAPITests {
    private static func path(_ operation: APIOperation) -> String {
        operation.path.replacing("{task}", with: "architecture").replacing("{name}", with: "groq")
            .replacing("{id}", with: "latest").replacing("{model}", with: "ai%2Fsmollm3")
            .replacing("{fingerprint}", with: APIKey("simulated").fingerprint.rawValue)
    }

    @Test("the OpenAPI document describes every operation, and nothing else")
    func document() throws {
        let paths = try #require(OpenAPI.document["paths"]?.object)
        var described: Set<String> = []
        for path in paths {
            for method in path.value.object ?? .init() { described.insert("\(method.key.uppercased()) \(path.key)") }
        }
        #expect(described == Set(ManagementAPI.operations.map { "\($0.method) \($0.path)" }))
        #expect(described.count == ManagementAPI.operations.count)
        for operation in ManagementAPI.operations {
            let names = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            #expect(operation.parameters.filter(\.isInPath).map(\.name) == names.map(String.init), "\(operation.path)")
        }
        let identifiers = paths.flatMap { $0.value.object?.compactMap { $0.value["operationId"]?.string } ?? [] }
        #expect(Set(identifiers).count == identifiers.count)
    }

    private static let bodies = [
        "/api/ask": #"{"prompt":"hi"}"#,
        "/api/estimate": #"{"model":"openai/gpt-6-luna","input_tokens":10,"output_tokens":2}"#,
        "/api/selection/{task}": #"{"profile":{"modelo_id":"ai/smollm3"}}"#,
        "/api/keys/next": #"{"provider":"gemini"}"#,
        "/api/keys/{fingerprint}/results": #"{"provider":"gemini","outcome":"ok"}"#,
    ]

    @Test("every operation answers with what its description says: JSON of its kind, or a problem of its status")
    func answers() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            _ = try await GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions",
                body: #"{"model":"auto","messages":[{"role":"user","content":"hi"}]}"#)
            // A key that is issued would be needed from then on.
            for operation in ManagementAPI.operations where !operation.path.hasPrefix("/api/virtual-keys") {
                let body = Self.bodies[operation.path] ?? ""
                let (status, headers, text) = try await GatewayFixture.send(
                    HTTPMethod(rawValue: operation.method), "\(server)\(Self.path(operation))",
                    body: operation.requestSchema == nil ? "" : body)
                let value = try JSONValue.parse(text)
                if status == 200 {
                    #expect(headers.first(name: "content-type") == "application/json")
                    #expect((value.array != nil) == (operation.responseKind == .array), "\(operation.path)")
                } else {
                    #expect(headers.first(name: "content-type") == "application/problem+json")
                    let problem = try ProblemDocument(json: value)
                    #expect(problem.status == Int(status))
                    // There is no run and no table yet.
                    #expect(
                        operation.path.contains("{id}") && (status == 404 || status == 400),
                        "\(operation.path): \(text)")
                }
            }
        }
    }

    @Test("what a client needs beside its requests asks for the role of one; everything else for an admin")
    func roles() {
        let open = ManagementAPI.operations.filter { $0.role == .use }.map { "\($0.method) \($0.path)" }
        #expect(
            Set(open) == [
                "GET /api/selection/{task}", "POST /api/selection/{task}", "GET /api/defaults",
                "POST /api/models/{model}/load",
            ])
        #expect(ManagementAPI.role("POST", "/api/models/ai%2Fsmollm3/load") == .use)
        for (method, path) in [
            ("POST", "/api/ask"), ("DELETE", "/api/lock"), ("POST", "/api/models/ai%2Fsmollm3/unload"),
            ("POST", "/api/keys/next"), ("GET", "/api/nothing"), ("GET", "/"), ("POST", "/api/defaults"),
        ] {
            #expect(ManagementAPI.role(method, path) == .admin, "\(method) \(path)")
        }
    }

    @Test("a virtual key is issued, needed from then on, listed without its secret, and revoked")
    func virtualKeys() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let path = "\(server)/api/virtual-keys"
            let order = #"{"name":"ops","role":"admin","budget_usd":"1.5","models":["groq/*"],"rpm":60}"#
            let (_, _, text) = try await GatewayFixture.send(.POST, path, body: order)
            let secret = try #require(JSONValue.parse(text)["secret"]?.string)
            // Every process knows of it within about a second.
            try await until(within: .seconds(10)) { try await GatewayFixture.send(.GET, path).status == 401 }
            let key = [("authorization", "Bearer \(secret)")]
            let (status, _, list) = try await GatewayFixture.send(.GET, path, headers: key)
            #expect(status == 200)
            #expect(list.contains(#""ops""#) && !list.contains(secret))
            let wrong = #"{"name":"x","models":["anything"]}"#
            #expect(try await GatewayFixture.send(.POST, path, body: wrong, headers: key).status == 400)
            #expect(try await GatewayFixture.send(.DELETE, "\(path)/nobody", headers: key).status == 404)
            #expect(try await GatewayFixture.send(.DELETE, "\(path)/ops", headers: key).status == 200)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var method: HTTPMethod
        var target: String
        var body = ""
        var status: UInt
        var testDescription: String { "\(method.rawValue) \(target) \(body)" }
    }

    @Test(
        "wrong input is a problem that says where",
        arguments: [
            Wrong(method: .GET, target: "/api/nothing", status: 404),
            Wrong(method: .POST, target: "/api/status", status: 405),
            Wrong(method: .GET, target: "/api/runs?limit=0", status: 400),
            Wrong(method: .GET, target: "/api/runs?limit=many", status: 400),
            Wrong(method: .GET, target: "/api/runs?limits=1", status: 400),
            Wrong(method: .GET, target: "/api/spending?by=mood", status: 400),
            Wrong(method: .POST, target: "/api/estimate", body: "{", status: 400),
            Wrong(method: .POST, target: "/api/estimate", body: #"{"model":"openai/gpt-6-luna"}"#, status: 400),
            Wrong(
                method: .POST, target: "/api/estimate",
                body: #"{"model":"openai/gpt-6-luna","input_tokens":-1,"output_tokens":0}"#, status: 400),
            Wrong(
                method: .POST, target: "/api/estimate",
                body: #"{"model":"nobody/x","input_tokens":1,"output_tokens":0}"#,
                status: 400),
            Wrong(method: .POST, target: "/api/ask", body: #"{"prompt":7}"#, status: 400),
            Wrong(method: .POST, target: "/api/ask", body: #"{"prompt":" "}"#, status: 400),
            Wrong(method: .DELETE, target: "/api/breakers/nobody", status: 400),
            Wrong(method: .PUT, target: "/api/openapi.json", status: 405),
        ])
    func wrong(_ row: Wrong) async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let (status, headers, text) = try await GatewayFixture.send(
                row.method, "\(server)\(row.target)", body: row.body)
            #expect(status == row.status, "\(text)")
            #expect(headers.first(name: "content-type") == "application/problem+json")
            let problem = try ProblemDocument(json: JSONValue.parse(text))
            #expect(problem.status == Int(status))
            #expect(!problem.detail.isEmpty)
        }
    }

    @Test("what is spent is summed exactly, and what is unknown is in no sum")
    func spending() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            var sum = USD.zero
            for index in 0..<3 {
                let (_, headers, _) = try await GatewayFixture.send(
                    .POST, "\(server)/v1/chat/completions",
                    body: #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi \#(index)"}]}"#)
                sum += try #require(headers.first(name: "x-dirgen-cost-usd").flatMap { USD($0) })
            }
            for grouping in ["day", "model", "provider", "task"] {
                let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/spending?by=\(grouping)")
                let groups = try [SpendingDocument](json: JSONValue.parse(text))
                #expect(groups.count == 1)
                #expect(groups.first?.costUSD == sum)
                #expect(groups.first?.calls == 3)
                #expect(groups.first?.simulated == true)
            }
        }
    }
}
