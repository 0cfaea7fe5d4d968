import Foundation
import Testing

@Suite("Doc comments", .timeLimit(.minutes(1)))
struct DocCommentTests {
    /// A first sentence that begins so is a riddle in a list of symbols: it asks instead of naming the thing.
    private static let riddles: Set<String> = [
        "What", "Who", "How", "Why", "Where", "Whether", "Everything", "Something", "Nothing", "Nobody",
    ]

    @Test("no line of a doc comment begins with a riddle")
    func firstWords() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.allObjects ?? []
        let sources = files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        try #require(sources.count > 100)
        let found = try sources.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated().compactMap { index, line in
                    Self.isRiddle(line)
                        ? "\(file.lastPathComponent):\(index + 1): \(line.trimmingPrefix { $0 == " " })" : nil
                }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    private static func isRiddle(_ line: Substring) -> Bool {
        let text = line.trimmingPrefix { $0 == " " }
        guard text.hasPrefix("/// ") else { return false }
        let word = text.dropFirst(4).prefix { $0.isLetter }
        return riddles.contains(String(word))
    }
}
