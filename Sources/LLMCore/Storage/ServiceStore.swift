/// A durable store of the service behind one handle: call log, attempt history, cache, health, selection tables and virtual keys.
public protocol ServiceStore: CallRecorder, CallLog, AttemptHistory, CacheStorage, CacheAdministration, HealthStore,
    SelectionTableSource, VirtualKeyStore
{
    /// The path or address of the database, without credentials.
    var location: String { get }
    /// The handle refuses writes.
    var isReadOnly: Bool { get }
    /// Settles at their worst case the attempts that will never be settled otherwise: those of processes that have ended, and those of
    /// this process whose lease has passed long ago. A result that comes all the same replaces what was assumed. So are the blocks of
    /// virtual keys' budgets that such processes held.
    func settleAbandonedWork() async throws
    /// Closes the handle now. Writes and reads that come later fail.
    func close() async throws
}

/// An error of a store: a code with its facts. Holds no prompt, answer, key or SQL argument, and names no command.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable words: used in JSON output and in tests.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
        /// There is no such database, and it was not to be created.
        case notFound = "not_found"
        case notADatabase = "not_a_database"
        /// A database of another program.
        case foreignDatabase = "foreign_database"
        case newerVersion = "newer_version"
        /// Opened read-only, and its schema would have to be brought up to date first.
        case olderVersion = "older_version"
        /// Another process held it longer than the busy timeout.
        case locked
        case readOnly = "read_only"
        case cannotOpen = "cannot_open"
        case diskFull = "disk_full"
        case corrupt
        case inputOutput = "io_error"
        /// The written data contradicts existing rows, or the schema.
        case conflict
        case unknownRun = "unknown_run"
        /// A prefix that several calls begin with.
        case ambiguousCall = "ambiguous_call"
        /// The run still runs, or its process was killed.
        case unfinishedRun = "unfinished_run"
        /// The file to be written is there already.
        case exists
        case failed

        public var description: String { rawValue }
    }

    public let code: Code
    /// The path or address of the database or file, without credentials.
    public let location: String
    public let message: String
    /// A hint as one sentence; `nil` when none is known, or when the code alone says it.
    public let advice: String?

    public init(_ code: Code, location: String, _ message: String, advice: String? = nil) {
        self.code = code
        self.location = location
        self.message = message
        self.advice = advice
    }

    public var description: String { advice.map { "\(message) (\($0))" } ?? message }
}
