import GRDB
import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension StoreError {
    /// The one place where SQLite's result codes become ours.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case let error as RowFormatError:
            self.init(.corrupt, location: path, "the database \(path) holds a row that cannot be read: \(error)")
        default: self.init(.failed, location: path, "the database \(path) failed: \(error)")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let words = error.message.map { ": \($0)" } ?? ""
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked, location: path, "the database \(path) is locked by another process",
                advice: "wait for it or stop it; `fuser \(path)` names it")
        case .SQLITE_READONLY, .SQLITE_PERM:
            self.init(
                .readOnly, location: path, "the database \(path) cannot be written\(words)")
        case .SQLITE_FULL:
            self = .diskFull(path)
        case .SQLITE_NOTADB:
            self.init(.notADatabase, location: path, "\(path) is not a SQLite database")
        case .SQLITE_CORRUPT:
            self.init(
                .corrupt, location: path, "the database \(path) is damaged\(words)")
        case .SQLITE_CANTOPEN:
            self.init(
                .cannotOpen, location: path, "the database \(path) cannot be opened\(words)",
                advice:
                    "SQLite needs to read it and to write beside it: check the permissions of the file and its folder"
            )
        case .SQLITE_IOERR:
            // SQLite says no more of a file that would grow too large.
            let limit = FileSizeLimit.current.map { ", or a file reached the limit of \($0) bytes (ulimit -f)" } ?? ""
            self.init(
                .inputOutput, location: path, "reading or writing the database \(path) failed\(words)\(limit)",
                advice: "check the disk\(limit.isEmpty ? "" : " and the limit"); what was committed before is safe")
        case .SQLITE_CONSTRAINT: self.init(.conflict, location: path, "the database \(path) refuses the row\(words)")
        default: self.init(.failed, location: path, "the database \(path) failed\(words)")
        }
    }

    static func diskFull(_ path: String) -> StoreError {
        StoreError(
            .diskFull, location: path, "no space is left for the database \(path)",
            advice: "free some space; what was committed before is safe")
    }

    /// A transaction of fewer rows could succeed where this one failed.
    var mayConcernOneRow: Bool { code == .conflict || code == .diskFull || code == .failed }
}

/// The most bytes that a file of this process may have.
private enum FileSizeLimit {
    /// `nil` where there is no limit.
    static var current: UInt64? {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        #else
            let resource = RLIMIT_FSIZE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < rlim_t(Int64.max) else { return nil }
        return UInt64(limit.rlim_cur)
    }
}
