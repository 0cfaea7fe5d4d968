/// A durable store of the service behind one handle: call log, attempt history, cache, health and selection tables.
public protocol ServiceStore: CallRecorder, CallLog, AttemptHistory, CacheStorage, CacheAdministration, HealthStore,
    SelectionTableSource
{
    /// The path or address of the database, without credentials.
    var location: String { get }
    /// The handle refuses writes.
    var isReadOnly: Bool { get }
    /// Closes the handle now. Writes and reads that come later fail.
    func close() async throws
}
