import Foundation
import Testing

/// The folders of a module import each other in one direction, as modules do: a reader can start at the bottom.
@Suite("The house: folders", .timeLimit(.minutes(2)))
struct HouseFolderTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private static let modules: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []).sorted()

    @Test("no folder of a module depends on one that depends on it", arguments: modules)
    func noCycles(module: String) throws {
        let graph = try FolderGraph(module: Self.sources.appending(path: module))
        for cycle in graph.cycles {
            Issue.record("\(module): \(cycle.joined(separator: ", ")): \(graph.evidence(within: cycle))")
        }
    }

    @Test("a cycle would be found")
    func finds() {
        let graph = FolderGraph(texts: [
            (folder: "A", name: "a.swift", text: "struct Apple { var bean: Bean }"),
            (folder: "B", name: "b.swift", text: "struct Bean { var corn: Corn } // Apple"),
            (folder: "C", name: "c.swift", text: "struct Corn { var text = \"Bean\"; let apple: [Apple] }"),
            (folder: "D", name: "d.swift", text: "struct Date { var apple: Apple }"),
        ])
        #expect(graph.cycles == [["A", "B", "C"]])
    }
}

/// The dependencies between the folders of a module, by the names of the types that each declares and mentions.
private struct FolderGraph {
    private var edges: [String: [String: String]] = [:]
    private let folders: [String]

    init(module: URL) throws {
        let files = FileManager.default.enumerator(at: module, includingPropertiesForKeys: nil)
        let swift = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
        let depth = module.standardizedFileURL.pathComponents.count
        self.init(
            texts: try swift.map { file in
                let below = file.standardizedFileURL.pathComponents.dropFirst(depth)
                return (
                    below.count > 1 ? below.first ?? "." : ".", file.lastPathComponent,
                    try String(contentsOf: file, encoding: .utf8)
                )
            })
    }

    init(texts: [(folder: String, name: String, text: String)]) {
        let code = texts.map { (folder: $0.folder, name: $0.name, text: FolderGraph.code($0.text)) }
        var owners: [Substring: Set<String>] = [:]
        for file in code {
            for match in file.text.matches(of: FolderGraph.declaration) {
                owners[match.output.1, default: []].insert(file.folder)
            }
        }
        folders = Set(texts.map(\.folder)).sorted()
        for file in code {
            for word in Set(file.text.matches(of: FolderGraph.typeName).map(\.output)) {
                guard let owner = owners[word], owner.count == 1, let target = owner.first, target != file.folder else {
                    continue
                }
                edges[file.folder, default: [:]][target] = "\(file.name) names \(word)"
            }
        }
    }

    /// Types at the top level: nested ones go by their owner's name.
    private static var declaration: Regex<(Substring, Substring)> {
        /(?m)^(?:(?:public|package|final|indirect|private|fileprivate)\s+)*(?:struct|enum|class|actor|protocol|typealias)\s+([A-Z]\w*)/
    }
    private static var typeName: Regex<Substring> { /\b[A-Z]\w*\b/ }

    /// Without comments and string literals: they may name what they like.
    private static func code(_ text: String) -> String {
        text.replacing(/\/\/[^\n]*/, with: "").replacing(/(?s)"""(.*?)"""/, with: "").replacing(
            /"(\\.|[^"\\\n])*"/, with: "")
    }

    private func reachable(from start: String) -> Set<String> {
        var seen: Set<String> = []
        var open = [start]
        while let folder = open.popLast() {
            for next in edges[folder, default: [:]].keys where seen.insert(next).inserted { open.append(next) }
        }
        return seen
    }

    /// Groups of folders that reach each other, each sorted.
    var cycles: [[String]] {
        let reach = Dictionary(uniqueKeysWithValues: folders.map { ($0, reachable(from: $0)) })
        let groups = folders.filter { reach[$0]?.contains($0) == true }.map { folder in
            folders.filter { reach[folder]?.contains($0) == true && reach[$0]?.contains(folder) == true }
        }
        return Set(groups).sorted { $0.joined() < $1.joined() }
    }

    func evidence(within cycle: [String]) -> String {
        cycle.flatMap { folder in
            edges[folder, default: [:]].filter { cycle.contains($0.key) }.map { "\(folder) -> \($0.key) (\($0.value))" }
        }.sorted().joined(separator: "; ")
    }
}
