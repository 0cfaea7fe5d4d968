/// Manages the models of one local server: what is on its disk, what is in its memory, and changing both.
///
/// Names are the server's own (``ModelID/name``). Everything but ``pull(_:)`` and ``load(_:keepAlive:)`` answers at once or fails;
/// cancelling the task of those two gives up waiting and leaves the server alone.
public protocol LocalModelControl: Sendable {
    var provider: ProviderID { get }
    /// As ``ModelClient/endpoint``.
    var endpoint: String { get }
    var simulated: Bool { get }

    /// The kind of server at the address; loads nothing.
    func kind() async throws(LocalModelError) -> LocalServerKind

    /// The models on its disk. A server without management lists what it serves, by name alone.
    func storedModels() async throws(LocalModelError) -> [StoredModel]

    /// The models in its memory.
    func loadedModels() async throws(LocalModelError) -> [LoadedModel]

    /// Fetches a model. The last element is `succeeded`; throws ``LocalModelError`` or `CancellationError` only, also when the
    /// server had already said 200. Takes as long as it takes; leaving the iteration ends the request.
    func pull(_ name: String) -> AsyncThrowingStream<PullProgress, any Error>

    /// Brings a model into memory and returns when it can answer; at once when it already is.
    ///
    /// - Parameter keepAlive: How long it stays without use; `nil` leaves that to the server.
    func load(_ name: String, keepAlive: KeepAlive?) async throws(LocalModelError)

    /// Takes models out of memory, except those that are answering.
    ///
    /// - Parameter names: `nil` is all.
    /// - Returns: How many were taken out.
    func unload(_ names: [String]?) async throws(LocalModelError) -> Int

    func diskUsage() async throws(LocalModelError) -> LocalDiskUsage
}
