/// The address of a provider: scheme, host, port and path, without credentials or query, so that it can be shown anywhere.
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    public enum Scheme: String, Sendable, Hashable {
        case http, https
    }

    public let scheme: Scheme
    /// A name or an address; IPv6 without its brackets.
    public let host: String
    /// `nil`: the scheme's own.
    public let port: Int?
    /// Empty, or `/` and more, without a slash at its end.
    public let path: String

    /// An error in an address, described for its author.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        public var description: String
    }

    /// Reads an address such as `https://api.openai.com/v1`. A bare `host:port` is http.
    public init(_ text: String) throws(Invalid) {
        func invalid(_ why: String) -> Invalid { Invalid(description: "not a base URL: \(why)") }
        var rest = Substring(text)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw invalid("it holds white space or characters that need encoding")
        }
        scheme = try BaseURL.takeScheme(&rest)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw invalid("it has a query; use `query`") }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        // Whatever stands before an @ may be a secret, so it is not repeated.
        guard !authority.contains("@") else { throw invalid("it holds credentials; use `auth` and `key_env`") }
        (host, port) = try BaseURL.split(authority)
        var path = rest[slash...]
        while path.last == "/" { path.removeLast() }
        self.path = String(path)
    }

    private init(scheme: Scheme, host: String, port: Int?, path: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// `http://127.0.0.1:PORT/PATH`, for servers of this process.
    public static func loopback(port: Int, path: String = "") -> BaseURL {
        BaseURL(scheme: .http, host: "127.0.0.1", port: port, path: path)
    }

    static func https(_ host: String, path: String = "") -> BaseURL {
        BaseURL(scheme: .https, host: host, port: nil, path: path)
    }

    static func http(_ host: String, port: Int) -> BaseURL {
        BaseURL(scheme: .http, host: host, port: port, path: "")
    }

    func replacingPath(_ path: String) -> BaseURL { BaseURL(scheme: scheme, host: host, port: port, path: path) }

    /// The address of a local server without the path under which its models answer.
    var serverRoot: BaseURL {
        guard let cut = path.firstRange(of: "/engines") ?? (path.hasSuffix("/v1") ? path.firstRange(of: "/v1") : nil)
        else {
            return self
        }
        return replacingPath(String(path[..<cut.lowerBound]))
    }

    /// The address is this machine's own.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || numbers?.first == 127 }

    /// Of an IPv4 address; `nil` for a name. A leading zero would make a number octal for some resolvers.
    private var numbers: [UInt8]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }

    /// The address can only be on this machine or its network, as far as its text shows: loopback, private and
    /// link-local numbers, names without a dot, and names reserved for private networks.
    public var isPrivate: Bool {
        if isLoopback { return true }
        if let numbers {
            let (first, second) = (numbers[0], numbers[1])
            return first == 10 || (first == 172 && (16...31).contains(second)) || (first == 192 && second == 168)
                || (first == 169 && second == 254)
        }
        if host.contains(":") {
            guard let group = host.split(separator: ":").first.flatMap({ UInt16($0, radix: 16) }) else { return false }
            return group & 0xfe00 == 0xfc00 || group & 0xffc0 == 0xfe80
        }
        let own = [".localhost", ".local", ".internal", ".lan", ".home.arpa"]
        // A number by itself is an address, too.
        let isName = !host.contains(".") && host.first?.isNumber == false
        return isName || own.contains { host.hasSuffix($0) }
    }

    public var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// The address of a path below this one.
    ///
    /// A base that already ends in the prefix an SDK would append (`https://api.groq.com/openai/v1`) is not given it twice.
    func appending(_ suffix: String, prefix: String) -> String {
        guard !prefix.isEmpty, path.hasSuffix(prefix), suffix.hasPrefix(prefix) else { return description + suffix }
        return description + suffix.dropFirst(prefix.count)
    }

    private static func takeScheme(_ rest: inout Substring) throws(Invalid) -> Scheme {
        guard let colon = rest.firstRange(of: "://") else { return .http }
        let word = rest[..<colon.lowerBound].lowercased()
        guard let scheme = Scheme(rawValue: word) else {
            throw Invalid(description: "not a base URL: it must begin with http:// or https://")
        }
        rest = rest[colon.upperBound...]
        return scheme
    }

    private static func split(_ authority: Substring) throws(Invalid) -> (host: String, port: Int?) {
        var host = authority
        var port: Int?
        let end = authority.first == "[" ? authority.firstIndex(of: "]") : authority.startIndex
        guard let end else { throw Invalid(description: "not a base URL: a bracket is not closed") }
        if let colon = authority[end...].lastIndex(of: ":") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                throw Invalid(description: "not a base URL: its port is not a number from 1 to 65535")
            }
            port = number
            host = authority[..<colon]
        }
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw Invalid(description: "not a base URL: it has no host") }
        return (host.lowercased(), port)
    }
}
