import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import ServerConnections
import Testing

@Suite("Connections that were accepted", .timeLimit(.minutes(1)))
struct AcceptedChannelTests {
    private typealias Kind = AcceptedChannel<HTTP1Channel>
    private let kind = Kind(HTTP1Channel(responder: { _, _, _ in }))
    private let channel = NIOAsyncTestingChannel()

    private func setUp() async throws -> Kind.Connection {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await channel.eventLoop.flatSubmit { [kind, channel] in
            kind.setup(channel: channel, logger: logger)
        }.get()
    }

    private func activate() async throws {
        try await channel.connect(to: .init(ipAddress: "127.0.0.1", port: 80)).get()
        #expect(channel.isActive)
    }

    @Test("one that is dropped before it is served is closed")
    func dropped() async throws {
        var connection: Kind.Connection? = try await setUp()
        try await activate()
        #expect(connection?.channel === channel)
        // Its writer, let go unfinished, would end this process.
        connection = nil
        try await channel.closeFuture.get()
        #expect(!channel.isActive)
    }

    @Test("one that never became active is dropped, too")
    func inactive() async throws {
        _ = try await setUp()
        try await channel.closeFuture.get()
        #expect(!channel.isActive)
    }

    @Test("one that is served is served by what it is made of")
    func served() async throws {
        let connection = try await setUp()
        try await activate()
        async let serving: Void = kind.handle(value: connection, logger: Logger(label: "test"))
        try await channel.close()
        await serving
        #expect(!channel.isActive)
    }
}
