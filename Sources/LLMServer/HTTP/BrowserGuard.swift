import HTTPTypes

/// The rule for requests that a browser may have been made to send: a page of another site must neither spend money here nor read.
///
/// A page's script can send requests to a server on its visitor's machine. It cannot hide where it comes from (`Origin`,
/// `Sec-Fetch-Site`), and a name that was made to point here (DNS rebinding) shows in `Host`.
struct BrowserGuard: Sendable, Hashable {
    enum Refusal: String, Sendable, Hashable {
        case host = "the Host header names another server"
        case origin = "a page of another site may not use this server"

        /// Misdirected, or forbidden.
        var status: HTTPResponse.Status { self == .host ? .misdirectedRequest : .forbidden }
    }

    /// The names this server goes by; `nil` for any.
    let hosts: Set<String>?

    /// - Parameter host: The address that is listened on.
    init(host: String, isLoopback: Bool) {
        hosts = isLoopback ? ["localhost", "127.0.0.1", "::1", host] : nil
    }

    /// - Returns: `nil` for a request that may pass.
    func refusal(of head: HTTPRequest) -> Refusal? {
        let authority = head.authority ?? ""
        if let hosts, !authority.isEmpty, !hosts.contains(Self.name(authority)) { return .host }
        if head.headerFields[Self.site]?.lowercased() == "cross-site" { return .origin }
        guard let origin = head.headerFields[.origin] else { return nil }
        guard let scheme = origin.firstRange(of: "://") else { return .origin }
        return origin[scheme.upperBound...].lowercased() == authority.lowercased() ? nil : .origin
    }

    private static var site: HTTPField.Name { .init("sec-fetch-site") ?? .origin }

    /// A host without its port and brackets.
    private static func name(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return authority[authority.index(after: authority.startIndex)..<end].lowercased()
        }
        return authority.prefix { $0 != ":" }.lowercased()
    }
}
