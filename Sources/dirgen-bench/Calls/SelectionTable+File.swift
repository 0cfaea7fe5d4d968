import DirGenAPI
import LLMCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SelectionTable {
    /// Reads a table that `select --export` wrote.
    static func read(path: String) throws -> SelectionTable {
        let hint = "`select TASK --export FILE` writes one"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandError(.usage, "\(path) cannot be read", hint: hint)
        }
        do {
            return try SelectionTable(bytes: data)
        } catch {
            throw CommandError(.usage, "\(path) is not a selection table", hint: hint)
        }
    }

    /// Writes the whole table, draws included; never over a file that is there.
    func write(path: String) throws {
        let text = try json().prettyText
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
        } catch {
            throw CommandError(.usage, "\(path) cannot be written", hint: "the file must not exist, its folder must")
        }
    }
}
