import Foundation
import LLMCore
import LLMWire
import Testing

@testable import LLMProviders

/// Recorded answers of real providers, served byte for byte over a socket: what the decoder reads in memory must survive it.
@Suite("Recorded answers over a real socket", .timeLimit(.minutes(5)))
struct CorpusReplayTests {
    private struct Exchange: Sendable {
        var status: Int
        var body: String
        var streaming: Bool
        var text: String?
    }

    private static let folder: URL = {
        let named = ProcessInfo.processInfo.environment["DIRGEN_WIRE_CORPUS"].map { URL(filePath: $0) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return named ?? root.appending(path: "../shared/wire")
    }()

    static let cases: [(String, String, WireDialect, ProviderID)] = [
        ("openai", "openai-chat.completions-", .openai, "openai"),
        ("openai", "openai-responses-", .openaiResponses, "openai"),
        ("anthropic", "anthropic-messages-", .anthropic, "anthropic"),
        ("gemini", "gemini-streamGenerateContent-", .gemini, "gemini"),
        ("gemini", "gemini-generateContent-", .gemini, "gemini"),
        ("groq", "groq-chat.completions-", .openai, "groq"), ("xai", "xai-", .openai, "xai"),
        ("openai-compatible", "openai-compatible-", .openai, "local"),
    ]

    private static func exchanges(_ provider: String, _ prefix: String) -> [(String, JSONValue)] {
        let folder = folder.appending(path: provider)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter { $0.hasPrefix(prefix) }.compactMap { name in
            let data = try? Data(contentsOf: folder.appending(path: name))
            return data.flatMap { try? JSONValue.parse($0) }.map { (name, $0) }
        }
    }

    private static let isPresent = FileManager.default.fileExists(atPath: folder.path)

    @Test(
        "text and status arrive as recorded",
        .enabled(if: isPresent, "no recorded exchanges; DIRGEN_WIRE_CORPUS names their folder"), arguments: cases)
    func replay(provider: String, prefix: String, dialect: WireDialect, row: ProviderID) async throws {
        let chosen = Self.exchanges(provider, prefix).filter { $0.1["expect"]?["framing"] == nil }
        try #require(!chosen.isEmpty, "no recordings at \(Self.folder.path)/\(provider)")
        for (name, exchange) in chosen.prefix(6) {
            let status = exchange["response"]?["status"]?.int ?? 0
            let body = exchange["response"]?["body"]?.string ?? ""
            let streaming = exchange["streaming"] == true
            let type = streaming ? "text/event-stream" : "application/json"
            let answer = Wire.response("\(status) X", type: type, body)
            let seen = try await ScriptedServer.with({ _ in [.send(answer)] }) { server in
                try await Transport.with { transport in
                    var target = try #require(ProviderCatalogue.builtIn.row(row))
                    target.baseURL = .loopback(port: server.port)
                    // xAI speaks both of OpenAI's dialects; the recording says which.
                    let isResponses = name.contains("responses")
                    target.dialect = isResponses ? .openaiResponses : dialect
                    return try await Calls.read(
                        HTTPModelClient(row: target, transport: transport), Calls.call(stream: streaming))
                }
            }
            #expect(seen.report?.status == status, "\(name)")
            guard status == 200, let expected = exchange["expect"]?["text"]?.string else { continue }
            #expect(seen.text == expected, "\(name)")
            #expect(
                streaming == (seen.report?.timings.firstToken != nil) || seen.events.isEmpty || expected.isEmpty,
                "\(name)")
        }
    }
}
