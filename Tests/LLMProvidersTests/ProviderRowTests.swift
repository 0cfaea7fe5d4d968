import ClientConnections
import Foundation
import LLMCore
import LLMWire
import Testing

@testable import LLMProviders

@Suite("Providers as rows of data", .timeLimit(.minutes(2)))
struct ProviderRowTests {
    private func spec(_ json: String) throws -> ProviderRowSpec {
        try JSONDecoder().decode(ProviderRowSpec.self, from: Data(json.utf8))
    }

    @Test("the six are known, with addresses as their SDKs spell them and defaults that have a price")
    func catalogue() {
        let rows = ProviderCatalogue.builtIn.rows
        #expect(rows.map(\.name) == ["openai", "anthropic", "gemini", "groq", "xai", "local"])
        #expect(
            rows.map(\.baseURL.description) == [
                "https://api.openai.com/v1", "https://api.anthropic.com", "https://generativelanguage.googleapis.com",
                "https://api.groq.com", "https://api.x.ai/v1", "http://localhost:12434",
            ])
        for row in rows {
            #expect(row.defaultModels.count == 2)
            for model in row.defaultModels {
                #expect(PriceBook.builtIn.price(of: model) != nil, "\(model)")
                #expect(PriceBook.builtIn.price(of: model)?.status == nil, "\(model) is not active")
            }
        }
    }

    static let addresses: [(ProviderID, String?, String)] = [
        ("openai", nil, "https://api.openai.com/v1/chat/completions"),
        ("groq", nil, "https://api.groq.com/openai/v1/chat/completions"),
        ("groq", "https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1/chat/completions"),
        ("xai", nil, "https://api.x.ai/v1/chat/completions"),
        ("anthropic", nil, "https://api.anthropic.com/v1/messages"),
        ("anthropic", "https://api.anthropic.com/v1/", "https://api.anthropic.com/v1/messages"),
        ("gemini", nil, "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent"),
        ("local", nil, "http://localhost:12434/v1/chat/completions"),
        (
            "local", "http://localhost:12434/engines/llama.cpp/v1",
            "http://localhost:12434/engines/llama.cpp/v1/chat/completions"
        ),
    ]

    @Test("requests go where the vendor's SDK would send them", arguments: addresses)
    func requestURL(provider: ProviderID, base: String?, url: String) async throws {
        try await Transport.with { transport in
            var row = try #require(ProviderCatalogue.builtIn.row(provider))
            if let base { row.baseURL = try BaseURL(base) }
            let wire = try RequestEncoder.encode(
                ChatRequest(messages: [.user("x")], stream: false), model: "m", dialect: row.dialect,
                quirks: row.quirks)
            let request = HTTPModelClient(row: row, transport: transport).httpRequest(wire, credential: nil)
            #expect("\(row.baseURL.scheme.rawValue)://\(request.target.authority)\(request.uri)" == url)
        }
    }

    @Test("a new provider needs its name and address, and no code")
    func newProvider() throws {
        let row = try spec(
            #"{"name": "openrouter", "base_url": "https://openrouter.ai/api/v1", "key_env": "OPENROUTER_API_KEY", "models": ["qwen/qwen3-32b", "openrouter/x"]}"#
        ).row(over: nil)
        #expect(row.dialect == .openai)
        #expect(row.auth == .bearer)
        #expect(row.keyVariable == "OPENROUTER_API_KEY")
        #expect(row.quirks == .generic)
        #expect(row.defaultModels.map(\.description) == ["openrouter/qwen/qwen3-32b", "openrouter/x"])
        #expect(row.locality == .cloud)
    }

    @Test("a row of a known name changes only what it states")
    func changedProvider() throws {
        let base = ProviderCatalogue.builtIn.row("openai")
        let row = try spec(#"{"name": "openai", "base_url": "https://eu.api.openai.com/v1", "headers": {"a": "b"}}"#)
            .row(over: base)
        var expected = try #require(base)
        expected.baseURL = try BaseURL("https://eu.api.openai.com/v1")
        expected.headers = ["a": "b"]
        #expect(row == expected)
    }

    @Test("a server of another dialect brings that dialect's ways")
    func otherDialect() throws {
        let row = try spec(
            #"{"name": "proxy", "dialect": "anthropic", "base_url": "http://10.0.0.1:4000", "key_env": "K", "locality": "local"}"#
        ).row(over: nil)
        #expect(row.auth == .header("x-api-key"))
        #expect(row.quirks == .anthropic)
        #expect(row.locality == .local)
        let other = try spec(#"{"name": "x", "base_url": "http://h", "quirks": "groq", "auth": "query key"}"#).row(
            over: nil)
        #expect(other.quirks == .groq)
        #expect(other.auth == .query("key"))
        let fields = try spec(
            #"{"name": "x", "base_url": "http://h", "quirks": {"output_limit_field": "max_completion_tokens"}}"#
        ).row(over: nil)
        #expect(fields.quirks.outputLimitField == "max_completion_tokens")
        #expect(fields.auth == .none)
    }

    @Test(
        "a row that cannot be meant is refused in words",
        arguments: [
            (#"{"name": "x"}"#, "base_url is missing"), (#"{"name": "a/b", "base_url": "http://h"}"#, "name"),
            (#"{"name": "x", "base_url": "ftp://h"}"#, "http:// or https://"),
            (#"{"name": "x", "base_url": "http://u:canary@h"}"#, "credentials"),
            (#"{"name": "x", "base_url": "http://h", "auth": "magic"}"#, "auth"),
            (#"{"name": "x", "base_url": "http://h", "quirks": "none-such"}"#, "no preset"),
        ])
    func refused(json: String, words: String) throws {
        let spec = try spec(json)
        #expect {
            try spec.row(over: nil)
        } throws: { error in
            "\(error)".contains(words) && !"\(error)".contains("canary")
        }
    }

    @Test(
        "addresses are read and shown without surprises",
        arguments: [
            ("https://api.openai.com/v1/", "https://api.openai.com/v1"), (" localhost:8080 ", "http://localhost:8080"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"), ("HTTPS://Example.COM", "https://example.com"),
        ])
    func addressesRead(text: String, shown: String) throws { #expect(try BaseURL(text).description == shown) }

    @Test(
        "addresses that are none are refused",
        arguments: [
            "", "http://", "http://h:0", "http://h:99999", "http://h:x", "http://h?k=v", "http://h/#f", "http://a b",
            "http://[::1", "http://é",
        ])
    func addressesRefused(text: String) { #expect(throws: BaseURL.Invalid.self) { try BaseURL(text) } }
}
