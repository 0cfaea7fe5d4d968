import LLMCore

#if canImport(Glibc)
    import Glibc
#endif

/// Space kept free beside the database while a run goes on, given back when the disk is full: what is in flight by then is paid for,
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
