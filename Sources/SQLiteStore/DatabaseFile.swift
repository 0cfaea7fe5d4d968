import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The identity of the database file as it was opened, to notice that another or none stands at its path later.
///
/// SQLite goes on writing into a file that was moved or deleted, and everything written since is lost with it.
struct DatabaseFile: Sendable {
    private let path: String
    private let identity: Identity

    private struct Identity: Sendable, Equatable {
        let device: UInt64
        let number: UInt64
    }

    /// `nil` where nothing can be said of the file.
    init?(at path: String) {
        guard case .found(let identity) = DatabaseFile.look(path) else { return nil }
        self.path = path
        self.identity = identity
    }

    /// The error of writing on after the file was displaced; `nil` while it stands where it was opened.
    var displacement: StoreError? {
        switch DatabaseFile.look(path) {
        case .unknown: return nil
        case .found(let found) where found == identity: return nil
        case .found, .missing:
            return StoreError(
                .inputOutput, location: path, "the database \(path) was moved, deleted or replaced while it was in use",
                advice: "what was written before is in the file that stood there; put it back")
        }
    }

    private enum Look {
        case found(Identity)
        case missing
        case unknown
    }

    private static func look(_ path: String) -> Look {
        var facts = stat()
        guard stat(path, &facts) != 0 else {
            return .found(Identity(device: UInt64(facts.st_dev), number: UInt64(facts.st_ino)))
        }
        return errno == ENOENT || errno == ENOTDIR ? .missing : .unknown
    }
}

/// A reserve of disk space beside the database while a run goes on, given back when the disk is full: what is in flight by then is paid for,
/// and still fits.
///
/// A file without a name, so that it is gone with the process, however that ends.
struct DiskReserve: ~Copyable {
    private let file: Int32

    /// - Returns: `nil` where the file system cannot set space aside.
    /// - Throws: ``StoreError`` when there is not that much space.
    static func allocate(_ bytes: Int, beside path: String) throws(StoreError) -> DiskReserve? {
        #if canImport(Glibc)
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            // The C library's O_TMPFILE is a macro that Swift does not import: __O_TMPFILE | O_DIRECTORY.
            let file = open(folder, O_RDWR | 0o20_000_000 | O_DIRECTORY | O_CLOEXEC, 0o600)
            guard file >= 0 else { return nil }
            let reason = posix_fallocate(file, 0, off_t(bytes))
            guard reason != 0 else { return DiskReserve(file: file) }
            close(file)
            guard reason == ENOSPC || reason == EDQUOT else { return nil }
            throw StoreError(
                .diskFull, location: path,
                "too little space is left beside the database \(path) for a run: \(bytes / 1_024) KiB are kept for what is in flight",
                advice: "free some space")
        #else
            return nil
        #endif
    }

    deinit {
        #if canImport(Glibc)
            close(file)
        #endif
    }
}
