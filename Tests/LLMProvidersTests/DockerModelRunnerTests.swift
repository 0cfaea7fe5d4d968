import LLMCore
import LLMWire
import Testing

@testable import LLMProviders

@Suite("Docker Model Runner", .timeLimit(.minutes(2)))
struct DockerModelRunnerTests {
    private func runner<R: Sendable>(
        path: String = "", _ script: @escaping ScriptedServer.Script,
        _ body: (DockerModelRunner, ScriptedServer) async throws -> R
    ) async throws -> R {
        try await ScriptedServer.with(script) { server in
            try await Transport.with { transport in
                let base = BaseURL.loopback(port: server.port, path: path)
                return try await body(DockerModelRunner(baseURL: base, transport: transport), server)
            }
        }
    }

    @Test("a runner is known by its version, or by its greeting")
    func detected() async throws {
        let byVersion = try await runner({ request in
            let body = request.line.contains("/engines/ps") ? "[]" : #"{"version":"1.2"}"#
            return [.send(Wire.response("200 OK", body))]
        }) { runner, _ in await runner.detect(within: .seconds(10)) }
        #expect(byVersion == .modelRunner(version: "1.2"))
        let byGreeting = try await runner({ request in
            request.line.hasPrefix("GET / ")
                ? [.send(Wire.response("200 OK", type: "text/plain", "Docker Model Runner is running"))]
                : [.send(Wire.response("404 Not Found", type: "text/plain", "404 page not found"))]
        }) { runner, _ in await runner.detect(within: .seconds(10)) }
        #expect(byGreeting == .modelRunner(version: nil))
    }

    @Test("any other server is no runner, also one that tells a version, as vLLM does", arguments: ["", "/version"])
    func other(known: String) async throws {
        let found = try await runner({ request in
            request.line.hasPrefix("GET \(known) ")
                ? [.send(Wire.response("200 OK", #"{"version":"0.9.2"}"#))]
                : [.send(Wire.response("404 Not Found", "{}"))]
        }) { runner, _ in await runner.detect(within: .seconds(10)) }
        #expect(found == .other)
    }

    @Test("a server that does not answer is unreachable")
    func unreachable() async throws {
        let found = try await runner({ _ in [] }) { runner, _ in await runner.detect(within: .milliseconds(50)) }
        guard case .unreachable(let error) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(error.outcome == .timeoutTotal)
    }

    @Test(
        "management lies beside the inference path, not below it",
        arguments: ["/engines/v1", "/engines/llama.cpp/v1", "/v1", ""])
    func paths(path: String) async throws {
        try await runner(path: path, { _ in [.send(Wire.response("200 OK", "[]"))] }) { runner, server in
            _ = try await runner.models()
            _ = try await runner.loadedModels()
            #expect(server.requests.map(\.line) == ["GET /models HTTP/1.1", "GET /engines/ps HTTP/1.1"])
        }
    }

    @Test("stored and loaded models are read, what is missing stays unknown")
    func lists() async throws {
        let stored =
            #"[{"id":"sha256:1","tags":["ai/smollm2:latest"],"config":{"parameters":"361.82 M","quantization":"Q4","size":"256 MB","context_size":8192}},{"id":"sha256:2"}]"#
        let loaded = #"[{"backend_name":"llama.cpp","model_name":"ai/smollm2","mode":"completion","in_use":true}]"#
        try await runner({ request in
            [.send(Wire.response("200 OK", request.line.contains("/engines/ps") ? loaded : stored))]
        }) { runner, _ in
            let models = try await runner.models()
            #expect(models.map(\.tags) == [["ai/smollm2:latest"], []])
            #expect(models.map(\.contextSize) == [8192, nil])
            let resident = try await runner.loadedModels()
            #expect(resident.map(\.name) == ["ai/smollm2"])
            #expect(resident.first?.isInUse == true)
            #expect(resident.first?.isLoading == false)
        }
    }

    private func pull(_ lines: [ScriptedServer.Step]) async throws -> [PullLine] {
        try await runner({ _ in lines }) { runner, server in
            var seen: [PullLine] = []
            for try await progress in runner.pull("ai/smollm2") { seen.append(progress) }
            #expect(server.requests.first?.line == "POST /models/create HTTP/1.1")
            #expect(server.requests.first?.headers["accept"] == "application/json")
            #expect(server.requests.first?.body == #"{"from":"ai/smollm2"}"#)
            return seen
        }
    }

    @Test("a pull reports layers as they come and ends with success")
    func pulled() async throws {
        let seen = try await pull([
            .send(Wire.streamHead),
            .send(Wire.chunk(#"{"type":"progress","total":100,"layer":{"id":"a","size":60,"current":30}}"# + "\n")),
            .send(Wire.chunk(#"{"type":"progress","total":100,"layer":{"id":"b","size":40,"current":40}}"# + "\n")),
            .send(Wire.chunk(#"{"type":"success","message":"done"}"# + "\n") + Wire.streamEnd),
        ])
        #expect(seen == [.progress(bytes: 30, total: 100), .progress(bytes: 70, total: 100), .succeeded("done")])
    }

    @Test("a pull that fails after it began is a failure, whatever its status")
    func failedLate() async throws {
        let seen = try await pull([
            .send(Wire.streamHead),
            .send(Wire.chunk(#"{"type":"error","message":"no space left"}"# + "\n") + Wire.streamEnd),
        ])
        #expect(seen == [.failed("no space left")])
    }

    @Test("a pull that is refused throws with the runner's words")
    func refused() async throws {
        await #expect {
            _ = try await pull([.send(Wire.response("404 Not Found", type: "text/plain", "Model not found"))])
        } throws: { error in
            (error as? ProviderCallError)?.failure.message.contains("Model not found") == true
        }
    }

    @Test("leaving a pull closes its connection")
    func left() async throws {
        try await runner({ _ in
            [
                .send(
                    Wire.streamHead
                        + Wire.chunk(#"{"type":"progress","total":9,"layer":{"id":"a","size":9,"current":1}}"# + "\n"))
            ]
        }) { runner, server in
            for try await _ in runner.pull("ai/smollm2") { break }
            #expect(await server.nextClosedConnection() == 0)
        }
    }
}
