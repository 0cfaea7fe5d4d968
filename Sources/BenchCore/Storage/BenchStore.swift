public import LLMCore

/// Copies of a whole store.
public protocol StoreBackup: Sendable {
    /// Writes a copy of everything as it is now into a new file, while others may go on writing. It appears whole or not at all.
    ///
    /// - Throws: ``LLMCore/StoreError``: the file exists, its folder cannot be written, no space is left.
    func backup(to path: String) async throws
}

/// The ports a run writes to and its report is read from.
public typealias RunStore = TrialStore & RunReader & RunOverviewReader & SelectionTableStore

/// A durable store of service and bench behind one handle.
public protocol BenchStore: ServiceStore, TrialStore, RunReader, SelectionTableStore, RunOverviewReader, RunRemover,
    RunExporter, StoreChecker, StoreBackup
{}
