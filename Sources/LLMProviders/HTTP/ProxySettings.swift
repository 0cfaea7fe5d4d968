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
                user = parts.first.flatMap { String($0).removingPercentEncodingBytes }
                password = parts.count > 1 ? String(parts[1]).removingPercentEncodingBytes : nil
                rest = rest[rest.index(after: at)...]
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
        guard !url.isLoopback, !bypass.covers(url) else { return nil }
        return url.scheme == .https ? https : http
    }

    /// The proxy that is asked for an address by its absolute form.
    func forward(for url: BaseURL) -> ForwardProxy? { url.scheme == .http ? ForwardProxy(proxy(for: url)) : nil }
}

extension String {
    /// `%40` and the like undone; text that is not such an encoding stays as it is.
    fileprivate var removingPercentEncodingBytes: String {
        var out: [UInt8] = []
        var rest = Substring(self).utf8
        while let byte = rest.first {
            let hex = rest.dropFirst().prefix(2)
            if byte == UInt8(ascii: "%"), hex.count == 2, let value = UInt8(String(Substring(hex)), radix: 16) {
                out.append(value)
                rest = rest.dropFirst(3)
            } else {
                out.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
