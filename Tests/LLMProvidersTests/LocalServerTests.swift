import LLMCore
import LLMWire
import Testing

@testable import LLMProviders

@Suite("A local server", .timeLimit(.minutes(2)))
struct LocalServerTests {
    /// Answers by the beginning of the request line; everything else is a plain 404, as at a server without management.
    private func server<R: Sendable>(
        _ answers: [String: String], _ body: (LocalServer, ScriptedServer) async throws -> R
    ) async throws -> R {
        try await ScriptedServer.with({ request in
            let known = answers.first { request.line.hasPrefix($0.key + " ") }?.value
            return [.send(known ?? Wire.response("404 Not Found", type: "text/plain", "404 page not found"))]
        }) { server in
            try await Transport.with { transport in
                let row = ProviderRow(
                    name: .local, dialect: .openai, baseURL: .loopback(port: server.port), auth: .none,
                    locality: .local, quirks: .local)
                return try await body(LocalServer(HTTPModelClient(row: row, transport: transport)), server)
            }
        }
    }

    private static let greeting = Wire.response("200 OK", type: "text/plain", "Docker Model Runner is running")

    private func failure(_ work: () async throws -> Void) async -> LocalModelError? {
        do {
            try await work()
            return nil
        } catch { return error as? LocalModelError }
    }

    @Test("a plain server says that management is not available, whatever is asked of it, and no chat is sent to it")
    func plain() async throws {
        try await server([:]) { local, server in
            let kind = try await local.kind()
            #expect(kind == .plain)
            let failures = [
                await failure { _ = try await local.loadedModels() }, await failure { _ = try await local.diskUsage() },
                await failure { _ = try await local.unload(nil) },
                await failure { try await local.load("ai/x", keepAlive: .forever) },
                await failure { for try await _ in local.pull("ai/x") {} },
            ]
            #expect(failures.map { $0?.reason } == Array(repeating: .managementUnavailable, count: 5))
            #expect(failures.allSatisfy { $0?.message.contains("not available") == true && $0?.hint != nil })
            #expect(!server.requests.contains { $0.line.contains("chat/completions") })
        }
    }

    @Test("a plain server lists what it serves, by name")
    func plainList() async throws {
        let list = Wire.response("200 OK", #"{"object":"list","data":[{"id":"llama3:latest"},{"id":"phi"}]}"#)
        try await server(["GET /engines/v1/models": list, "GET /v1/models": list]) { local, _ in
            let tags = try await local.storedModels().map(\.tags)
            #expect(tags == [["llama3:latest"], ["phi"]])
        }
    }

    @Test("a plain server that wants a key says so, and nobody is sent to a registry")
    func keyWanted() async throws {
        let refusal = Wire.response("401 Unauthorized", #"{"error":{"message":"Invalid API Key","code":401}}"#)
        try await server(["GET /engines/v1/models": refusal, "GET /v1/models": refusal]) { local, _ in
            let failure = await failure { _ = try await local.storedModels() }
            #expect(failure?.reason == .unauthorized)
            #expect(failure?.hint?.contains("key_env") == true && failure?.hint?.contains("docker") == false)
        }
    }

    @Test("a model that a runner does not have is not found, and no talk of missing management")
    func notFound() async throws {
        let answers = [
            "GET /": LocalServerTests.greeting, "GET /engines/ps": Wire.response("200 OK", "[]"),
            "POST /engines/v1/chat/completions": Wire.response(
                "404 Not Found", type: "text/plain", "error while getting model: model not found"),
            "POST /models/create": Wire.response("404 Not Found", type: "text/plain", "Model not found"),
        ]
        try await server(answers) { local, _ in
            let load = await failure { try await local.load("ai/x", keepAlive: nil) }
            #expect(load?.reason == .modelNotFound)
            let pull = await failure { for try await _ in local.pull("ai/x") {} }
            #expect(pull?.reason == .modelNotFound)
            #expect(pull?.model == "ai/x")
        }
    }

    @Test("loading configures when asked to, then preloads, and reads the engine's words when it fails")
    func load() async throws {
        let answers = [
            "GET /": LocalServerTests.greeting, "GET /engines/ps": Wire.response("200 OK", "[]"),
            "POST /engines/_configure": Wire.response("409 Conflict", type: "text/plain", "runner is active"),
            "POST /engines/v1/chat/completions": Wire.response(
                "500 Internal Server Error", type: "text/plain", "unable to load runner: out of memory"),
        ]
        try await server(answers) { local, server in
            let error = await failure { try await local.load("ai/x", keepAlive: .after(.seconds(90))) }
            #expect(error?.reason == .loadFailed)
            #expect(error?.message.contains("out of memory") == true)
            let sent = server.requests.filter { $0.line.hasPrefix("POST") }
            #expect(sent.map(\.body).first == #"{"model":"ai/x","keep_alive":"90s"}"#)
            #expect(sent.last?.headers["x-preload-only"] == "true")
        }
    }

    @Test("a keep-alive leaves alone what somebody configured beside it")
    func keepsConfiguration() async throws {
        let configured = #"[{"Backend":"llama.cpp","Model":"ai/x","Config":{"context-size":8192,"keep_alive":"5m"}}]"#
        let answers = [
            "GET /": LocalServerTests.greeting, "GET /engines/ps": Wire.response("200 OK", "[]"),
            "GET /engines/_configure?model=ai/x": Wire.response("200 OK", configured),
            "POST /engines/_configure": Wire.response("202 Accepted", ""),
            "POST /engines/v1/chat/completions": Wire.response("200 OK", ""),
        ]
        try await server(answers) { local, server in
            try await local.load("ai/x", keepAlive: .forever)
            let sent = server.requests.first { $0.line.hasPrefix("POST /engines/_configure") }
            #expect(sent?.body == #"{"context-size":8192,"keep_alive":"-1","model":"ai/x"}"#)
        }
    }

    @Test("a pull that breaks off after status 200 throws, in the runner's words")
    func brokenPull() async throws {
        let lines = #"{"type":"progress","total":9,"layer":{"id":"a","size":9,"current":1}}"# + "\nunexpected EOF\n"
        let answer = Wire.response("200 OK", type: "text/plain", lines)
        try await server(["GET /": LocalServerTests.greeting, "POST /models/create": answer]) { local, _ in
            var seen: [PullProgress] = []
            let error = await failure { for try await step in local.pull("ai/x") { seen.append(step) } }
            #expect(error?.reason == .pullFailed)
            #expect(error?.message.contains("unexpected EOF") == true)
            #expect(seen == [.progress(bytes: 1, total: 9)])
        }
    }

    @Test("nothing that listens is unreachable")
    func unreachable() async throws {
        try await Transport.with { transport in
            let row = ProviderRow(
                name: .local, dialect: .openai, baseURL: .loopback(port: 1), auth: .none, locality: .local)
            let local = LocalServer(HTTPModelClient(row: row, transport: transport))
            let stored = await failure { _ = try await local.storedModels() }
            #expect(stored?.reason == .unreachable)
            let kind = await failure { _ = try await local.kind() }
            #expect(kind?.reason == .unreachable)
        }
    }
}
