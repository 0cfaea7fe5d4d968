package import HummingbirdCore
package import Logging
package import NIOCore

/// A kind of connection that may be dropped before it is served.
///
/// A server that ends drops the connections that it had just accepted. The writer of such a channel takes that for a fault of the program,
/// which it stops at once, and with it every answer under way elsewhere; here a connection that nobody serves is closed.
package struct AcceptedChannel<Base: ServerChildChannel>: ServerChildChannel {
    /// An accepted connection, closed at the latest when nobody holds it any more.
    package final class Connection: ServerChildChannelValue {
        fileprivate let value: Base.Value
        package var channel: any Channel { value.channel }

        fileprivate init(_ value: Base.Value) { self.value = value }

        deinit {
            let value = value
            value.channel.close(promise: nil)
            // Only a closed channel's writer may be let go.
            value.channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
        }
    }

    private let base: Base

    package init(_ base: Base) { self.base = base }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        base.setup(channel: channel, logger: logger).map { Connection($0) }
    }

    package func handle(value: Connection, logger: Logger) async {
        await base.handle(value: value.value, logger: logger)
    }
}
