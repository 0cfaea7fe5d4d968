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

/// A numerical internet address: four bytes of IPv4, sixteen of IPv6.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]

    /// Reads `192.0.2.1`, `2001:db8::1`, `[::1]` or `fe80::1%eth0`; `nil` for a name, and for numbers in other spellings.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if rest.first == "[", rest.last == "]" { rest = rest.dropFirst().dropLast() }
        if let zone = rest.firstIndex(of: "%") { rest = rest[..<zone] }
        guard let bytes = rest.contains(":") ? Self.version6(rest) : Self.version4(rest) else { return nil }
        self.bytes = bytes
    }

    /// Returns `true` when the address lies in a network, given as an address of the same version and the length of the
    /// common prefix.
    func isIn(_ network: IPAddress, prefix bits: Int) -> Bool {
        guard bytes.count == network.bytes.count, (0...bytes.count * 8).contains(bits) else { return false }
        let whole = bits / 8
        guard bytes.prefix(whole) == network.bytes.prefix(whole) else { return false }
        let rest = bits % 8
        return rest == 0 || (bytes[whole] ^ network.bytes[whole]) >> (8 - rest) == 0
    }

    // A leading zero would make a number octal for some resolvers.
    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    private static func version6(_ text: Substring) -> [UInt8]? {
        guard let gap = text.firstRange(of: "::") else {
            let bytes = groups(text)
            return bytes?.count == 16 ? bytes : nil
        }
        guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
            head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The bytes of groups between colons; the last may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, let numbers = version4(group) {
                bytes += numbers
            } else if group.count <= 4, group.first != "+", group.first != "-", let value = UInt16(group, radix: 16) {
                bytes += [UInt8(value >> 8), UInt8(value & 0xff)]
            } else {
                return nil
            }
        }
        return bytes
    }
}
