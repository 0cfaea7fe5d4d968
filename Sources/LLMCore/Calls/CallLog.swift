/// Reads calls back.
public protocol CallLog: Sendable {
    /// The call with this identifier, or with one that begins so; `latest` is the newest live one.
    func call(matching text: String) async throws -> LoggedCall?
    /// Live calls in the order they began: the newest `limit`, or the first `limit` after `sequence`. Some may be under way.
    func liveCalls(after sequence: Int64?, limit: Int) async throws -> [(sequence: Int64, call: LoggedCall)]
}
