import AsyncHTTPClient
import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What went wrong below the provider's words: classified once, with where and what would help.
struct TransportFailure: Sendable {
    let outcome: AttemptClass
    let message: String

    /// A deadline of ours that passed.
    init(timeout: AttemptClass, deadline: Deadline, endpoint: String) {
        outcome = timeout
        message =
            switch timeout {
            case .timeoutConnect: "no connection to \(endpoint) within \(deadline.connect.milliseconds) ms"
            case .timeoutFirstToken: "no token within \(deadline.firstToken.milliseconds) ms"
            case .timeoutIdle: "the stream was silent for \(deadline.idle.milliseconds) ms"
            default: "the total time was up"
            }
    }

    /// - Parameter headReceived: Whether the response had begun: what is cut then is an answer, not a connection.
    init(_ error: (any Error)?, endpoint: String, headReceived: Bool = false, secrets: [APIKey] = []) {
        let (outcome, words) = Self.read(error, endpoint: endpoint, headReceived: headReceived)
        self.outcome = outcome
        message = Redaction.message(words, secrets: secrets)
    }

    private static func read(_ error: (any Error)?, endpoint: String, headReceived: Bool) -> (AttemptClass, String) {
        switch error {
        case nil: (.connectionReset, "the connection to \(endpoint) ended")
        case is CancellationError: (.cancelled, "cancelled")
        case let error as WireError: (.badRequest, "\(error)")
        case let error as AnswerTooLong: (.malformedSSE, "the answer is longer than \(error.limit) bytes")
        case let error as HTTPClientError: read(error, endpoint: endpoint, headReceived: headReceived)
        case let error as IOError: read(errno: error.errnoCode, endpoint: endpoint)
        case let error as NIOConnectionError: read(error, endpoint: endpoint)
        case let error as ChannelError: read(error, endpoint: endpoint, headReceived: headReceived)
        case is HTTPParserError:
            headReceived
                ? (.streamTruncated, "the connection closed inside the answer")
                : (.connectionReset, "\(endpoint) does not speak HTTP/1.1 here: is the base URL right?")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            (.tlsOrDNS, "no TLS connection to \(endpoint): is it https, and is its certificate known (--ca-file)?")
        case let error?: (.connectionReset, "\(endpoint): \(type(of: error))")
        }
    }

    private static func read(_ error: HTTPClientError, endpoint: String, headReceived: Bool) -> (AttemptClass, String) {
        switch error {
        case .cancelled: (.cancelled, "cancelled")
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
            .socksHandshakeTimeout:
            (.timeoutConnect, "no connection to \(endpoint) in time")
        case .readTimeout: (.timeoutIdle, "\(endpoint) stopped sending")
        case .deadlineExceeded: (.timeoutTotal, "the total time was up")
        case .remoteConnectionClosed where headReceived: (.streamTruncated, "the connection closed inside the answer")
        case .remoteConnectionClosed: (.connectionReset, "\(endpoint) closed the connection without an answer")
        case .invalidURL, .emptyHost, .emptyScheme: (.badRequest, "\(endpoint) is not a usable base URL")
        default: (.connectionReset, "\(endpoint): \(error.shortDescription)")
        }
    }

    private static func read(errno code: CInt, endpoint: String) -> (AttemptClass, String) {
        switch code {
        case 111: (.connectionReset, "nothing listens at \(endpoint): connection refused")
        case 104, 32: (.connectionReset, "\(endpoint) reset the connection")
        case 110: (.timeoutConnect, "no connection to \(endpoint) in time")
        case 101, 113: (.connectionReset, "\(endpoint) cannot be reached from this network")
        default: (.connectionReset, "\(endpoint): input/output error \(code)")
        }
    }

    private static func read(_ error: NIOConnectionError, endpoint: String) -> (AttemptClass, String) {
        if let cause = error.connectionErrors.first?.error as? IOError {
            return read(errno: cause.errnoCode, endpoint: endpoint)
        }
        if error.connectionErrors.isEmpty { return (.tlsOrDNS, "the name in \(endpoint) cannot be resolved") }
        return (.timeoutConnect, "no connection to \(endpoint) in time")
    }

    private static func read(_ error: ChannelError, endpoint: String, headReceived: Bool) -> (AttemptClass, String) {
        switch error {
        case .connectTimeout: (.timeoutConnect, "no connection to \(endpoint) in time")
        case .inputClosed, .eof, .alreadyClosed, .ioOnClosedChannel:
            headReceived
                ? (.streamTruncated, "the connection closed inside the answer")
                : (.connectionReset, "\(endpoint) closed the connection without an answer")
        default: (.connectionReset, "\(endpoint): the connection failed")
        }
    }
}
