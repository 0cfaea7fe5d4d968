import Foundation
import NIOCore
import NIOPosix

/// A socket without any protocol.
enum RawClient {
    /// Sends the bytes and reads until the server closes.
    static func exchange(_ bytes: String, port: Int) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            // A server that has refused closes while we still write.
            try? await outbound.write(ByteBuffer(string: bytes))
            var received = ByteBuffer()
            do {
                for try await part in inbound { received.writeImmutableBuffer(part) }
            } catch is IOError {
                // The connection was reset: what came before counts.
            }
            return String(buffer: received)
        }
    }
}
