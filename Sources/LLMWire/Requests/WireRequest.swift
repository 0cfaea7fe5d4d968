/// An HTTP request to a provider, without address and credentials: those belong to the provider's row.
public struct WireRequest: Sendable {
    public var method: String
    /// Appended to the row's base URL; begins with `/`, already percent-encoded.
    public var path: String
    /// Not yet encoded.
    public var query: [(String, String)]
    /// Lower-case names. A row's own headers come on top.
    public var headers: [(String, String)]
    public var body: [UInt8]

    public init(
        method: String, path: String, query: [(String, String)] = [], headers: [(String, String)] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}
