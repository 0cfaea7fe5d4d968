import GRDB

/// The database's identity and its migrations. A released migration is never edited: a change is a new one.
enum Schema {
    /// `PRAGMA application_id`: the bytes `DGEN`.
    static let applicationID: Int32 = 0x4447_454E
    /// `PRAGMA user_version`: the number of migrations.
    static let version = 4

    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: Schema.tables)
            try db.execute(sql: Schema.views)
            try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
        }
        migrator.registerMigration("2") { db in
            try db.execute(sql: Schema.learnt)
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3") { db in
            try db.execute(sql: Schema.anySubject)
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("4") { db in
            try db.execute(sql: Schema.leases)
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        return migrator
    }()
}
