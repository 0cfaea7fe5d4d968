import BenchCore
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

    @Test("each operation has the schemas of its request and of its answers")
    func schemas() throws {
        let schemas = AnswerSchemas()
        for operation in ManagementAPI.operations {
            let described = try #require(schemas.operation(operation), "\(operation.path)")
            #expect((described["requestBody"] != nil) == (operation.requestSchema != nil))
            if let schema = operation.requestSchema {
                #expect(schema["additionalProperties"] == false && schema["properties"]?.object?.isEmpty == false)
                _ = try JSONSchema(schema)
            }
            for form in operation.answers {
                guard case .document = form else { continue }
                // An object of any kind would fit a schema that says nothing.
                let schema = try schemas.schema(of: operation, status: operation.status)
                #expect(try schema.violation(of: ["an": "object"]) != nil, "\(operation.path)")
                #expect(try schema.violation(of: [["an": "object"]]) != nil, "\(operation.path)")
            }
            let problem = try schemas.schema(of: operation, status: nil)
            #expect(try problem.violation(of: [:]) != nil)
        }
    }

    @Test("the operations that read calls wait until those that ended are written down, and no others do")
    func readingCalls() {
        #expect(
            ManagementAPI.operations.filter(\.readsCalls).map(\.path).sorted()
                == ["/api/calls", "/api/decisions/{id}", "/api/spend"])
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
        var code: String?
        /// The `Allow` header.
        var allowed: String?
        var testDescription: String { "\(method.rawValue) \(target) \(body)" }
    }

    @Test(
        "wrong input is a problem that says where",
        arguments: [
            Wrong(method: .GET, target: "/api/nothing", status: 404),
            Wrong(method: .POST, target: "/api/status", status: 405, allowed: "GET, HEAD"),
            Wrong(method: .GET, target: "/api/runs?limit=0", status: 400),
            Wrong(method: .GET, target: "/api/runs?limit=many", status: 400),
            Wrong(method: .GET, target: "/api/runs?limits=1", status: 400),
            Wrong(method: .GET, target: "/api/spend?by=mood", status: 400),
            Wrong(method: .POST, target: "/api/estimate", body: "{", status: 400),
            Wrong(method: .POST, target: "/api/estimate", body: #"{"model":"openai/gpt-6-luna"}"#, status: 400),
            Wrong(
                method: .POST, target: "/api/estimate",
                body: #"{"model":"openai/gpt-6-luna","input_tokens":-1,"output_tokens":0}"#, status: 400),
            Wrong(
                method: .POST, target: "/api/estimate",
                body: #"{"model":"nobody/x","input_tokens":1,"output_tokens":0}"#, status: 404, code: "unknown_model"),
            Wrong(method: .POST, target: "/api/ask", body: #"{"prompt":7}"#, status: 400),
            Wrong(method: .POST, target: "/api/ask", body: #"{"prompt":" "}"#, status: 400),
            Wrong(method: .POST, target: "/api/ask", body: #"{"prompt":"hi","promt":"hi"}"#, status: 400),
            Wrong(method: .POST, target: "/api/ask", body: #"{"prompt":"hi","temperature":3}"#, status: 400),
            Wrong(method: .POST, target: "/api/ask", body: #"["hi"]"#, status: 400),
            Wrong(method: .GET, target: "/api/runs?limit=1&limit=2", status: 400),
            Wrong(method: .DELETE, target: "/api/breakers/nobody", status: 404, code: "unknown_provider"),
            Wrong(method: .DELETE, target: "/api/virtual-keys/nobody", status: 404, code: "virtual_key.unknown"),
            Wrong(method: .GET, target: "/api/tables/nothing", status: 404, code: "unknown_table"),
            Wrong(method: .GET, target: "/api/runs/nothing", status: 404, code: "unknown_run"),
            Wrong(method: .GET, target: "/api/decisions/nothing", status: 404, code: "unknown_call"),
            Wrong(
                method: .POST, target: "/api/ask", body: #"{"prompt":"hi","model":"nobody/x"}"#, status: 404,
                code: "unknown_model"),
            Wrong(method: .GET, target: "/api/models?provider=", status: 400),
            Wrong(
                method: .POST, target: "/api/selection/planning", body: #"{"profile":{"modelo_id":"nothing"}}"#,
                status: 404, code: "unknown_model"),
            Wrong(method: .PUT, target: "/api/openapi.json", status: 405, allowed: "GET, HEAD"),
            Wrong(method: .PUT, target: "/api/lock", status: 405, allowed: "DELETE"),
            Wrong(method: .PATCH, target: "/api/selection/architecture", status: 405, allowed: "GET, HEAD, POST"),
            Wrong(method: .POST, target: "/api/events", status: 405, allowed: "GET, HEAD"),
            Wrong(method: .POST, target: "/", status: 405, allowed: "GET, HEAD"),
            Wrong(method: .DELETE, target: "/healthz", status: 405, allowed: "GET, HEAD"),
            Wrong(method: .POST, target: "/metrics", status: 405, allowed: "GET, HEAD"),
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
            if let code = row.code { #expect(problem.code.word == code) }
            #expect(headers.first(name: "allow") == row.allowed)
        }
    }

    @Test(
        "a body of another type is refused as such, one that names no type or a kind of JSON is read",
        arguments: [
            ("application/x-www-form-urlencoded", 415), ("text/plain", 415), ("application/json; charset=utf-8", 200),
            ("Application/JSON", 200), ("application/vnd.dirgen+json", 200), (nil, 200),
        ] as [(String?, UInt)])
    func mediaTypes(type: String?, status: UInt) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            let body = #"{"model":"openai/gpt-6-luna","input_tokens":10,"output_tokens":2}"#
            let (found, _, text) = try await GatewayFixture.send(
                .POST, "\(server)/api/estimate", body: body, contentType: type)
            #expect(found == status, "\(text)")
        }
    }

    @Test("a body that is too large is refused as such, with a problem")
    func tooLarge() async throws {
        try await GatewayFixture.withSimulatedServer(limits: ServerLimits(body: 1_000)) { server, _ in
            let body = #"{"prompt":"\#(String(repeating: "a", count: 2_000))"}"#
            let (status, headers, text) = try await GatewayFixture.send(.POST, "\(server)/api/ask", body: body)
            #expect(status == 413, "\(text)")
            #expect(headers.first(name: "content-type") == "application/problem+json")
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
            for grouping in ["day", "model", "provider", "task", "tag", "key", "provider_key"] {
                let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/spend?by=\(grouping)")
                let groups = try [SpendingDocument](json: JSONValue.parse(text))
                #expect(groups.count == 1)
                #expect(groups.first?.costUSD == sum)
                #expect(groups.first?.calls == 3)
                #expect(groups.first?.simulated == true)
            }
        }
    }

    @Test("a request's tags and virtual key are in the log, and spending is summed up by them in each form")
    func tags() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let order = #"{"name":"ops","role":"admin"}"#
            let (_, _, issued) = try await GatewayFixture.send(.POST, "\(server)/api/virtual-keys", body: order)
            let secret = try #require(JSONValue.parse(issued)["secret"]?.string)
            let key = [("authorization", "Bearer \(secret)")]
            try await until(within: .seconds(10)) {
                try await GatewayFixture.send(.GET, "\(server)/api/status").status == 401
            }
            let chat = #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#
            let (status, headers, text) = try await GatewayFixture.send(
                .POST, "\(server)/v1/chat/completions", body: chat,
                headers: key + [("x-dirgen-tags", "team=search, urgent"), ("x-dirgen-tags", "env=prod")])
            #expect(status == 200, "\(text)")
            let call = try #require(headers.first(name: "x-dirgen-decision"))
            let (_, _, decision) = try await GatewayFixture.send(.GET, "\(server)/api/decisions/\(call)", headers: key)
            let logged = try JSONValue.parse(decision)
            #expect(logged["virtual_key"] == "ops" && logged["tags"] == ["team=search", "urgent", "env=prod"])
            let ask = #"{"prompt":"hi","model":"openai/gpt-6-luna","tags":["team=ads"]}"#
            let (asked, _, answer) = try await GatewayFixture.send(.POST, "\(server)/api/ask", body: ask, headers: key)
            let tags = try JSONValue.parse(answer)["tags"]
            #expect(asked == 200 && tags == ["team=ads"], "\(answer)")
            for (query, words) in [
                ("by=tag", ["team=search", "urgent", "env=prod", "team=ads"]),
                ("by=key", ["\"group\":\"ops\",\"calls\":2"]),
                ("by=tag&format=csv", ["group,calls,cost_usd,unpriced,simulated\r\nenv=prod,1,"]),
                ("format=focus", ["BilledCost,BillingAccountId,", "ops\r\n", #"{""team"":""ads""}"#]),
            ] {
                let (_, fields, text) = try await GatewayFixture.send(
                    .GET, "\(server)/api/spend?\(query)", headers: key)
                for word in words { #expect(text.contains(word), "\(query): \(text)") }
                let type = query.contains("format") ? "text/csv; charset=utf-8; header=present" : "application/json"
                #expect(fields.first(name: "content-type") == type)
            }
        }
    }

    @Test("tags that cannot be are refused in the caller's dialect, and nothing of them comes back or is kept")
    func badTags() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let chat = #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#
            let embeddings = #"{"model":"openai/text-embedding-3-small","input":"hi"}"#
            for tags in ["=", "a b", "key=sk-proj-0123456789abcdefghijklmnop", "a=1,a=2", "a,b,c,d,e,f,g,h,i"] {
                for (path, body) in [("chat/completions", chat), ("embeddings", embeddings)] {
                    let (status, _, text) = try await GatewayFixture.send(
                        .POST, "\(server)/v1/\(path)", body: body, headers: [("x-dirgen-tags", tags)])
                    #expect(status == 400 && text.contains("x-dirgen-tags"), "\(tags): \(text)")
                    #expect(!text.contains("sk-proj"))
                }
            }
            let (_, _, calls) = try await GatewayFixture.send(.GET, "\(server)/api/calls")
            #expect(calls == "[]")
        }
    }
}
