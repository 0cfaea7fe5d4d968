import CZlib
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that may be compressed by gzip, read whole; `-` is standard input.
enum CompressedFile {
    enum Fault: Error, Hashable {
        case missing
        case directory
        case unreadable
        /// Cut off, or not what gzip writes.
        case broken
        case tooLarge
        case tooManyLines
        /// The task that reads was cancelled.
        case interrupted
    }

    /// Somebody else's file may stand for more than the memory holds.
    static let mostBytes = 512 << 20
    /// A few hundred kilobytes of gzip can hold a billion empty lines.
    static let mostLines = 2_000_000
    private static let pieceSize = 1 << 20

    /// The bytes that pipes held: they can be read but once, and a run on the simulator reads its dataset twice.
    private static let pipes = Mutex<[String: [UInt8]]>([:])

    /// The bytes of a file, uncompressed.
    static func bytes(
        of path: String, atMost most: Int = mostBytes, lines mostLines: Int = mostLines
    ) throws(Fault) -> [UInt8] {
        let path = path == "-" ? "/dev/stdin" : path
        if let bytes = pipes.withLock({ $0[path] }) { return bytes }
        let bytes = try read(path, atMost: most, lines: mostLines)
        if isPipe(path) { pipes.withLock { $0[path] = bytes } }
        return bytes
    }

    private static func isPipe(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

    private static func read(_ path: String, atMost most: Int, lines mostLines: Int) throws(Fault) -> [UInt8] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw .missing }
        guard !isDirectory else { throw .directory }
        guard let file = gzopen(path, "rb") else { throw .unreadable }
        defer { gzclose(file) }
        gzbuffer(file, UInt32(pieceSize))
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieceSize)
        var ends = 0
        while true {
            guard !Task.isCancelled else { throw .interrupted }
            let count = gzread(file, &piece, UInt32(pieceSize))
            guard count >= 0 else { throw .broken }
            guard bytes.count + Int(count) <= most else { throw .tooLarge }
            bytes += piece[..<Int(count)]
            ends += lineEnds(piece[..<Int(count)])
            guard ends <= mostLines else { throw .tooManyLines }
            if count < pieceSize { break }
        }
        // A stream that is cut off ends like a file, with a code.
        var code: Int32 = Z_OK
        _ = gzerror(file, &code)
        guard code == Z_OK || code == Z_STREAM_END else { throw .broken }
        return bytes
    }

    private static func lineEnds(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { $0.reduce(0) { $1 == 0x0A ? $0 + 1 : $0 } }
    }
}

extension CompressedFile.Fault {
    /// For people.
    var message: String {
        switch self {
        case .missing: "no such file"
        case .directory: "is a directory, expected a file"
        case .unreadable: "cannot be read; check its permissions"
        case .broken: "not a whole gzip file"
        case .tooLarge:
            "larger than \(CompressedFile.mostBytes >> 20) MiB (uncompressed), which is the most that is read"
        case .tooManyLines: "has more than \(CompressedFile.mostLines) lines, which is the most that is read"
        case .interrupted: "was not read to its end"
        }
    }
}
