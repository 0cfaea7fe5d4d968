import GRDB
import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
