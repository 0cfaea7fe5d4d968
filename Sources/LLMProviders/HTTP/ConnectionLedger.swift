import NIOCore
import Synchronization

/// The registry of a transport's connections: when each was opened, and which request was its first.
///
/// The HTTP client reports neither; but a request is written to its channel, and its delegate called, in one turn of the
/// event loop. A handler at the channel's end names the connection for just that turn.
final class ConnectionLedger: Sendable {
    private struct State {
        var writing: ContinuousClock.Instant?
        var unused = 0
    }
    private let state = Mutex(State())

    /// The instant at which the connection of the request now being written was opened, if that request is its first.
    var openedForCurrentWrite: ContinuousClock.Instant? { state.withLock(\.writing) }

    /// The number of open connections that have carried no request yet.
    var unusedConnections: Int { state.withLock(\.unused) }

    /// Called once for each connection that is ready, TLS included.
    @Sendable func register(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(FirstWriteHandler(ledger: self, openedAt: .now))
            state.withLock { $0.unused += 1 }
        }
    }

    fileprivate func during(_ openedAt: ContinuousClock.Instant, _ write: () -> Void) {
        state.withLock { $0.writing = openedAt }
        write()
        state.withLock { $0.writing = nil }
    }

    fileprivate func leftUnused() { state.withLock { $0.unused -= 1 } }
}

/// A channel handler that marks the first write of its channel, then removes itself.
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

    /// After the first write, or with a connection that closed before it.
    func handlerRemoved(context: ChannelHandlerContext) { ledger.leftUnused() }
}
