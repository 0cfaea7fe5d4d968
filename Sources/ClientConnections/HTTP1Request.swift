package import NIOCore
package import NIOHTTP1

/// An HTTP/1.1 request, its body whole.
package struct HTTP1Request: Sendable {
    package var target: ConnectionTarget
    package var method: HTTPMethod
    /// The path with its query, encoded; for a proxy that forwards, the whole address.
    package var uri: String
    /// Without those of the body's length, which are added; so is `host` where it is missing.
    package var headers: HTTPHeaders
    /// `nil` for none.
    package var body: ByteBuffer?

    package init(
        to target: ConnectionTarget, method: HTTPMethod, uri: String, headers: HTTPHeaders = [:],
        body: ByteBuffer? = nil
    ) {
        self.target = target
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
    }

    /// The head as it is written.
    ///
    /// - Throws: ``ConnectionError/invalidHeader``, ``ConnectionError/invalidAddress``.
    func head() throws(ConnectionError) -> HTTPRequestHead {
        // SOCKS writes the length of a name in one byte; DNS knows no longer ones either.
        guard target.host.utf8.count <= 255, uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidAddress
        }
        var headers = headers
        headers.remove(name: "transfer-encoding")
        headers.remove(name: "content-length")
        if !headers.contains(name: "host") { headers.add(name: "host", value: target.authority) }
        if let body {
            headers.add(name: "content-length", value: String(body.readableBytes))
        } else if method != .GET, method != .HEAD, method != .DELETE {
            headers.add(name: "content-length", value: "0")
        }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isOfToken), value.utf8.allSatisfy(\.isOfFieldValue) else {
                throw .invalidHeader
            }
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    }
}

extension UInt8 {
    /// A byte of a header's name (RFC 9110, section 5.6.2).
    fileprivate var isOfToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// A byte of a header's value (RFC 9110, section 5.5).
    fileprivate var isOfFieldValue: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }
}
