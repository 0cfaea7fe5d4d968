#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The output of a renderer, written piece by piece, so that a long report is never in memory as a whole.
public protocol ReportSink {
    mutating func write(_ bytes: [UInt8]) throws
}

/// A sink that keeps all bytes in memory.
package struct MemorySink: ReportSink {
    package private(set) var bytes: [UInt8] = []
    package init() {}
    package mutating func write(_ bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }
}

/// A file under a temporary name that becomes the real one only when it is complete. Errors name the real one.
struct FileSink: ReportSink {
    private let name: String
    private let path: String
    private var descriptor: Int32
    private var pending: [UInt8] = []

    private static let blockSize = 1 << 16

    init(_ name: String) throws(ReportFileError) {
        self.name = name
        path = "\(name).\(getpid()).tmp"
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ReportFileError(path: name, code: errno) }
    }

    mutating func write(_ bytes: [UInt8]) throws {
        pending.append(contentsOf: bytes)
        if pending.count >= FileSink.blockSize { try flush() }
    }

    private mutating func flush() throws(ReportFileError) {
        let failure = pending.withUnsafeBytes { buffer -> Int32? in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(count)
            }
            return nil
        }
        if let failure { throw ReportFileError(path: name, code: failure) }
        pending.removeAll(keepingCapacity: true)
    }

    /// Puts the bytes on disk and gives the file its name.
    mutating func finish() throws(ReportFileError) {
        try flush()
        guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw ReportFileError(path: name, code: errno) }
        descriptor = -1
        guard rename(path, name) == 0 else { throw ReportFileError(path: name, code: errno) }
    }

    /// Leaves nothing behind.
    mutating func discard() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unlink(path)
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
        Glibc.write(descriptor, bytes, count)
    #else
        Darwin.write(descriptor, bytes, count)
    #endif
}

/// A report could not be written; the message names the path and what the system says.
package struct ReportFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(path: String, code: Int32) {
        self.init(path: path, reason: String(cString: strerror(code)))
    }

    package var description: String { "cannot write the report to \(path): \(reason)" }
}
