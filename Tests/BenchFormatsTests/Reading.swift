import BenchCore
import LLMCore
import Testing

@testable import BenchFormats

/// Reads a text as a dataset, or gives its errors line by line.
enum Reading {
    static func file(_ text: String, task: TaskType? = nil, options: DatasetFile.Options = .init()) throws
        -> DatasetFile
    {
        try DatasetFile.read(bytes: Array(text.utf8), name: "x", task: task, options: options)
    }

    static func errors(_ text: String) -> [String] {
        do throws(DatasetErrors) {
            _ = try DatasetFile.read(bytes: Array(text.utf8), name: "x")
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }
}

extension DatasetFile {
    /// The only case, as its row.
    var row: JSONObject {
        get throws {
            let row = try #require(dataset.cases.first)
            #expect(dataset.cases.count == 1)
            return try #require(row.canonicalJSON.object)
        }
    }
}

extension BenchCase {
    /// The user's text.
    var prompt: String {
        messages.flatMap(\.parts).compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(
            separator: "\n")
    }

    /// The members of the only assertion.
    var assertion: JSONObject { canonicalJSON["assert"]?[0]?.object ?? JSONObject() }
}
