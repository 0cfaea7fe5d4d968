import DirGenAPI
import LLMCore
import NIOHTTP1
import TestSupport
import Testing

@testable import LLMServer

/// The answers of all operations, held against the schemas that the OpenAPI document gives.
@Suite("Answers of the management API", .timeLimit(.minutes(2)))
struct OperationAnswersTests {
    /// Values for the parameters of a path, and the body, of a request that succeeds.
    private static let values = [
        "{task}": "architecture", "{name}": "groq", "{id}": "latest", "{model}": "ai%2Fsmollm3",
        "{fingerprint}": APIKey("simulated").fingerprint.rawValue,
    ]
    private static let order =
        #"{"dataset":"sets/set.jsonl","models":["openai/gpt-6-luna","groq/openai/gpt-oss-20b"],"derive":true}"#
    private static let bodies = [
        "/api/ask": #"{"prompt":"hi"}"#,
        "/api/runs": order, "/api/plans": order,
        "/api/estimate": #"{"model":"openai/gpt-6-luna","input_tokens":10,"output_tokens":2}"#,
        "/api/selection/{task}": #"{"profile":{"modelo_id":"ai/smollm3"}}"#,
        "/api/keys/next": #"{"provider":"gemini"}"#,
        "/api/keys/{fingerprint}/results": #"{"provider":"gemini","outcome":"ok"}"#,
        "/api/virtual-keys": #"{"name":"ops","role":"admin","budget_usd":"1.5","models":["groq/*"],"rpm":60}"#,
    ]

    private static func path(_ operation: APIOperation, _ values: [String: String]) -> String {
        values.reduce(operation.path) { $0.replacing($1.key, with: $1.value) }
    }

    /// A run is begun before it is looked at. Those that bring a key into being, after which all need one, come last.
    private static let inOrder = ManagementAPI.operations.sorted { place($0) < place($1) }

    private static func place(_ operation: APIOperation) -> Int {
        switch "\(operation.method) \(operation.path)" {
        case "POST /api/runs": 0
        case "POST /api/runs/{id}/stop": 1
        case let name: name.contains("/api/virtual-keys") ? 3 : 2
        }
    }

    private static func send(
        _ operation: APIOperation, _ path: String, _ body: String, _ server: ServerAddress, key: String? = nil
    ) async throws -> (status: Int, type: String?, body: String) {
        let (status, headers, text) = try await GatewayFixture.send(
            HTTPMethod(rawValue: operation.method), "\(server)\(path)", body: body,
            headers: key.map { [("authorization", "Bearer \($0)")] } ?? [])
        return (Int(status), headers.first(name: "content-type"), text)
    }

    private static func untilMeasured(_ server: ServerAddress) async throws {
        try await until(within: .seconds(30)) {
            let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/runs/latest")
            return try JSONValue.parse(text)["trials"]?.int ?? 0 >= 20
        }
    }

    private static func untilEnded(_ server: ServerAddress) async throws {
        try await until(within: .seconds(30)) {
            let (_, _, text) = try await GatewayFixture.send(.GET, "\(server)/api/runs/latest/progress")
            return try JSONValue.parse(text)["phase"]?.string == "ended"
        }
    }

    @Test("every operation answers with the document that its schema describes")
    func successes() async throws {
        try await GatewayFixture.withRunServer(cases: 200, timeScale: 0.01) { server, _ in
            let schemas = AnswerSchemas()
            var key: String?
            var succeeded = 0
            for operation in Self.inOrder {
                var values = Self.values
                if operation.path.hasPrefix("/api/virtual-keys") { values["{name}"] = "ops" }
                if operation.path.hasPrefix("/api/tables") { values["{id}"] = "architecture" }
                let answer = try await Self.send(
                    operation, Self.path(operation, values), Self.bodies[operation.path] ?? "", server, key: key)
                try schemas.expect(answer.status, answer.type, answer.body, of: operation)
                #expect(answer.status == operation.status, "\(operation.path): \(answer.body)")
                succeeded += answer.status == operation.status ? 1 : 0
                switch "\(operation.method) \(operation.path)" {
                case "POST /api/virtual-keys": key = try JSONValue.parse(answer.body)["secret"]?.string
                case "POST /api/runs": try await Self.untilMeasured(server)
                case "POST /api/runs/{id}/stop": try await Self.untilEnded(server)
                default: break
                }
            }
            #expect(succeeded == ManagementAPI.operations.count)
        }
    }

    @Test(
        "what is not there, a parameter that does not exist and a body that does not fit are problems of every operation"
    )
    func problems() async throws {
        try await GatewayFixture.withSimulatedServer(keepsDatabase: true) { server, _ in
            let schemas = AnswerSchemas()
            for operation in ManagementAPI.operations {
                let strange = ["{name}", "{id}", "{model}", "{fingerprint}"].filter { operation.path.contains($0) }
                let path = Self.path(
                    operation, Self.values.merging(strange.map { ($0, "nothing-of-the-kind") }) { $1 })
                if !strange.isEmpty {
                    let body = Self.bodies[operation.path] ?? ""
                    let answer = try await Self.send(operation, path, body, server)
                    #expect((400..<500).contains(answer.status), "\(operation.method) \(path): \(answer.status)")
                    try schemas.expect(answer.status, answer.type, answer.body, of: operation)
                }
                let query = try await Self.send(operation, path + "?no-such-parameter=1", "{}", server)
                #expect(query.status == 400, "\(operation.path)")
                try schemas.expect(query.status, query.type, query.body, of: operation)
                guard operation.requestSchema != nil else { continue }
                for body in ["{", "[]", #"{"no-such-member":1}"#] {
                    let answer = try await Self.send(operation, path, body, server)
                    #expect(answer.status == 400, "\(operation.path) \(body)")
                    try schemas.expect(answer.status, answer.type, answer.body, of: operation)
                }
            }
        }
    }
}
