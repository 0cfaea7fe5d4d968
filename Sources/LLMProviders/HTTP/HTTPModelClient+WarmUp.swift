import AsyncHTTPClient
public import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1
import Synchronization

/// The outcome of opening connections ahead of the calls to be timed.
public struct WarmUp: Sendable, Hashable {
    /// Requests that were answered, each over a connection of its own where the pool allowed it.
    public var answered: Int
    /// The first failure among the others.
    public var failure: ProviderCallError?
}

extension HTTPModelClient {
    /// Opens connections by asking for the list of models on each: unpaid everywhere.
    ///
    /// Returns when every connection that it had opened is ready. A request may be answered over another's connection while
    /// its own is still being dialled; a call sent then would wait for that one and count the wait as its own.
    /// - Parameter limit: For each request.
    public func warm(
        connections: Int, credential: APIKey?, within limit: Duration = .seconds(15)
    ) async -> WarmUp {
        let clients = transport.clients
        var result = WarmUp(answered: 0)
        var reused = 0
        await withTaskGroup(of: Result<Bool, ProviderCallError>.self) { group in
            for _ in 0..<max(0, connections) {
                group.addTask { await warmOne(over: clients, credential: credential, within: limit) }
            }
            for await answer in group {
                switch answer {
                case .success(let isFirst):
                    result.answered += 1
                    if !isFirst { reused += 1 }
                case .failure(let failure): result.failure = result.failure ?? failure
                }
            }
        }
        await settle(reused, of: clients.connections)
        return result
    }

    /// The wait for connections still being dialled; bounded, since requests that found an idle connection dialled none.
    private func settle(_ reused: Int, of connections: ConnectionTracker) async {
        let end = ContinuousClock.now + .milliseconds(250)
        while connections.unusedConnections < reused, .now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// - Returns: Whether the request was the first on its connection.
    private func warmOne(
        over clients: LoopClients, credential: APIKey?, within limit: Duration
    ) async -> Result<Bool, ProviderCallError> {
        let secrets = secrets(with: credential)
        do {
            let wire = ModelListDecoder.request(dialect: row.dialect, quirks: row.quirks)
            let request = try httpRequest(wire, credential: credential)
            let task = clients.client(for: row.baseURL).execute(
                request: request, delegate: WarmUpDelegate(clients.connections), deadline: .now() + TimeAmount(limit))
            let isFirst = try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            return .success(isFirst)
        } catch {
            return .failure(ProviderCallError(TransportFailure(error, endpoint: endpoint), secrets: secrets))
        }
    }
}

/// A response delegate that discards the answer: whatever it is, the connection it came over is open.
private final class WarmUpDelegate: HTTPClientResponseDelegate {
    private let connections: ConnectionTracker
    private let isFirst = Mutex(false)

    init(_ connections: ConnectionTracker) { self.connections = connections }

    func didSendRequestHead(task: HTTPClient.Task<Bool>, _ head: HTTPRequestHead) {
        let opened = connections.openedForCurrentWrite != nil
        isFirst.withLock { $0 = opened }
    }

    func didFinishRequest(task: HTTPClient.Task<Bool>) throws -> Bool { isFirst.withLock(\.self) }
}

/// The registry of one event loop's connections: when each was opened, and which request was its first.
///
/// The HTTP client reports neither; but a request is written to its channel, and its delegate called, in one turn of the
/// event loop. A handler at the channel's end names the connection for just that turn.
final class ConnectionTracker: Sendable {
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
            try channel.pipeline.syncOperations.addHandler(FirstWriteHandler(tracker: self, openedAt: .now))
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

    private let tracker: ConnectionTracker
    private let openedAt: ContinuousClock.Instant

    init(tracker: ConnectionTracker, openedAt: ContinuousClock.Instant) {
        self.tracker = tracker
        self.openedAt = openedAt
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        tracker.during(openedAt) { context.write(data, promise: promise) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// After the first write, or with a connection that closed before it.
    func handlerRemoved(context: ChannelHandlerContext) { tracker.leftUnused() }
}
