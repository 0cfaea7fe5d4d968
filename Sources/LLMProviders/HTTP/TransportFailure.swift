import ClientConnections
import LLMCore
import LLMWire
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A failure below the provider's protocol: classified once, with its stage and a hint.
struct TransportFailure: Error, Sendable, Hashable {
    let outcome: AttemptClass
    let message: String
    /// We ended it: one of our deadlines or limits was reached.
    let isOurs: Bool

    /// It follows from the answer and would come again: no retry mends it, and the server is not blamed.
    let isOfContent: Bool
    /// The server had left a connection that was kept: the request may be sent again at once, and nobody is to blame.
    let isStale: Bool

    private init(
        _ outcome: AttemptClass, _ message: String, isOurs: Bool = false, isOfContent: Bool = false,
        isStale: Bool = false
    ) {
        self.outcome = outcome
        self.message = message
        self.isOurs = isOurs
        self.isOfContent = isOfContent
        self.isStale = isStale
    }

    /// A deadline of ours that passed.
    init(timeout: AttemptClass, after limit: Duration, endpoint: String) {
        let words =
            switch timeout {
            case .timeoutConnect: "no connection to \(endpoint) within \(Self.text(limit))"
            case .timeoutFirstToken: "nothing of an answer within \(Self.text(limit))"
            case .timeoutIdle: "the answer fell silent for \(Self.text(limit))"
            default: "the time for the whole call was up"
            }
        self.init(timeout, words, isOurs: true)
    }

    static func tooLong(_ bytes: Int, isStream: Bool) -> TransportFailure {
        TransportFailure(
            isStream ? .malformedSSE : .malformedJSON, "the answer is longer than \(bytes) bytes", isOurs: true,
            isOfContent: true)
    }

    static func unsupportedEncoding(_ encoding: String, endpoint: String) -> TransportFailure {
        TransportFailure(
            .malformedJSON,
            "\(endpoint) compressed its answer though the request forbids it, in an encoding that cannot be decoded: "
                + Redaction.message(encoding, limit: 40), isOurs: true, isOfContent: true)
    }

    /// The proxy's refusal, which is not the provider's: status 407, or the same in answer to `CONNECT`.
    static func proxyRefused(endpoint: String) -> TransportFailure {
        TransportFailure(
            .connectionReset,
            "the proxy before \(endpoint) wants other credentials: are user and password in HTTP_PROXY or HTTPS_PROXY right?",
            isOurs: true)
    }

    /// - Parameter isCutStream: Whether a stream had begun: what ends then is an answer, not a connection.
    init(_ error: any Error, endpoint: String, isCutStream: Bool = false) {
        self =
            switch error {
            case is CancellationError: Self(.cancelled, "cancelled", isOurs: true)
            case let error as TransportFailure: error
            case let error as WireError: Self(.badRequest, error.message)
            case let error as ConnectionError: Self.read(error, endpoint, isCutStream)
            case let error as IOError: Self.read(errno: error.errnoCode, endpoint)
            case let error as NIOConnectionError: Self.read(error, endpoint)
            case let error as ChannelError: Self.read(error, endpoint, isCutStream)
            case let error as HTTPParserError: Self.read(error, endpoint, isCutStream)
            case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
                Self(
                    .tlsOrDNS, "no TLS with \(endpoint): does it speak https, and is its certificate known?"
                )
            case let fault as Inflater.Fault: Self.undecodable(fault, endpoint)
            default: Self(.connectionReset, "\(endpoint): \(type(of: error))")
            }
    }

    private static func read(_ error: ConnectionError, _ endpoint: String, _ isCutStream: Bool) -> TransportFailure {
        switch error {
        case .cancelled: Self(.cancelled, "cancelled", isOurs: true)
        case .connectTimeout: Self(.timeoutConnect, "no connection to \(endpoint) in time")
        case .proxyAuthenticationRequired: proxyRefused(endpoint: endpoint)
        case .proxyRefused: Self(.connectionReset, "the proxy before \(endpoint) opens no tunnel to it")
        case .proxyUnreachable:
            Self(
                .connectionReset,
                "the proxy before \(endpoint) cannot be reached: is its address in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY right?"
            )
        case .deadlineExceeded: Self(.timeoutTotal, "the time for the whole call was up")
        case .closed: closed(endpoint, isCutStream)
        case .stale:
            Self(.connectionReset, "\(endpoint) closed the connection before it had answered", isStale: true)
        case .tooLong: tooLong(AttemptReader.mostBytes, isStream: false)
        case .invalidAddress: Self(.badRequest, "\(endpoint) is not a usable base URL")
        // Its value could be a key.
        case .invalidHeader: Self(.connectionReset, "\(endpoint): a header's name or value cannot be sent")
        }
    }

    private static func undecodable(_ fault: Inflater.Fault, _ endpoint: String) -> TransportFailure {
        switch fault {
        case .broken:
            Self(
                .malformedJSON,
                "the compressed answer of \(endpoint) cannot be decoded: its bytes are not what they should be",
                isOfContent: true)
        case .tooLong:
            Self(
                .malformedJSON,
                "the compressed answer of \(endpoint) stands for more than \(AttemptReader.mostBytes) bytes",
                isOurs: true, isOfContent: true)
        }
    }

    /// The connection ended before the answer did.
    static func closed(_ endpoint: String, _ isCutStream: Bool) -> TransportFailure {
        isCutStream
            ? Self(.streamTruncated, "the connection closed before the stream's end")
            : Self(.connectionReset, "\(endpoint) closed the connection before it had answered")
    }

    private static func read(errno code: CInt, _ endpoint: String) -> TransportFailure {
        switch code {
        case 111: Self(.connectionReset, "nothing listens at \(endpoint): connection refused")
        case 104, 32: Self(.connectionReset, "\(endpoint) reset the connection")
        case 110: Self(.timeoutConnect, "no connection to \(endpoint) in time")
        case 101, 113: Self(.connectionReset, "\(endpoint) cannot be reached from this network")
        default: Self(.connectionReset, "\(endpoint): system error \(code)")
        }
    }

    private static func read(_ error: NIOConnectionError, _ endpoint: String) -> TransportFailure {
        let causes = error.connectionErrors.map(\.error)
        if let cause = causes.first(where: { $0 is IOError }) as? IOError {
            return read(errno: cause.errnoCode, endpoint)
        }
        return causes.isEmpty
            ? Self(.tlsOrDNS, "the name of \(endpoint) cannot be resolved")
            : Self(.timeoutConnect, "no connection to \(endpoint) in time")
    }

    private static func read(_ error: ChannelError, _ endpoint: String, _ isCutStream: Bool) -> TransportFailure {
        switch error {
        case .inputClosed, .outputClosed, .eof, .alreadyClosed, .ioOnClosedChannel: closed(endpoint, isCutStream)
        default: Self(.connectionReset, "\(endpoint): the connection failed")
        }
    }

    private static func read(_ error: HTTPParserError, _ endpoint: String, _ isCutStream: Bool) -> TransportFailure {
        switch error {
        case .invalidEOFState, .closedConnection: closed(endpoint, isCutStream)
        default: Self(.malformedJSON, "\(endpoint) does not answer in HTTP/1.1: is the base URL right?")
        }
    }

    private static func text(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        guard milliseconds >= 1_000 else { return "\(Int(milliseconds.rounded())) ms" }
        let tenths = Int((milliseconds / 100).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}

extension ProviderFailure {
    /// A page for people where JSON was expected means a wrong address most of the time: say which.
    func naming(_ endpoint: String) -> ProviderFailure {
        guard message.contains("HTML page") || (300..<400).contains(status ?? 0) else { return self }
        var result = self
        result.message = String((message + " (base URL \(endpoint))").unicodeScalars.prefix(500))
        return result
    }
}
