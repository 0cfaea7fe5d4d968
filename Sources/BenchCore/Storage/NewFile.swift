#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
package import LLMCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that appears whole under its name or not at all, readable by its owner alone. Nothing is overwritten.
package struct NewFile: ~Copyable {
    package let path: String
    /// The path of its content until ``commit()``.
    package let partial: String
    private let descriptor: Int32

    private init(path: String, partial: String, descriptor: Int32) {
        self.path = path
        self.partial = partial
        self.descriptor = descriptor
    }

    /// - Throws: ``StoreError`` when `path` exists or its folder cannot be written.
    package static func create(at path: String) throws(StoreError) -> NewFile {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError(
                .exists, location: path, "\(path) is there already", advice: "name a new file, or remove it first")
        }
        let partial = path + ".partial-" + Identifier.make()
        let descriptor = Glibc.open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .cannotOpen, location: path, "\(path) cannot be written: \(String(cString: strerror(errno)))",
                advice: "name a file in a folder you can write")
        }
        return NewFile(path: path, partial: partial, descriptor: descriptor)
    }

    deinit {
        Glibc.close(descriptor)
        unlink(partial)
    }

    package func write(_ text: String) throws(StoreError) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw failure() }
                continue
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Gives the file its name, once its content is on disk.
    package consuming func commit() throws(StoreError) {
        guard fsync(descriptor) == 0 else { throw failure() }
        // `link` refuses a file that came meanwhile, where `rename` would replace it; not every file system has it.
        if link(partial, path) == 0 { return }
        guard errno == EPERM || errno == ENOTSUP, access(path, F_OK) != 0, rename(partial, path) == 0 else {
            throw failure()
        }
    }

    private func failure() -> StoreError {
        let reason = errno
        return StoreError(
            reason == ENOSPC || reason == EDQUOT ? .diskFull : .inputOutput, location: path,
            "\(path) cannot be written: \(String(cString: strerror(reason)))")
    }
}
