import ClientConnections
public import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1

/// The outcome of opening connections ahead of the calls to be timed.
public struct WarmUp: Sendable, Hashable {
    /// Requests that were answered, each over a connection of its own where the pool allowed it.
    public var answered: Int
    /// The first failure among the others.
    public var failure: ProviderCallError?
}

extension HTTPModelClient {
    /// Opens connections by asking for the list of models on each: unpaid everywhere.
    /// - Parameter limit: For each request.
    public func warm(
        connections: Int, credential: APIKey?, within limit: Duration = .seconds(15)
    ) async -> WarmUp {
        let pool = transport.pool
        var result = WarmUp(answered: 0)
        await withTaskGroup(of: Result<Void, ProviderCallError>.self) { group in
            for _ in 0..<max(0, connections) {
                group.addTask { await warmOne(over: pool, credential: credential, within: limit) }
            }
            for await answer in group {
                switch answer {
                case .success: result.answered += 1
                case .failure(let failure): result.failure = result.failure ?? failure
                }
            }
        }
        return result
    }

    private func warmOne(
        over pool: HTTP1ConnectionPool, credential: APIKey?, within limit: Duration
    ) async -> Result<Void, ProviderCallError> {
        let wire = ModelListDecoder.request(dialect: row.dialect, quirks: row.quirks)
        do {
            try await pool.send(httpRequest(wire, credential: credential), within: TimeAmount(limit)) {
                WarmUpReader($0)
            }
            return .success(())
        } catch {
            let failure = TransportFailure(error, endpoint: endpoint)
            return .failure(ProviderCallError(failure, secrets: secrets(with: credential)))
        }
    }
}

/// A reader that discards the answer: whatever it is, the connection it came over is open.
private final class WarmUpReader: HTTP1ResponseReader {
    private let value: ResponseValue<Void>

    init(_ value: ResponseValue<Void>) { self.value = value }

    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {}

    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool { true }

    func finished(_ exchange: HTTP1Exchange) { value.succeed() }

    func failed(_ exchange: HTTP1Exchange, error: any Error) { value.fail(error) }
}
