import HTTPTypes
import NIOHTTP1

/// The target of a request as its first line names it (RFC 9112, section 3.2), without what only a proxy would need.
struct RequestTarget: Sendable, Hashable {
    /// With the query.
    let path: String
    /// The authority of a target in absolute form, which stands for that of the Host header; `nil` for a path.
    let authority: String?

    /// - Parameter scheme: Of the connection that the request came by.
    init(_ uri: String, method: HTTPMethod, scheme: String) throws(RequestRefusal) {
        if method == .CONNECT {
            throw RequestRefusal(.notImplemented, "this server is no proxy: CONNECT opens no tunnel here")
        }
        if uri.utf8.first == UInt8(ascii: "/") {
            (path, authority) = (uri, nil)
            return
        }
        if uri == "*", method == .OPTIONS {
            throw RequestRefusal(.notImplemented, "OPTIONS tells nothing here: /api/openapi.json lists what there is")
        }
        guard let mark = uri.firstRange(of: "://") else {
            throw RequestRefusal(.badRequest, "the target of the request is neither a path nor an address")
        }
        let rest = uri[mark.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        try Self.check(scheme: uri[..<mark.lowerBound].lowercased(), rest[..<end], on: scheme)
        guard !rest[end...].contains("#") else {
            throw RequestRefusal(.badRequest, "the address of a request has no fragment")
        }
        authority = String(rest[..<end])
        path = rest[end...].first == "/" ? String(rest[end...]) : "/" + rest[end...]
    }

    private static func check(
        scheme: String, _ authority: Substring, on connection: String
    ) throws(RequestRefusal) {
        guard ["http", "https"].contains(scheme) else {
            throw RequestRefusal(.badRequest, "the address of a request begins with http:// or https://")
        }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw RequestRefusal(.badRequest, "the address of a request names no user: keys belong in its headers")
        }
        guard isAuthority(authority) else {
            throw RequestRefusal(.badRequest, "the address of a request names a host, and a port where it must")
        }
        guard scheme == connection else {
            throw RequestRefusal(
                .misdirectedRequest, "the address names \(scheme), and the connection is \(connection)")
        }
    }

    /// Returns `true` for a host, in brackets if it is an IPv6 address, with or without a port.
    static func isAuthority(_ text: Substring) -> Bool {
        let bytes = text.utf8
        let rest: Substring.UTF8View.SubSequence
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = bytes[..<end].dropFirst()
            guard !address.isEmpty, address.allSatisfy({ isHexDigit($0) || ":.".utf8.contains($0) }) else {
                return false
            }
            rest = bytes[end...].dropFirst()
        } else {
            let host = bytes.prefix { $0 != UInt8(ascii: ":") }
            guard !host.isEmpty, host.allSatisfy(isHostByte) else { return false }
            rest = bytes[host.endIndex...]
        }
        guard rest.first == UInt8(ascii: ":") else { return rest.isEmpty }
        return rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) } && rest.count <= 6
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-._~%!$&'()*+,;=".utf8.contains(byte)
    }
}

extension HTTPResponse.Status {
    static let misdirectedRequest = HTTPResponse.Status(code: 421)
}
