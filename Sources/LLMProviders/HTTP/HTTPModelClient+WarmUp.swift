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
        var result = WarmUp(answered: 0)
        var reused = 0
        await withTaskGroup(of: Result<Bool, ProviderCallError>.self) { group in
            for _ in 0..<max(0, connections) {
                group.addTask { await warmOne(credential: credential, within: limit) }
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
        await settle(reused)
        return result
    }

    /// The wait for connections still being dialled; bounded, since requests that found an idle connection dialled none.
    private func settle(_ reused: Int) async {
        let end = ContinuousClock.now + .milliseconds(250)
        while transport.connections.unusedConnections < reused, .now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// - Returns: Whether the request was the first on its connection.
    private func warmOne(credential: APIKey?, within limit: Duration) async -> Result<Bool, ProviderCallError> {
        let secrets = secrets(with: credential)
        do {
            let wire = ModelListDecoder.request(dialect: row.dialect, quirks: row.quirks)
            let request = try httpRequest(wire, credential: credential)
            let task = transport.client(for: row.baseURL).execute(
                request: request, delegate: WarmUpDelegate(transport.connections), deadline: .now() + TimeAmount(limit))
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
    private let connections: ConnectionLedger
    private let isFirst = Mutex(false)

    init(_ connections: ConnectionLedger) { self.connections = connections }

    func didSendRequestHead(task: HTTPClient.Task<Bool>, _ head: HTTPRequestHead) {
        let opened = connections.openedForCurrentWrite != nil
        isFirst.withLock { $0 = opened }
    }

    func didFinishRequest(task: HTTPClient.Task<Bool>) throws -> Bool { isFirst.withLock(\.self) }
}
