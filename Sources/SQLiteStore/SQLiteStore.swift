public import BenchCore
import GRDB
public import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A store of runs, calls, trials and selection tables in one SQLite file (WAL), which several processes read and write at once.
///
/// Every write returns when it is on disk (`synchronous=FULL`), whether or not the calling task was cancelled meanwhile: what was
/// paid for is not lost to a Ctrl-C. Concurrent writes share transactions. A value of this type is a handle: copies share it, and
/// the file is closed when the last one goes.
public struct SQLiteStore: Sendable {
    public enum Mode: Sendable, Hashable {
        /// Creates the file when missing; brings an older schema up to date.
        case readWrite
        case readOnly
    }

    public struct Options: Sendable {
        /// The longest wait for another process's lock.
        public var busyTimeout: Duration
        /// The time that the first of several concurrent writers waits for others; a lone writer never waits. At most
        /// 20 ms.
        public var commitWindow: Duration
        /// Answers of live calls are stored; those of a run are stored unless it says otherwise.
        public var keepsLiveContent: Bool
        /// Folders of a new file are made too; else a missing one is an error.
        public var makesFolders: Bool
        /// Bytes kept free while a run goes on, so that results in flight still fit when the disk is full.
        public var keptFree: Int
        public var cacheLimits: CacheLimits
        public var time: TimeSource

        public init(
            busyTimeout: Duration = .seconds(5), commitWindow: Duration = .milliseconds(2),
            keepsLiveContent: Bool = false, makesFolders: Bool = true, keptFree: Int = 8 << 20,
            cacheLimits: CacheLimits = .init(),
            time: TimeSource = .live
        ) {
            self.busyTimeout = busyTimeout
            self.commitWindow = commitWindow
            self.keepsLiveContent = keepsLiveContent
            self.makesFolders = makesFolders
            self.keptFree = keptFree
            self.cacheLimits = cacheLimits
            self.time = time
        }
    }

    /// The path of the file.
    public let path: String
    public let mode: Mode
    public var location: String { path }
    public var isReadOnly: Bool { mode == .readOnly }
    let options: Options
    let pool: DatabasePool
    let commits: CommitQueue
    let newestTables = NewestTables()
    let healthDocuments = HealthDocuments()

    init(path: String, mode: Mode, options: Options, pool: DatabasePool) {
        self.path = path
        self.mode = mode
        self.options = options
        self.pool = pool
        commits = CommitQueue(
            pool: pool, path: path, window: min(options.commitWindow, .milliseconds(20)), time: options.time)
    }

    /// Opens the database at `path`.
    ///
    /// - Throws: ``StoreError``: not found (read-only), not a database, another program's, of a newer version, locked, not
    ///   writable, or not to be opened at all.
    public static func open(at path: String, mode: Mode = .readWrite, options: Options = .init()) throws(StoreError)
        -> SQLiteStore
    {
        try Opening(path: absolute(path), mode: mode, options: options).open()
    }

    // SQLite may be built to read a relative `file:…` as an address; an absolute path never is one.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Closes the file now. Writes and reads that come later fail.
    public func close() throws(StoreError) {
        // The last connection to close moves the log into the file, and a reader cannot.
        pool.invalidateReadOnlyConnections()
        do { try pool.close() } catch { throw StoreError(error, path: path) }
    }

    /// Reads in a transaction of its own.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withStoreErrors { try await pool.read(body) }
    }

    /// Every error of SQLite becomes a ``StoreError``; cancellation stays what it is.
    func withStoreErrors<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> sending Value
    ) async throws -> sending Value {
        do {
            return try await body()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

/// All ports together.
extension SQLiteStore: BenchStore {}

extension SQLiteStore {
    /// A store in a folder of its own, which is removed when `body` returns: for tests.
    package static func withTemporary<Value>(
        options: Options = .init(), isolation: isolated (any Actor)? = #isolation,
        _ body: (SQLiteStore) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-" + Identifier.make())
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try open(at: folder.appending(path: "test.sqlite").path, options: options)
        return try await body(store)
    }
}
