import ClientConnections
import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1
import Synchronization

/// Reads the progress lines of a pull as they arrive.
final class PullReader: HTTP1ResponseReader {
    typealias Output = AsyncThrowingStream<PullLine, any Error>.Continuation

    private struct State {
        var decoder = PullProgressDecoder()
        var content = ContentDecoder([:])
        var status = 0
        var headers: [(name: String, value: String)] = []
        var refusal: [UInt8] = []
    }

    private let output: Output
    private let endpoint: String
    private let state = Mutex(State())
    private static let mostRefusalBytes = 1 << 16

    init(_ output: Output, endpoint: String) {
        self.output = output
        self.endpoint = endpoint
    }

    func received(_ exchange: HTTP1Exchange, head: HTTPResponseHead) {
        state.withLock { state in
            state.status = Int(head.status.code)
            state.headers = head.headers.map { (name: $0.name, value: $0.value) }
            state.content = ContentDecoder(head.headers)
        }
    }

    func received(_ exchange: HTTP1Exchange, body: ByteBuffer) -> Bool {
        let lines = state.withLock { state -> [PullLine] in
            // Broken bytes are as none: the verdict is then that none came.
            let bytes = (try? state.content.feed(Array(body.readableBytesView))) ?? []
            guard state.status == 200 else {
                let room = max(0, PullReader.mostRefusalBytes - state.refusal.count)
                state.refusal.append(contentsOf: bytes.prefix(room))
                return []
            }
            return state.decoder.feed(bytes)
        }
        // The verdict comes last and from the decoder: a success line may be followed by a failure.
        for line in lines where !line.isVerdict { output.yield(line) }
        return true
    }

    func finished(_ exchange: HTTP1Exchange) {
        let result = state.withLock { state -> Result<PullLine, ProviderCallError> in
            guard state.status != 200 else { return .success(state.decoder.finish()) }
            let (outcome, failure, _) = ErrorClassifier.classify(
                status: state.status, headers: state.headers, body: state.refusal, dialect: .openai, quirks: .local)
            return .failure(ProviderCallError(outcome: outcome, failure: failure))
        }
        switch result {
        case .success(let verdict):
            output.yield(verdict)
            output.finish()
        case .failure(let error): output.finish(throwing: error)
        }
    }

    func failed(_ exchange: HTTP1Exchange, error: any Error) {
        output.finish(throwing: ProviderCallError(TransportFailure(error, endpoint: endpoint)))
    }
}

extension PullLine {
    fileprivate var isVerdict: Bool {
        switch self {
        case .succeeded, .failed: true
        case .progress, .warning: false
        }
    }
}
