import LLMCore
import Testing

@testable import LLMWire

@Suite("Seals of another provider in its own dialect", .timeLimit(.minutes(1)))
struct SealsInOneDialectTests {
    private static let claude = ModelID(provider: "anthropic", name: "claude-haiku-5-5")
    private static let thought = #"{"type":"thinking","thinking":"hm","signature":"EqA="}"#
    private static let redacted = #"{"type":"redacted_thinking","data":"EmB="}"#
    private static let use = #"{"type":"tool_use","id":"t","name":"f","input":{}}"#
    private static let result = #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"1"}]}"#

    private static func body(_ blocks: [String]) -> String {
        #"{"model":"m","max_tokens":9,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[\#(blocks.joined(separator: ","))]},\#(result)]}"#
    }

    private static func sent(_ blocks: [String], to provider: ProviderID, _ name: String) throws -> String {
        var original = OriginalRequest(dialect: .anthropic, body: Array(body(blocks).utf8))
        original.makers = ["EqA=": claude, "EmB=": claude]
        let request = ChatRequest(messages: [.user("Hi")], stream: false, original: original)
        let wire = try RequestEncoder.encode(
            request, model: name, dialect: .anthropic, quirks: .generic, target: ModelID(provider: provider, name: name)
        )
        return String(decoding: wire.body, as: UTF8.self)
    }

    @Test("they are left out, and with them the wish to think that their turn began with")
    func leftOut() throws {
        let sent = try Self.sent([Self.thought, Self.redacted, Self.use], to: "kimi", "kimi-k3")
        #expect(!sent.contains("EqA=") && !sent.contains("EmB=") && !sent.contains("budget_tokens"))
        #expect(sent.contains(Self.use))
    }

    @Test("Anthropic's own reach its models wherever they are served, byte for byte")
    func served() throws {
        for provider in ["anthropic", "bedrock"] as [ProviderID] {
            let sent = try Self.sent([Self.thought, Self.redacted, Self.use], to: provider, "claude-opus-5")
            let wanted = Self.body([Self.thought, Self.redacted, Self.use])
            #expect(sent == wanted.replacing(#""model":"m""#, with: #""model":"claude-opus-5""#))
        }
    }
}
