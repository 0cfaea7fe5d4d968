import ClientConnections
import FoundationEssentials
import LLMWire

/// The proxies of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.
public struct ProxySettings: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case http, socks5
    }

    /// A proxy's address. Its password is not in any description of ours.
    public struct Address: Sendable, Hashable {
        public var kind: Kind
        public var host: String
        public var port: Int
        public var user: String?
        public var password: String?

        /// Reads `http://user:password@host:port`, `socks5://host:port` or `host:port`.
        /// - Throws: ``BaseURL/Invalid``, which never repeats credentials.
        public init(_ text: String) throws(BaseURL.Invalid) {
            var rest = Substring(text)
            kind = .http
            if let mark = rest.firstRange(of: "://") {
                switch rest[..<mark.lowerBound].lowercased() {
                case "http": kind = .http
                case "socks5", "socks5h", "socks": kind = .socks5
                default:
                    throw BaseURL.Invalid(description: "a proxy's address begins with http:// or socks5://")
                }
                rest = rest[mark.upperBound...]
            }
            if let at = rest.lastIndex(of: "@") {
                let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                user = parts.first.map { PercentEncoding.decoded($0) }
                password = parts.count > 1 ? PercentEncoding.decoded(parts[1]) : nil
                rest = rest[rest.index(after: at)...]
            }
            if kind == .socks5, user != nil {
                throw BaseURL.Invalid(
                    description: "a socks5:// proxy with user and password is not supported: the client cannot log in")
            }
            let url = try BaseURL("http://\(rest)")
            host = url.host
            port = url.port ?? (kind == .http ? 80 : 1080)
        }
    }

    public var https: Address?
    public var http: Address?
    public var bypass: ProxyBypass

    public init(https: Address? = nil, http: Address? = nil, bypass: ProxyBypass = .init()) {
        self.https = https
        self.http = http
        self.bypass = bypass
    }

    /// - Throws: ``BaseURL/Invalid`` when a proxy's address cannot be read.
    public init(environment: [String: String]) throws(BaseURL.Invalid) {
        func value(_ name: String) -> String? {
            [environment[name.lowercased()], environment[name]].compactMap(\.self).first { !$0.isEmpty }
        }
        self.init()
        let all = value("ALL_PROXY")
        if let text = value("HTTPS_PROXY") ?? all { https = try Address(text) }
        if let text = value("HTTP_PROXY") ?? all { http = try Address(text) }
        bypass = ProxyBypass(value("NO_PROXY") ?? "")
    }

    /// The proxy for an address; `nil` goes straight. This machine is never reached through a proxy.
    public func proxy(for url: BaseURL) -> Address? {
        guard let proxy = url.scheme == .https ? https : http, !url.isLoopback, !bypass.covers(url) else { return nil }
        return proxy
    }
}

extension ProxySettings.Address {
    /// The way through it for bytes that it does not read.
    var tunnel: ConnectionTarget.Tunnel {
        switch kind {
        case .http: .http(host: host, port: port, authorization: authorization)
        case .socks5: .socks5(host: host, port: port)
        }
    }

    /// The value of `proxy-authorization`; `nil` without a user.
    var authorization: String? {
        user.map { "Basic " + Data("\($0):\(password ?? "")".utf8).base64EncodedString() }
    }
}
