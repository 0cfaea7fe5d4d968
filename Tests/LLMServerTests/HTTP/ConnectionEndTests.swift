import Foundation
import LLMServer
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// The ends of connections, by the server and by the client, on sockets of our own.
@Suite("The end of a connection", .timeLimit(.minutes(2)))
struct ConnectionEndTests {
    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A client whose sides close each for itself.
    private static func connect(_ port: Int) async throws -> Client {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Client(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
    }

    private static func text(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> String {
        var received = ByteBuffer()
        for try await part in inbound { received.writeImmutableBuffer(part) }
        return String(buffer: received)
    }

    /// A client with little room for what it has not read.
    private static func connectReader(_ port: Int) async throws -> Client {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 64 << 10)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Client(wrappingChannelSynchronously: channel) }
            }
    }

    @Test(
        "an answer that was paid for and is read slowly is whole, whatever its client sends behind its last request",
        arguments: ["1.1", "1.0"])
    func trailing(_ version: String) async throws {
        let content = String(repeating: "paid ", count: 400_000)
        let answer =
            #"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"\#(content)"},"finish_reason":"stop"}]}"#
        let response =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: \(answer.utf8.count)\r\n\r\n\(answer)"
        let body = #"{"model":"openai/gpt-6-luna","messages":[{"role":"user","content":"hi"}]}"#
        let request =
            "POST /v1/chat/completions HTTP/\(version)\r\nhost: localhost\r\nconnection: close\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        try await RecordedUpstream.with(response: Array(response.utf8)) { upstream in
            let environment = ["OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1", "OPENAI_API_KEY": "sk-p"]
            try await GatewayFixture.withServer(environment: environment) { server in
                try await Self.connectReader(server.port).executeThenClose { inbound, outbound in
                    try await outbound.write(ByteBuffer(string: request))
                    var received = 0
                    for try await part in inbound {
                        received += part.readableBytes
                        try? await outbound.write(ByteBuffer(string: "\r\n"))
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    #expect(received > answer.utf8.count)
                }
            }
        }
    }

    @Test(
        "a client that stays after the last answer is cut off in time",
        arguments: [
            "GET /v1/models HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nhost: evil.example\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n", "\u{1}\r\n\r\n",
            "GET /healthz HTTP/1.0\r\n\r\n",
        ])
    func staying(_ request: String) async throws {
        try await GatewayFixture.withSimulatedServer(limits: ServerLimits(request: .milliseconds(300))) { server, _ in
            // Its end may be an error: it was cut off.
            try? await Self.connect(server.port).executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: request))
                #expect(try await Self.text(inbound).hasPrefix("HTTP/1."))
                // A write to a socket that is gone fails, if not the first one.
                try await until { (try? await outbound.write(ByteBuffer(string: "a"))) == nil }
            }
        }
    }

    @Test(
        "a client that closes its side alone has the answer to what only reads",
        arguments: ["/v1/models", "/v1/models/none", "/healthz", "/api/openapi.json", "/"])
    func halfClosed(_ path: String) async throws {
        try await GatewayFixture.withSimulatedServer { server, _ in
            try await Self.connect(server.port).executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nhost: localhost\r\n\r\n"))
                outbound.finish()
                let text = try await Self.text(inbound)
                let status = path.hasSuffix("none") ? 404 : 200
                #expect(text.hasPrefix("HTTP/1.1 \(status) ") && !text.hasSuffix("\r\n\r\n"), "\(text.suffix(100))")
            }
        }
    }
}
