/// The hosts reached without a proxy: a `NO_PROXY` list, read as curl reads it.
///
/// - `*` alone is every host.
/// - Entries stand between commas or blanks, in any case of letters.
/// - A name is the host and all below it, with or without a dot in front; a dot at the end means nothing.
/// - An address or a network (`10.0.0.0/8`, `fd00::/8`) is compared with a host that is itself a number; no name is looked up.
///
/// Three spellings that curl never matches mean what their authors want: `*.corp` is `.corp`, and a scheme or a port in front of
/// or behind an entry limits it to those.
public struct ProxyBypass: Sendable, Hashable {
    fileprivate enum Hosts: Sendable, Hashable {
        case name(String)
        case network(IPAddress, prefix: Int)
    }

    fileprivate struct Entry: Sendable, Hashable {
        var hosts: Hosts
        var scheme: BaseURL.Scheme?
        var port: Int?
    }

    private let isEverything: Bool
    private let entries: [Entry]

    /// - Parameter list: The value of `NO_PROXY`; what cannot be read matches nothing.
    public init(_ list: String = "") {
        let words = list.lowercased().split { $0 == "," || $0.isWhitespace }
        isEverything = words == ["*"]
        entries = words.compactMap { Entry($0) }
    }

    func covers(_ url: BaseURL) -> Bool { isEverything || entries.contains { $0.covers(url) } }
}

extension ProxyBypass.Entry {
    init?(_ word: Substring) {
        var rest = word
        if let mark = rest.firstRange(of: "://") {
            guard let known = BaseURL.Scheme(rawValue: String(rest[..<mark.lowerBound])) else { return nil }
            scheme = known
            rest = rest[mark.upperBound...]
            if rest.last == "/" { rest.removeLast() }
        }
        guard let network = Self.network(rest) else {
            (rest, port) = Self.splitPort(rest)
            if let address = IPAddress(rest) {
                hosts = .network(address, prefix: address.bytes.count * 8)
                return
            }
            guard !rest.contains("/") else { return nil }
            if rest.hasPrefix("*.") { rest = rest.dropFirst() }
            if rest.first == "." { rest = rest.dropFirst() }
            if rest.last == "." { rest = rest.dropLast() }
            guard !rest.isEmpty else { return nil }
            hosts = .name(String(rest))
            return
        }
        hosts = network
    }

    func covers(_ url: BaseURL) -> Bool {
        guard scheme == nil || scheme == url.scheme, port == nil || port == url.effectivePort else { return false }
        switch hosts {
        case .network(let network, let prefix): return IPAddress(url.host)?.isIn(network, prefix: prefix) ?? false
        case .name(let name):
            // No number is below a name, even if it ends alike.
            guard IPAddress(url.host) == nil else { return false }
            let host = url.host.hasSuffix(".") ? url.host.dropLast() : url.host[...]
            return host == name || host.hasSuffix("." + name)
        }
    }

    private static func network(_ text: Substring) -> ProxyBypass.Hosts? {
        guard let slash = text.lastIndex(of: "/"), let address = IPAddress(text[..<slash]),
            let prefix = Int(text[text.index(after: slash)...]), (0...address.bytes.count * 8).contains(prefix)
        else { return nil }
        return .network(address, prefix: prefix)
    }

    /// An IPv6 address has colons of its own: its port stands behind a bracket.
    private static func splitPort(_ text: Substring) -> (host: Substring, port: Int?) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else {
            return (text, nil)
        }
        let host = text[..<colon]
        return host.last == "]" || !host.contains(":") ? (host, port) : (text, nil)
    }
}

extension BaseURL {
    /// The port that is connected to.
    var effectivePort: Int { port ?? (scheme == .https ? 443 : 80) }
}
