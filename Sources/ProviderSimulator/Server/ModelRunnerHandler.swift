import Hummingbird
import LLMCore
import LLMWire
import NIOCore

/// Docker Model Runner's management interface. Its errors are lines of text.
struct ModelRunnerHandler: Sendable {
    private let exchange: Exchange
    private var runner: ModelRunner { exchange.simulator.runner }
    private var timeScale: Double { exchange.simulator.options.timeScale }

    init(_ exchange: Exchange) { self.exchange = exchange }

    func respond(_ call: Route.Runner) async throws -> Response {
        switch call {
        case .root: return exchange.text("Docker Model Runner is running")
        case .version: return exchange.json(["version": "v1.0.0-simulated"])
        case .list: return exchange.json(.array(runner.present.compactMap { describe($0) }))
        case .entry(let name): return entry(ModelRunner.canonical(name))
        case .create: return try await create()
        case .ps: return exchange.json(running)
        case .status: return exchange.json(["llama.cpp": "Running: llama.cpp simulated"])
        case .disk:
            let usage = runner.present.count * runner.stock.imageBytes
            return exchange.json(["models_disk_usage": JSONValue(usage), "default_backend_disk_usage": 100_000_000])
        case .unload: return try await unload()
        case .configure: return try await configure()
        }
    }

    // MARK: Models

    private func entry(_ name: String) -> Response {
        if exchange.request.method == .delete {
            guard runner.remove(name) else { return notFound }
            return exchange.json([
                ["Untagged": .string("\(name):latest")], ["Deleted": .string(PullScript.layerID(name, 0))],
            ])
        }
        guard runner.present.contains(name), let value = describe(name) else { return notFound }
        return exchange.json(value)
    }

    private var notFound: Response { exchange.text("error while getting model: model not found\n", status: 404) }

    private func describe(_ name: String) -> JSONValue? {
        guard let model = runner.model(name) else { return nil }
        return [
            "id": .string(PullScript.layerID(name, 0)), "tags": [.string("\(name):latest")],
            "created": .number(JSONNumber(model.releasedAt)),
            "config": [
                "format": "gguf", "quantization": "Q4_K_M", "parameters": .string(model.displayName),
                "architecture": "simulated", "size": "1.78 GiB", "gguf": [:],
                "context_size": JSONValue(model.contextWindow),
            ],
        ]
    }

    private func create() async throws -> Response {
        guard let value = try await bodyObject(), let from = value["from"]?.string, !from.isEmpty else {
            return exchange.text("invalid request\n", status: 400)
        }
        let name = ModelRunner.canonical(from)
        guard name.allSatisfy({ $0.isASCII && !$0.isWhitespace }) else {
            return exchange.text("Invalid model reference\n", status: 400)
        }
        if runner.stock.privateModels.contains(name), value["bearer-token"]?.string?.isEmpty ?? true {
            return exchange.text("Unauthorized\n", status: 401)
        }
        guard runner.isKnown(name) else { return exchange.text("Model not found\n", status: 404) }
        let asJSON =
            !runner.stock.escapesProgress && exchange.request.headers[values: .accept] == ["application/json"]
        var fields = HTTPFields()
        fields.set([WireHeader("content-type", asJSON ? "application/json" : "text/plain; charset=utf-8")])
        return Response(status: .ok, headers: fields, body: pull(name, asJSON: asJSON))
    }

    private func pull(_ name: String, asJSON: Bool) -> ResponseBody {
        let breaks = runner.stock.brokenPulls.contains(name)
        let progress = PullScript(
            model: name, imageBytes: runner.stock.imageBytes, breaks: breaks, asJSON: asJSON)
        let known = runner.present.contains(name)
        let length = known ? Duration.zero : .milliseconds(runner.stock.pullTime) * timeScale
        return ResponseBody { writer in
            let start = exchange.time.now()
            for line in progress.lines.dropFirst(known ? progress.lines.count - 1 : 0) {
                try await exchange.pause.until(start + length * line.at)
                try await writer.write(ByteBuffer(string: line.text + "\n"))
            }
            if !breaks { runner.add(name) }
            try await writer.finish(nil)
        }
    }

    // MARK: Engines

    private var running: JSONValue {
        let now = exchange.time.now()
        let wall = exchange.time.wallMicroseconds() / 1_000_000
        return .array(
            runner.running(now: now).map { name, loaded in
                let idle = Int64(max(0, loaded.lastUsed.duration(to: now).milliseconds / 1_000))
                return [
                    "backend_name": "llama.cpp", "model_name": .string(name), "mode": "completion",
                    "last_used": .string(RFC3339.text((wall - idle) * 1_000_000)), "in_use": .bool(loaded.inUse > 0),
                    "loading": .bool(loaded.readyAt > now),
                    "keep_alive": .string(loaded.keepAlive.map { GoDuration.text($0) } ?? "-1"),
                ]
            })
    }

    private func unload() async throws -> Response {
        guard let value = try await bodyObject() else { return exchange.text("invalid request\n", status: 400) }
        let all = value["all"]?.bool ?? false
        let names = value["models"]?.array?.compactMap(\.string).map(ModelRunner.canonical) ?? []
        let count = runner.unload(all ? nil : names, now: exchange.time.now())
        return exchange.json(["unloaded_runners": JSONValue(count)])
    }

    private func configure() async throws -> Response {
        if exchange.request.method == .get { return configurations }
        guard let value = try await bodyObject(), let model = value["model"]?.string else {
            return exchange.text("invalid request\n", status: 400)
        }
        let name = ModelRunner.canonical(model)
        guard runner.present.contains(name) else { return notFound }
        guard runner.configure(name, keepAlive: keepAlive(value["keep_alive"]?.string), now: exchange.time.now())
        else { return exchange.text("runner is active\n", status: 409) }
        return exchange.respond(202, [], [])
    }

    /// `nil` when not given or not understood, a value of `nil` for ever.
    private func keepAlive(_ text: String?) -> Duration?? {
        guard let text, let unit = text.last else { return nil }
        if text == "-1" { return .some(nil) }
        let seconds: [Character: Double] = ["s": 1, "m": 60, "h": 3_600]
        guard let factor = seconds[unit], let count = Double(text.dropLast()) else {
            return text == "0" ? .some(.zero) : nil
        }
        return .some(.seconds(count * factor))
    }

    private var configurations: Response {
        let wanted = exchange.query("model").map(ModelRunner.canonical)
        let entries = runner.running(now: exchange.time.now()).filter { wanted == nil || $0.name == wanted }
        return exchange.json(
            .array(
                entries.map { entry -> JSONValue in
                    [
                        "Backend": "llama.cpp", "Model": .string(entry.name),
                        "ModelID": .string(PullScript.layerID(entry.name, 0)), "Mode": "completion", "Config": [:],
                    ]
                }))
    }

    private func bodyObject() async throws -> JSONObject? {
        guard let body = try await exchange.body(atMost: 1 << 20) else { return nil }
        return (try? JSONValue.parse(body))?.object
    }
}
