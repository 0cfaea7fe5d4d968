import NIOCore
import Synchronization

/// Tells the request that is first on a connection when that connection was opened.
///
/// The HTTP client reports neither; but a request is written to its channel, and its delegate told so, in one turn of the
/// event loop. A handler at the channel's end names the connection for just that turn.
final class ConnectionLedger: Sendable {
    private let writing = Mutex<ContinuousClock.Instant?>(nil)

    /// When the connection on which a request is being written was opened, if that request is its first.
    var openedForCurrentWrite: ContinuousClock.Instant? { writing.withLock(\.self) }

    /// Called once for each connection that is ready, TLS included.
    @Sendable func register(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FirstWriteHandler(ledger: self, openedAt: .now))
        }
    }

    fileprivate func during(_ openedAt: ContinuousClock.Instant, _ write: () -> Void) {
        writing.withLock { $0 = openedAt }
        write()
        writing.withLock { $0 = nil }
    }
}

/// Marks the first write on a channel, then leaves.
private final class FirstWriteHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = Any

    private let ledger: ConnectionLedger
    private let openedAt: ContinuousClock.Instant

    init(ledger: ConnectionLedger, openedAt: ContinuousClock.Instant) {
        self.ledger = ledger
        self.openedAt = openedAt
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        ledger.during(openedAt) { context.write(data, promise: promise) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
