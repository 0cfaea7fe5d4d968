/// A durable store of the service behind one handle: call log, attempt history, cache, health and selection tables.
public protocol ServiceStore: CallRecorder, CallLog, AttemptHistory, CacheStorage, CacheAdministration, HealthStore,
    SelectionTableSource
{
    /// The path or address of the database, without credentials.
    var location: String { get }
    /// The handle refuses writes.
    var isReadOnly: Bool { get }
    /// Settles at their worst case the attempts that will never be settled otherwise: those of processes that have ended, and those of
    /// this process whose lease has passed long ago. A result that comes all the same replaces what was assumed.
    func settleAbandonedWork() async throws
    /// Closes the handle now. Writes and reads that come later fail.
    func close() async throws
}
