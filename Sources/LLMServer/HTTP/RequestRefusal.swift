import HTTPTypes
import NIOHTTP1

/// The refusal of what is no request by the rules of HTTP/1.
struct RequestRefusal: Error, Sendable, Hashable {
    var status: HTTPResponse.Status
    var reason: String
    var path = "/"
    var hasBody = true

    init(_ status: HTTPResponse.Status, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// Of bytes that the parser cannot read.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow:
            self.init(.requestHeaderFieldsTooLarge, "the address or the headers are larger than allowed")
        case .invalidVersion, .paused:
            self.init(
                .httpVersionNotSupported,
                "the first line of a request ends in HTTP/1.1 or HTTP/1.0: nothing else is spoken here")
        case .invalidChunkSize, .invalidEOFState, .closedConnection:
            self.init(.badRequest, "the body of the request is not whole")
        default:
            self.init(.badRequest, "these bytes are no request of HTTP/1.1; is the length of the one before right?")
        }
    }

    /// Of a head that the parser can read; `nil` for a request.
    init?(of head: HTTPRequestHead) {
        let hosts = head.headers["host"]
        let codings = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        if !head.isBefore11, hosts.count != 1 {
            self.init(.badRequest, "a request of HTTP/1.1 has one Host header")
        } else if let host = hosts.first, !host.isEmpty, !RequestTarget.isAuthority(host[...]) {
            self.init(.badRequest, "the Host header names no host")
        } else if !codings.isEmpty, codings != ["chunked"] {
            self.init(.notImplemented, "of the transfer codings only chunked is read")
        } else {
            return nil
        }
    }

    /// The refusal of a request that has a head.
    func of(_ head: HTTPRequestHead) -> RequestRefusal {
        var refusal = self
        refusal.path = head.uri
        refusal.hasBody = head.method != .HEAD
        return refusal
    }
}

extension HTTPRequestHead {
    /// Its version knows no chunks, and closes connections unless it is asked not to.
    var isBefore11: Bool { version.major < 1 || version.major == 1 && version.minor < 1 }
}
