import LLMCore
import LLMServer
import NIOHTTP1
import Testing

@testable import LLMServer

@Suite("Sealed reasoning between providers of one dialect", .timeLimit(.minutes(2)))
struct SealedReasoningTests {
    private static func http(_ body: String, type: String = "application/json") -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    private static let item =
        #"{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAAAB-sealed-by-openai"}"#
    private static let said =
        #"{"type":"message","id":"m","status":"completed","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[]}]}"#
    private static let whole =
        #"{"id":"r","object":"response","created_at":1,"status":"completed","model":"m","output":[\#(item),\#(said)],"usage":{"input_tokens":2,"output_tokens":1,"total_tokens":3}}"#
    private static let streamed =
        [
            #"{"type":"response.created","response":{"id":"r","model":"m"}}"#,
            #"{"type":"response.output_item.done","output_index":0,"item":\#(item)}"#,
            #"{"type":"response.output_text.delta","item_id":"m","output_index":1,"content_index":0,"delta":"a"}"#,
            #"{"type":"response.completed","response":\#(whole)}"#,
        ].map { "data: \($0)\n\n" }.joined()

    private static func history(_ model: String) -> String {
        #"{"model":"\#(model)","input":[{"role":"user","content":"Hi"},\#(item),\#(said),{"role":"user","content":"On"}]}"#
    }

    @Test("a seal goes back to its maker byte for byte, and to no other", arguments: [false, true])
    func responses(_ streams: Bool) async throws {
        let first = streams ? Self.http(Self.streamed, type: "text/event-stream") : Self.http(Self.whole)
        try await RecordedUpstream.with(response: first) { openAI in
            try await RecordedUpstream.with(response: Self.http(Self.whole.replacing(Self.item + ",", with: ""))) {
                xAI in
                let environment = [
                    "OPENAI_BASE_URL": "http://127.0.0.1:\(openAI.port)/v1", "OPENAI_API_KEY": "sk-a-0123456789",
                    "XAI_BASE_URL": "http://127.0.0.1:\(xAI.port)/v1", "XAI_API_KEY": "xai-b-0123456789",
                ]
                try await GatewayFixture.withServer(environment: environment) { server in
                    func send(_ body: String) async throws {
                        let got = try await GatewayFixture.send(.POST, "\(server)/v1/responses", body: body)
                        #expect(got.status == 200, "\(got.body)")
                    }
                    // One that nobody has seen passes as it is.
                    try await send(Self.history("xai/grok-5"))
                    #expect(xAI.bodies.last.map { String(decoding: $0, as: UTF8.self) }?.contains(Self.item) == true)
                    try await send(#"{"model":"openai/gpt-6-luna","stream":\#(streams),"input":"Hi"}"#)
                    try await send(Self.history("xai/grok-5"))
                    let foreign = try JSONValue.parse(try #require(xAI.bodies.last))
                    #expect(foreign["input"]?.array?.compactMap { $0["type"]?.string } == ["message"])
                    #expect(foreign["input"]?.array?.count == 3)
                    guard !streams else { return }
                    try await send(Self.history("openai/gpt-6-luna"))
                    #expect(
                        openAI.bodies.last.map { String(decoding: $0, as: UTF8.self) } == Self.history("gpt-6-luna"))
                }
            }
        }
    }

    @Test("the memory forgets the oldest")
    func memory() {
        let memory = SealMemory(capacity: 4)
        let model = ModelID(provider: "openai", name: "m")
        for number in 0..<7 {
            var notes = memory.notes()
            notes.take(.thinkingSignature("s\(number)"), by: model)
        }
        var notes = memory.notes()
        notes.take(.text("s9"), by: model)
        notes.take(.thinkingSignature("s8"), by: nil)
        let parts = (0..<10).map { MessagePart.thinking(text: "", signature: "s\($0)") }
        let known = memory.makers(of: [Message(role: .assistant, parts: parts)])
        #expect(known["s6"] == model && known["s0"] == nil && known["s8"] == nil && known["s9"] == nil)
        #expect(known.count <= 4)
    }

    @Test("a signature that comes in pieces is known whole")
    func pieces() {
        let memory = SealMemory()
        let model = ModelID(provider: "openai", name: "m")
        var notes = memory.notes()
        for event in [
            AnswerEvent.thinking("so"), .thinkingSignature("ab"), .raw(dialect: .anthropic, bytes: []),
            .thinkingSignature("cd"), .text("x"), .thinkingSignature("ef"),
        ] { notes.take(event, by: model) }
        func isKnown(_ seal: String) -> Bool {
            let parts = [MessagePart.thinking(text: "", signature: seal)]
            return memory.makers(of: [Message(role: .assistant, parts: parts)])[seal] == model
        }
        #expect(isKnown("abcd") && isKnown("ef"))
        #expect(!isKnown("abcdef") && !isKnown("cdef"))
    }
}
