import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A provider that keeps the bytes of each request and answers all with the same bytes.
final class RecordedUpstream: Sendable {
    let port: Int
    private let requests: RequestBytes

    final class RequestBytes: Sendable {
        let heads = Mutex<[String]>([])
        let bodies = Mutex<[[UInt8]]>([])
    }

    private init(port: Int, requests: RequestBytes) {
        self.port = port
        self.requests = requests
    }

    /// Of the requests so far, in the order they came.
    var bodies: [[UInt8]] { requests.bodies.withLock(\.self) }
    var heads: [String] { requests.heads.withLock(\.self) }

    /// - Parameter response: The whole response, its head included; the connection closes after it.
    static func with<Result: Sendable>(
        response: [UInt8], _ body: (RecordedUpstream) async throws -> Result
    ) async throws -> Result {
        let requests = RequestBytes()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Recorder(requests: requests, response: response))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let upstream = RecordedUpstream(port: try #require(channel.localAddress?.port), requests: requests)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(upstream)) } catch { result = .failure(error) }
        try await channel.close()
        return try result.get()
    }

    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let requests: RequestBytes
        private let response: [UInt8]
        private var seen: [UInt8] = []

        init(requests: RequestBytes, response: [UInt8]) {
            self.requests = requests
            self.response = response
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            seen += Array(unwrapInboundIn(data).readableBytesView)
            guard let end = Self.endOfHead(seen) else { return }
            let head = String(decoding: seen[..<end], as: UTF8.self)
            let length =
                head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.drop { $0 != ":" }.dropFirst().filter(\.isNumber)) } ?? 0
            guard seen.count >= end + length else { return }
            requests.heads.withLock { $0.append(head) }
            requests.bodies.withLock { $0.append(Array(seen[end..<end + length])) }
            seen = []
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: response))).assumeIsolated()
                .whenComplete { _ in context.close(promise: nil) }
        }

        private static func endOfHead(_ bytes: [UInt8]) -> Int? {
            guard bytes.count >= 4 else { return nil }
            for index in 0...(bytes.count - 4) where Array(bytes[index..<index + 4]) == [13, 10, 13, 10] {
                return index + 4
            }
            return nil
        }
    }
}
