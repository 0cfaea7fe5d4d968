import DirGenAPI
import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file named on the command line; `-` is standard input.
enum InputFile {
    static func bytes(_ path: String) throws -> [UInt8] {
        let bytes =
            path == "-"
            ? FileDescriptor.standardInput.readAll() : FileManager.default.contents(atPath: path).map { Array($0) }
        guard let bytes else { throw CommandError(.usage, "\(path): cannot be read") }
        return bytes
    }
}
