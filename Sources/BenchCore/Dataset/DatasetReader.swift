public import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads `dirgen.dataset/1` files (`datasets/README.md`): one JSON object a line, all errors at once.
public enum DatasetReader {
    /// Most bytes a line may have.
    public static let mostLineBytes = 10_000_000

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file, as it shall stand in messages.
    ///   - task: The one task wanted: given to rows that name none, and rows of other tasks are left out with a warning.
    ///     When `nil`, rows of two tasks are an error.
    /// - Throws: ``DatasetErrors`` with everything that is wrong, a missing or unreadable file included.
    public static func read(path: String, task: TaskType? = nil) throws(DatasetErrors) -> Dataset {
        var isDirectory: Bool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw DatasetErrors([DatasetError(path: path, message: "no such file")])
        }
        guard !isDirectory else {
            throw DatasetErrors([DatasetError(path: path, message: "is a directory, expected a file")])
        }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw DatasetErrors([DatasetError(path: path, message: "cannot be read; check its permissions")])
        }
        var assembly = DatasetAssembly(path: path, task: task)
        data.withUnsafeBytes { assembly.read($0) }
        return try assembly.finish(name: baseName(path))
    }

    /// Reads bytes already in memory; `name` stands for the file in messages.
    public static func read(bytes: [UInt8], name: String, task: TaskType? = nil) throws(DatasetErrors) -> Dataset {
        var assembly = DatasetAssembly(path: name, task: task)
        bytes.withUnsafeBytes { assembly.read($0) }
        return try assembly.finish(name: name)
    }

    /// `architecture` of `datasets/architecture.jsonl`.
    private static func baseName(_ path: String) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = last.lastIndex(of: "."), dot != last.startIndex else { return last }
        return String(last[..<dot])
    }
}
