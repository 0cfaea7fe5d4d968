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
