import Foundation
import LLMServer
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite("Callers who read slower than a provider sends", .timeLimit(.minutes(3)))
struct SlowReaderTests {
    /// An event of 64 KiB that says little: most of it is a member that only passes.
    private static func event(_ number: Int) -> String {
        let padding = String(repeating: "p", count: (64 << 10) - 200)
        return
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"<\(number)>\"}}],\"x_pad\":\"\(padding)\"}\n\n"
    }
    private static let end =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    private static let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    private static let request: String = {
        let body = #"{"model":"openai/gpt-6-luna","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
        return
            "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }()

    private static func withFlood(
        _ count: Int, limits: ServerLimits = .init(),
        _ body: @escaping @Sendable (ServerAddress, FloodingUpstream) async throws -> Void
    ) async throws {
        let pieces = (0..<count).map { ByteBuffer(string: event($0)) } + [ByteBuffer(string: end)]
        try await FloodingUpstream.with(head: head, pieces: pieces) { upstream in
            let environment = [
                "OPENAI_API_KEY": "sk-test-0123456789", "OPENAI_BASE_URL": "http://127.0.0.1:\(upstream.port)/v1",
            ]
            try await GatewayFixture.withServer(environment: environment, limits: limits) {
                try await body($0, upstream)
            }
        }
    }

    /// A client that reads when it is told to.
    private static func connect(_ port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.so_rcvbuf), value: 64 << 10)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Waits until the provider can send no more.
    private static func standstill(_ upstream: FloodingUpstream) async throws -> Int {
        try await until { upstream.taken > 0 }
        var seen = 0
        while upstream.taken != seen {
            seen = upstream.taken
            try await Task.sleep(for: .seconds(1))
        }
        return seen
    }

    @Test("40 MB wait at the provider while nobody reads them, and then arrive whole")
    func flood() async throws {
        let count = 640
        try await Self.withFlood(count) { server, upstream in
            let client = try await Self.connect(server.port)
            try await client.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: Self.request))
                let sent = try await Self.standstill(upstream)
                // What the systems' buffers take, ours is but a small part of it.
                #expect(sent < 20 << 20, "\(sent)")
                let reading = StreamCheck()
                try await client.channel.setOption(.autoRead, value: true).get()
                for try await part in inbound { reading.take(part) }
                #expect(reading.events == count && reading.isInOrder, "\(reading.events)")
            }
        }
    }

    @Test("a caller who takes nothing of its answer is cut off, and the provider with it")
    func cut() async throws {
        try await Self.withFlood(640, limits: ServerLimits(response: .milliseconds(300))) { server, upstream in
            let client = try await Self.connect(server.port)
            try await client.executeThenClose { _, outbound in
                try await outbound.write(ByteBuffer(string: Self.request))
                try await until { upstream.wasCutOff }
            }
        }
    }

    @Test(
        "a caller who leaves is seen behind what it sent ahead, and one who sends too much ahead is cut off",
        arguments: [(200 << 10, true), (2 << 20, false)])
    func ahead(bytes: Int, leaves: Bool) async throws {
        try await Self.withFlood(640) { server, upstream in
            let client = try await Self.connect(server.port)
            // The other side may close first.
            try? await client.executeThenClose { _, outbound in
                let first = Self.request.replacing("connection: close\r\n", with: "")
                try await outbound.write(ByteBuffer(string: first))
                try await until { upstream.taken > 0 }
                let second = "POST /v1/responses HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4000000\r\n\r\n"
                try? await outbound.write(ByteBuffer(string: second + String(repeating: "a", count: bytes)))
                if !leaves { try await until { upstream.wasCutOff } }
            }
            try await until { upstream.wasCutOff }
        }
    }
}

/// A reading of the flood that keeps none of it.
private final class StreamCheck {
    private(set) var events = 0
    private(set) var isInOrder = true
    private var number: [UInt8]?

    func take(_ part: ByteBuffer) {
        var rest = part.readableBytesView[...]
        while let next = rest.first {
            guard number != nil else {
                guard let start = part.index(of: "<", from: rest.startIndex) else { return }
                number = []
                rest = rest[(start + 1)...]
                continue
            }
            rest = rest.dropFirst()
            guard next == UInt8(ascii: ">") else {
                number?.append(next)
                continue
            }
            isInOrder = isInOrder && number.map { String(decoding: $0, as: UTF8.self) } == String(events)
            events += 1
            number = nil
        }
    }
}

extension ByteBuffer {
    /// The place of a character by the C library: a debug build looks at each of 64 KiB slowly.
    fileprivate func index(of character: Unicode.Scalar, from start: Int) -> Int? {
        withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress, start < bytes.count,
                let found = memchr(base + start, Int32(character.value), bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
