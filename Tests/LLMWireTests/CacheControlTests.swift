import LLMCore
import Testing

@testable import LLMWire

@Suite("Cache points of callers, in every dialect", .timeLimit(.minutes(2)))
struct CacheControlTests {
    private func decode(_ body: String, _ flavour: ServerFlavour) throws -> ChatRequest {
        try RequestDecoder.decode(Array(body.utf8), flavour: flavour).request
    }

    private func encode(
        _ request: ChatRequest, _ dialect: WireDialect, _ quirks: DialectQuirks
    ) throws -> JSONValue {
        let wire = try RequestEncoder.encode(request, model: "m", dialect: dialect, quirks: quirks)
        return try JSONValue.parse(wire.body)
    }

    private static let anthropicBody = #"""
        {"model":"m","max_tokens":9,"system":[{"type":"text","text":"Rules.","cache_control":{"type":"ephemeral","ttl":"1h"}},
         {"type":"text","text":"More."}],
         "tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral","ttl":"1h"}}],
         "messages":[{"role":"user","content":[{"type":"text","text":"One"},{"type":"text","text":"Two","cache_control":{"type":"ephemeral"}}]},
         {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"3","cache_control":{"type":"ephemeral"}},
          {"type":"text","text":"Go on"}]}]}
        """#

    private static let chatBody = #"""
        {"model":"m","messages":[
         {"role":"system","content":[{"type":"text","text":"Rules.","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"More."}]},
         {"role":"user","content":[{"type":"text","text":"One"},{"type":"text","text":"Two","cache_control":{"type":"ephemeral"}}]},
         {"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"t","content":"3","cache_control":{"type":"ephemeral"}},
         {"role":"user","content":"Go on"}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}},"cache_control":{"type":"ephemeral","ttl":"1h"}}]}
        """#

    @Test("they are read where clients put them: blocks, parts, messages, results and tools")
    func read() throws {
        for (body, flavour) in [(Self.anthropicBody, ServerFlavour.anthropic), (Self.chatBody, .openAIChat)] {
            let request = try decode(body, flavour)
            let points = request.messages.map(\.cachePoints)
            #expect(points[0] == [CachePoint(part: 0, ttl: .hour)])
            #expect(points[1] == [CachePoint(part: 1)])
            #expect(points[2].isEmpty)
            #expect(points[3] == [CachePoint(part: 0)])
            #expect(points[4].isEmpty)
            #expect(request.tools.map(\.cacheTTL) == [.hour])
        }
    }

    @Test("one of the whole request marks its end; one that is no object asks for nothing")
    func whole() throws {
        let anthropic =
            #"{"model":"m","max_tokens":9,"cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try decode(anthropic, .anthropic).messages[0].cachePoints == [CachePoint(part: 0)])
        let chat =
            #"{"model":"m","cache_control":{"type":"ephemeral","ttl":"1h"},"messages":[{"role":"user","content":"Hi"}]}"#
        #expect(try decode(chat, .openAIChat).messages[0].cachePoints == [CachePoint(part: 0, ttl: .hour)])
        let none =
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":null}]}]}"#
        #expect(try decode(none, .openAIChat).messages[0].cachePoints.isEmpty)
    }

    @Test("a chat client's points reach Anthropic as blocks")
    func chatToAnthropic() throws {
        let body = try encode(try decode(Self.chatBody, .openAIChat), .anthropic, .anthropic)
        let hour: JSONValue = ["type": "ephemeral", "ttl": "1h"]
        let minutes: JSONValue = ["type": "ephemeral"]
        #expect(
            body["system"] == [
                ["type": "text", "text": "Rules.", "cache_control": hour], ["type": "text", "text": "More."],
            ])
        #expect(body["tools"]?[0]?["cache_control"] == hour)
        #expect(
            body["messages"]?[0]?["content"] == [
                ["type": "text", "text": "One"], ["type": "text", "text": "Two", "cache_control": minutes],
            ])
        let last = body["messages"]?[2]?["content"]
        #expect(last?[0]?["cache_control"] == minutes && last?[1]?["cache_control"] == nil)
    }

    @Test("Anthropic's points reach a chat server that takes them, and no other")
    func anthropicToChat() throws {
        let request = try decode(Self.anthropicBody, .anthropic)
        let taken = try encode(request, .openai, DialectQuirks(cacheControl: .taken))
        let hour: JSONValue = ["type": "ephemeral", "ttl": "1h"]
        #expect(taken["messages"]?[0]?["content"]?[0]?["cache_control"] == hour)
        #expect(taken["tools"]?[0]?["cache_control"] == hour)
        #expect(taken["messages"]?[3]?["content"]?[0]?["cache_control"] == ["type": "ephemeral"])
        for (dialect, quirks) in [
            (WireDialect.openai, DialectQuirks.openai), (.openai, .groq), (.openai, .generic),
            (.openaiResponses, .openai),
            (.gemini, .gemini),
        ] {
            let wire = try RequestEncoder.encode(request, model: "m", dialect: dialect, quirks: quirks)
            #expect(!String(decoding: wire.body, as: UTF8.self).contains("cache_control"), "\(dialect)")
        }
    }

    @Test("points of one dialect keep no request from another")
    func translatable() throws {
        for (body, dialect) in [(Self.anthropicBody, WireDialect.anthropic), (Self.chatBody, .openai)] {
            for target in WireDialect.allCases where target != dialect {
                let original = OriginalRequest(dialect: dialect, body: Array(body.utf8))
                #expect(Untranslatable.part(of: original, in: target) == nil)
            }
        }
    }

    @Test("Anthropic takes four: the first and the last three stay; a thought is never marked")
    func tooMany() throws {
        let text = { (word: String) in Message(role: .user, parts: [.text(word)], cachePoints: [CachePoint(part: 0)]) }
        var messages = ["a", "b", "c", "d", "e", "f"].map(text)
        messages[4] = Message(
            role: .assistant, parts: [.thinking(text: "hm", signature: "s"), .text("e")],
            cachePoints: [CachePoint(part: 0)])
        let body = try encode(ChatRequest(messages: messages), .anthropic, .anthropic)
        let blocks = (body["messages"]?.array ?? []).flatMap { $0["content"]?.array ?? [] }
        let marked = blocks.filter { $0["cache_control"] != nil }.compactMap { $0["text"]?.string }
        #expect(marked == ["a", "d", "f"], "the fourth was on a thought")
    }

    @Test(
        "for a server that refuses it cache_control is cut out of the caller's bytes, and nothing else",
        arguments: [
            (
                #"{ "model":"a", "messages" : [ {"role":"user","content":[ {"type":"text","text":"é\u00e9","cache_control":{"type":"ephemeral"}} , {"cache_control" : {"a":[1,2]} , "type":"text","x":1.0} ],"cache_control":{} } ],"n":1e0}"#,
                #"{ "model":"real", "messages" : [ {"role":"user","content":[ {"type":"text","text":"é\u00e9"} , {"type":"text","x":1.0} ] } ],"n":1e0}"#
            ),
            (
                #"{"cache_control":{"type":"ephemeral"},"model":"a","tools":[{"type":"function","cache_control":{},"function":{"name":"f","parameters":{"properties":{"cache_control":{"type":"string"}}},"cache_control":1}}]}"#,
                #"{"model":"real","tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"cache_control":{"type":"string"}}}}}]}"#
            ),
            (
                #"{"model":"a","messages":[{"content":"say cache_control","role":"user"},{"cache_control":1,"cache_control":2}]}"#,
                #"{"model":"real","messages":[{"content":"say cache_control","role":"user"},{}]}"#
            ),
            (
                #"{"model":"a","messages":[{"role":"user","cache_control":1,"cache_control":2}]}"#,
                #"{"model":"real","messages":[{"role":"user"}]}"#
            ),
        ])
    func cutOut(body: String, expected: String) throws {
        func pass(_ quirks: DialectQuirks) throws -> String {
            let request = ChatRequest(
                messages: [], stream: false, original: OriginalRequest(dialect: .openai, body: Array(body.utf8)))
            let wire = try RequestEncoder.encode(request, model: "real", dialect: .openai, quirks: quirks)
            return String(decoding: wire.body, as: UTF8.self)
        }
        #expect(try pass(.groq) == expected)
        #expect(try pass(.generic) == body.replacing(#""model":"a""#, with: #""model":"real""#))
    }
}
