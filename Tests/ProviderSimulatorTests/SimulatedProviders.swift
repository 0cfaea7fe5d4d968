import AsyncHTTPClient
import LLMCore
import LLMProviders
import LLMWire
import NIOCore
import NIOHTTP1
import ProviderSimulator
import TestSupport
import Testing

/// The six providers as clients know them, at a simulator.
struct SimulatedProviders: Sendable {
    let address: SimulatorAddress
    let transport: Transport

    static let names: [ProviderID] = ["openai", "anthropic", "gemini", "groq", "xai", "local"]
    static let cheap: [ProviderID: String] = [
        "openai": "gpt-6-luna", "anthropic": "claude-haiku-5-5", "gemini": "gemini-2.5-flash",
        "groq": "openai/gpt-oss-20b", "xai": "grok-4.3", "local": "ai/smollm3",
    ]

    /// Runs `body` against a simulator in this process, in no time: its clock is moved by its own sleeps.
    static func with<R: Sendable>(
        _ options: SimulatorOptions, realTime: Bool = false, _ body: (SimulatedProviders) async throws -> R
    ) async throws -> R {
        var options = options
        if !realTime { options.time = ManualClock().source }
        return try await withSimulator(options: options) { address async throws in
            try await Transport.with { transport in
                try await body(SimulatedProviders(address: address, transport: transport))
            }
        }
    }

    func client(_ provider: ProviderID) throws -> HTTPModelClient {
        var row = try #require(ProviderCatalogue.builtIn.row(provider))
        row.baseURL = try BaseURL(try #require(address.baseURL(for: provider)))
        return HTTPModelClient(row: row, transport: transport, simulated: true)
    }

    struct Outcome: Sendable {
        var text = ""
        var report: AttemptReport
    }

    func ask(
        _ provider: ProviderID, _ prompt: String = "hello", model: String? = nil, key: String? = "key-1",
        stream: Bool = true, parameters: GenerationParameters = .init(maxOutputTokens: 1_024)
    ) async throws -> Outcome {
        let name = try #require(model ?? Self.cheap[provider])
        let call = ModelCall(
            model: ModelID(provider: provider, name: name),
            request: ChatRequest(messages: [.user(prompt)], parameters: parameters, stream: stream),
            credential: key.map { APIKey($0) }, deadline: TimeLimits().deadline(from: .now),
            attemptID: AttemptID(rawValue: "attempt"))
        var text = ""
        var ended: AttemptReport?
        for try await event in try client(provider).open(call) {
            switch event {
            case .text(let piece): text += piece
            case .ended(let report): ended = report
            default: break
            }
        }
        return Outcome(text: text, report: try #require(ended))
    }

    /// A plain request, for what is not a chat.
    func http(
        _ method: String, _ path: String, body: String? = nil, headers: [(String, String)] = []
    ) async throws -> (status: Int, headers: [String: String], body: String) {
        var request = HTTPClientRequest(url: address.origin + path)
        request.method = .init(rawValue: method)
        for header in headers { request.headers.add(name: header.0, value: header.1) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let bytes = try await response.body.collect(upTo: 1 << 22)
        let fields = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        return (Int(response.status.code), fields, String(buffer: bytes))
    }

    func ledger() async throws -> [JSONValue] {
        try JSONValue.parse(try await http("GET", "/_sim/ledger").body)["entries"]?.array ?? []
    }
}
