#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
import GRDB
import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The way from a path to an open store, with every bad file refused before it is touched.
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

    /// Makes folders and an empty file that only its owner may read: answers are private.
    private func create() throws(StoreError) {
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
