import HTTPTypes

/// The receiver of a response: whole, or head first and then piece by piece.
protocol ResponseSink: Sendable {
    func respond(_ response: WholeResponse) async throws
    /// The head with the first bytes of the body.
    func begin(_ status: HTTPResponse.Status, _ fields: HTTPFields, _ bytes: [UInt8]) async throws
    func write(_ bytes: [UInt8]) async throws
    /// The last bytes of the body, and its end.
    func end(_ bytes: [UInt8]) async throws
}
