import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard input, output or error, written without C's buffers: what was printed before a crash is there.
struct FileDescriptor: Sendable {
    let number: Int32
    static let standardOutput = FileDescriptor(number: 1)
    static let standardError = FileDescriptor(number: 2)
    static let standardInput = FileDescriptor(number: 0)

    var isTerminal: Bool { isatty(number) == 1 }

    /// Columns of the terminal; `nil` when this is none or does not say.
    var width: Int? {
        var size = winsize()
        guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// All bytes up to the end; `nil` when they cannot be read.
    func readAll() -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(number, &chunk, chunk.count)
            if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
            if count == 0 { return bytes }
            if count < 0, errno != EINTR { return nil }
        }
    }

    /// Takes the places of standard streams that were closed before the program began: else the first file or socket that is opened
    /// would get what is printed.
    static func occupyClosed() {
        for number: Int32 in 0...2 where fcntl(number, F_GETFD) == -1 {
            // Opened for reading, it refuses what is written: what is lost is said.
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// The reason for which output was lost; `nil` when none was.
    static var lost: String? {
        let reason = firstFailure.load(ordering: .relaxed)
        return reason == 0 ? nil : String(cString: strerror(reason))
    }

    private static let firstFailure = Atomic<Int32>(0)

    private func note(_ reason: Int32) {
        // A reader that went away wants no more; what people were to read has nobody to be told.
        guard number == FileDescriptor.standardOutput.number, reason != EPIPE else { return }
        _ = FileDescriptor.firstFailure.compareExchange(expected: 0, desired: reason, ordering: .relaxed)
    }

    /// Writes all of it, or notes why the rest is lost.
    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                #if canImport(Glibc)
                    let count = Glibc.write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #else
                    let count = Darwin.write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #endif
                if count < 0 {
                    let reason = errno
                    guard reason == EINTR || reason == EAGAIN else { return note(reason) }
                    continue
                }
                rest = rest.dropFirst(count)
            }
        }
    }
}
