import GRDB
import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The opening of a database file: every bad file is refused before it is touched.
struct Opening {
    let path: String
    var mode: SQLiteStore.Mode
    let options: SQLiteStore.Options

    func open() throws(StoreError) -> SQLiteStore {
        let isNew = try inspect()
        if isNew { try create() }
        do {
            let pool = try patientPool()
            switch mode {
            case .readWrite:
                try prepareWriter(pool)
                // The next to open the file does it where this one cannot.
                try? AbandonedWork.settle(pool, now: options.time.wallMicroseconds())
            case .readOnly:
                try pool.read { try requireCurrent($0) }
                try? settleBesides(pool)
            }
            return SQLiteStore(path: path, mode: mode, options: options, pool: pool)
        } catch {
            throw explained(StoreError(error, path: path))
        }
    }

    /// A reader settles what a killed process left behind, too, where it may write: otherwise no process might do it.
    private func settleBesides(_ reader: DatabasePool) throws {
        let now = options.time.wallMicroseconds()
        guard try !reader.read({ try AbandonedWork.find($0, now: now).isEmpty }), access(path, W_OK) == 0,
            access(folder, W_OK | X_OK) == 0
        else { return }
        var writing = self
        writing.mode = .readWrite
        let pool = try writing.patientPool()
        try AbandonedWork.settle(pool, now: now)
        try pool.close()
    }

    /// Replaces the message of an error for readers: a read-only user is not helped by hearing that the database cannot
    /// be written.
    func explained(_ error: StoreError) -> StoreError {
        guard mode == .readOnly, error.code == .readOnly || error.code == .cannotOpen else { return error }
        return StoreError(
            .cannotOpen, location: path,
            "the database \(path) cannot be read here: SQLite keeps two files beside it, also for readers, and may not write to \(folder)",
            advice:
                "copy it to a folder of your own, together with \(path)-wal if that is there, and open the copy"
        )
    }

    /// True when the file is to be created.
    private func inspect() throws(StoreError) -> Bool {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            let reason = errno
            guard reason == ENOENT else { throw unreachable(reason) }
            guard mode == .readWrite else { throw missing }
            return true
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw StoreError(.cannotOpen, location: path, "\(path) is not a file")
        }
        guard access(path, R_OK) == 0 else { throw unreachable(errno) }
        try requireSQLite(size: Int(facts.st_size))
        guard mode == .readWrite else { return false }
        if access(path, W_OK) != 0 {
            throw StoreError(.readOnly, location: path, "the database \(path) is read-only")
        }
        try requireWritableFolder()
        return false
    }

    /// SQLite would answer a text file with "file is not a database" too, but only at its first statement.
    private func requireSQLite(size: Int) throws(StoreError) {
        let magic = Array("SQLite format 3\0".utf8)
        // An empty file is a database without a first write.
        if size == 0 {
            guard mode == .readWrite else { throw missing }
            return
        }
        var head = [UInt8](repeating: 0, count: magic.count)
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreachable(errno) }
        defer { close(file) }
        guard read(file, &head, head.count) == head.count, head == magic else {
            throw StoreError(.notADatabase, location: path, "\(path) is not a SQLite database")
        }
    }

    private var missing: StoreError {
        StoreError(
            .notFound, location: path, "there is no database at \(path) yet")
    }

    private var folder: String {
        let parent = URL(filePath: path).deletingLastPathComponent().path
        return parent.isEmpty ? "." : parent
    }

    /// The deepest folder of the path that exists.
    private var nearestFolder: String {
        var url = URL(filePath: folder)
        while url.path != "/", access(url.path, F_OK) != 0 { url.deleteLastPathComponent() }
        return url.path
    }

    // The write-ahead log lies beside the database.
    private func requireWritableFolder() throws(StoreError) {
        guard access(folder, W_OK | X_OK) == 0 else {
            throw StoreError(
                .readOnly, location: path, "the folder \(folder) of the database is read-only")
        }
    }

    /// Makes an empty file that only its owner may read, and its folders where it may: answers are private.
    private func create() throws(StoreError) {
        guard options.makesFolders || access(folder, F_OK) == 0 else {
            throw StoreError(
                .cannotOpen, location: path, "there is no folder \(folder) for the database \(path)")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw unreachable(access(nearestFolder, W_OK | X_OK) == 0 ? ENOTDIR : errno)
        }
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            close(file)
        } else if errno != EEXIST {
            throw unreachable(errno)
        }
    }

    private func unreachable(_ reason: Int32) -> StoreError {
        let words = String(cString: strerror(reason))
        switch reason {
        case EROFS, EACCES, EPERM:
            return StoreError(
                mode == .readWrite ? .readOnly : .cannotOpen, location: path,
                "the database \(path) is out of reach: \(words)")
        case ENOSPC, EDQUOT:
            return StoreError(.diskFull, location: path, "no space is left for the database \(path)")
        default:
            return StoreError(
                .cannotOpen, location: path, "the database \(path) cannot be opened: \(words)")
        }
    }
}

extension Opening {
    /// SQLite asks no busy handler when it turns write-ahead logging on in a file that somebody else is just reading, as two processes
    /// that open a new database do: then the second looks again.
    func patientPool() throws -> DatabasePool {
        let giveUp = ContinuousClock.now + options.busyTimeout
        while true {
            do {
                return try DatabasePool(path: path, configuration: configuration())
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                guard ContinuousClock.now < giveUp else { throw error }
                usleep(UInt32.random(in: 500...1_500))
            }
        }
    }

    private func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "dirgen"
        configuration.readonly = mode == .readOnly
        configuration.busyMode = .callback(Opening.busyCallback(options.busyTimeout))
        let path = path
        let mode = mode
        // Before the pool turns write-ahead logging on: another program's file must stay as it is.
        configuration.prepareDatabase { db in
            guard mode == .readOnly || !db.configuration.readonly else { return }
            try Opening.requireOurs(db, path: path)
        }
        return configuration
    }

    /// Looks again every millisecond, and more often after a long wait. SQLite's own handler sleeps up to a tenth of a second
    /// between looks, and the longest sleeper is overtaken by all others: with four processes that write, a request waited a second
    /// for a transaction of two milliseconds.
    private static func busyCallback(_ timeout: Duration) -> Database.BusyCallback {
        let calmLooks = 10
        let eagerLooks = max(0, Int(timeout.milliseconds) - calmLooks) * 5
        return { looks in
            guard looks < calmLooks + eagerLooks else { return false }
            usleep(looks < calmLooks ? UInt32.random(in: 500...1_500) : UInt32.random(in: 100...300))
            return true
        }
    }

    static func requireOurs(_ db: Database, path: String) throws {
        // One statement sees one state, also while another process creates the tables. The migrator's own table, with
        // its index, comes before them.
        let look = try Row.fetchOne(
            db,
            sql: """
                SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations')
                FROM pragma_application_id AS a, pragma_user_version AS v
                """)
        let (application, version, tables): (Int32, Int, Int) = look.map { ($0[0], $0[1], $0[2]) } ?? (0, 0, 0)
        if application != Schema.applicationID {
            guard application == 0, tables == 0 else {
                throw StoreError(
                    .foreignDatabase, location: path, "\(path) is a SQLite database of another program")
            }
        } else if version > Schema.version {
            throw StoreError(
                .newerVersion, location: path,
                "the database \(path) has version \(version), this program knows up to \(Schema.version)")
        }
    }

    func requireCurrent(_ db: Database) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version < Schema.version else { return }
        throw StoreError(
            .olderVersion, location: path,
            "the database \(path) has version \(version) and must be brought to \(Schema.version) first",
            advice: "run the command as a user who may write the file")
    }

    func prepareWriter(_ pool: DatabasePool) throws {
        // The pool sets NORMAL after `prepareDatabase` has run. The log is moved into the file every 16 MB rather than 4: each
        // move waits for the disk, and rewrites pages that the next trials change again.
        try pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
        }
        try migrate(pool)
    }

    /// Another process may make the same tables at the same time, one migration after another: the second in one looks again.
    private func migrate(_ pool: DatabasePool) throws {
        for _ in 0..<100 {
            do {
                return try Schema.migrator.migrate(pool)
            } catch {
                guard try !pool.read(Schema.migrator.hasCompletedMigrations) else { return }
                let code = (error as? DatabaseError)?.resultCode
                guard code == .SQLITE_ERROR || code == .SQLITE_CONSTRAINT else { throw error }
                usleep(UInt32.random(in: 5_000...15_000))
            }
        }
        try Schema.migrator.migrate(pool)
    }
}
