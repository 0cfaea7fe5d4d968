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

    @Test(
        "a compacted history goes to its maker byte for byte; to another it is refused, as it stands for what was said")
    func compaction() throws {
        let body =
            #"{"model":"m","input":[{"type":"compaction","id":"c","encrypted_content":"gAAA"},{"role":"user","content":"On"}]}"#
        let client = try RequestDecoder.decode(Array(body.utf8), flavour: .gatewayResponses)
        let maker = ModelID(provider: "openai", name: "m")
        #expect(ReasoningSeal.seals(of: client.request.messages) == ["gAAA"])
        func send(to target: ModelID, makers: [String: ModelID]) throws -> String {
            var request = client.request
            request.original?.makers = makers
            request.stream = false
            let wire = try RequestEncoder.encode(
                request, model: "m", dialect: .openaiResponses, quirks: .generic, target: target)
            return String(decoding: wire.body, as: UTF8.self)
        }
        let other = ModelID(provider: "xai", name: "grok-5")
        #expect(try send(to: maker, makers: ["gAAA": maker]) == body)
        // One that nobody has seen passes as it is.
        #expect(try send(to: other, makers: [:]) == body)
        let error = #expect(throws: WireError.self) { try send(to: other, makers: ["gAAA": maker]) }
        #expect(error?.kind == .unsupported && error?.message.contains("input[0] compaction") == true)
    }

    @Test("so it is of a conversation that is no caller's bytes")
    func ownCompaction() throws {
        let maker = ModelID(provider: "openai", name: "m")
        let item: JSONValue = ["type": "compaction", "encrypted_content": "gAAA"]
        let turn = Message(role: .assistant, parts: [.native(.openaiResponses, item)], origin: maker)
        let request = ChatRequest(messages: [turn, .user("On")], stream: false)
        let own = try RequestEncoder.encode(
            request, model: "m", dialect: .openaiResponses, quirks: .generic, target: maker)
        #expect(String(decoding: own.body, as: UTF8.self).contains("gAAA"))
        let other = ModelID(provider: "xai", name: "grok-5")
        for dialect in WireDialect.allCases {
            let error = #expect(throws: WireError.self) {
                try RequestEncoder.encode(request, model: "grok-5", dialect: dialect, quirks: .generic, target: other)
            }
            #expect(error?.message.contains("messages[0] compaction") == true, "\(dialect)")
        }
    }

    @Test("the item that a model compacted its history to comes as its own part, so that its seal is known")
    func compactedAnswer() {
        let item = #"{"type":"compaction","id":"c","encrypted_content":"gAAA"}"#
        let whole =
            #"{"id":"r","object":"response","status":"completed","model":"m","output":[\#(item),{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"a"}]}],"usage":{"input_tokens":2,"output_tokens":1}}"#
        let decoded = Decoded(whole, dialect: .openaiResponses, quirks: .generic, streaming: false)
        let parts = decoded.events.compactMap { if case .native(_, let part) = $0 { part } else { nil } }
        #expect(parts.map(ReasoningSeal.seal) == ["gAAA"])
    }
}
