import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import LLMProviders

@Suite("A request in one piece", .timeLimit(.minutes(1)))
struct RequestCoalescerTests {
    private let channel = EmbeddedChannel(handlers: [HTTPRequestEncoder()])
    private let head = HTTPClientRequestPart.head(
        HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: ["content-length": "2"]))

    private func prepared() throws -> EmbeddedChannel {
        try RequestCoalescer.prepare(channel).wait()
        return channel
    }

    private func sent(_ channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }

    @Test("a head leaves with the body that follows it")
    func together() throws {
        let channel = try prepared()
        channel.writeAndFlush(head, promise: nil)
        #expect(try sent(channel).isEmpty)
        channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: "{}"))), promise: nil)
        #expect(try sent(channel) == "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}")
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        channel.embeddedEventLoop.run()
        #expect(try sent(channel).isEmpty)
    }

    @Test("a head whose body is late leaves in the next turn of the event loop")
    func late() throws {
        let channel = try prepared()
        channel.writeAndFlush(head, promise: nil)
        channel.embeddedEventLoop.run()
        #expect(try sent(channel).hasPrefix("POST / HTTP/1.1"))
        channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: "{}"))), promise: nil)
        #expect(try sent(channel) == "{}")
    }

    @Test("a request without a body waits for nothing")
    func bodiless() throws {
        let channel = try prepared()
        channel.write(
            HTTPClientRequestPart.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")), promise: nil)
        channel.write(HTTPClientRequestPart.end(nil), promise: nil)
        channel.flush()
        #expect(try sent(channel).hasPrefix("GET / HTTP/1.1"))
    }
}
