import HTTPTypes
import LLMCore
import LLMWire
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import ProviderSimulator

@Suite("Routes and heads", .timeLimit(.minutes(2)))
struct RouteTests {
    @Test(
        "each vendor's path finds its dialect",
        arguments: [
            ("/openai/v1/chat/completions", ServerFlavour.openAIChat), ("/openai/v1/responses", .openAIResponses),
            ("/groq/openai/v1/chat/completions", .groqChat), ("/groq/openai/v1/responses", .groqResponses),
            ("/xai/v1/chat/completions", .xaiChat), ("/xai/v1/responses", .xaiResponses),
            ("/anthropic/v1/messages", .anthropic), ("/local/v1/chat/completions", .llamaCpp),
            ("/local/engines/v1/chat/completions", .llamaCpp),
            ("/local//engines/llama.cpp/v1/chat/completions", .llamaCpp),
        ])
    func inference(path: String, flavour: ServerFlavour) {
        guard case .inference(let route) = Route(method: "POST", path: path, alt: nil) else {
            Issue.record("\(path) is not a chat")
            return
        }
        #expect(route.flavour == flavour)
    }

    @Test("Gemini's path names the model and the form of the stream")
    func gemini() {
        let path = "/gemini/v1beta/models/gemini-2.5-pro%3AstreamGenerateContent"
        guard case .inference(let array) = Route(method: "POST", path: path, alt: nil),
            case .inference(let events) = Route(method: "POST", path: path, alt: "sse")
        else {
            Issue.record("not a chat")
            return
        }
        #expect(array.model == "gemini-2.5-pro")
        #expect(array.streams && array.asArray)
        #expect(events.streams && !events.asArray)
    }

    @Test(
        "what is not there is unknown, in its provider's name",
        arguments: [
            ("/openai/v2/chat", "openai"), ("/gemini/v1beta/models/x:explode", "gemini"),
            ("/local/engines/nothing", "local"),
        ])
    func unknown(path: String, provider: String) {
        #expect(Route(method: "POST", path: path, alt: nil) == .unknown(ProviderID(provider)))
    }

    @Test("a streamed head waits for the first bytes of its body; a whole response does not")
    func heads() throws {
        let channel = EmbeddedChannel(handler: HeadJoiner())
        channel.writeAndFlush(HTTPResponsePart.head(.init(status: .ok)), promise: nil)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        channel.writeAndFlush(HTTPResponsePart.body(ByteBuffer(string: "data")), promise: nil)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(.init(status: .ok)))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .body(ByteBuffer(string: "data")))
        let head = HTTPResponsePart.head(.init(status: .ok, headerFields: [.contentLength: "4"]))
        channel.writeAndFlush(head, promise: nil)
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == head)
        _ = try channel.finish()
    }
}
