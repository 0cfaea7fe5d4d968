import BenchCore
import LLMCore
import YAMLReading
import Yams

extension SourceTable {
    /// A list of mappings, or a mapping that holds one; `nil` for a text that is neither.
    static func yaml(_ bytes: [UInt8], _ path: String) throws(DatasetErrors) -> SourceTable? {
        guard let first = TextLines(bytes).firstContent, looksLikeYAML(first.bytes),
            let root = try YAMLText(bytes, path: path).root
        else { return nil }
        if let sequence = root.sequence, sequence.first?.mapping != nil {
            return SourceTable(form: .yaml, rows: try rows(Array(sequence), path))
        }
        guard root.mapping != nil, var shared = try value(root, path).object else { return nil }
        for key in listKeys {
            guard let sequence = root[key]?.sequence, sequence.first?.mapping != nil else { continue }
            shared[key] = nil
            return SourceTable(form: .yaml, rows: try rows(Array(sequence), path), shared: shared, listKey: key)
        }
        return SourceTable(form: .yaml, rows: [], shared: shared)
    }

    private static func rows(_ nodes: [Node], _ path: String) throws(DatasetErrors) -> [SourceRow] {
        var rows: [SourceRow] = []
        for node in nodes { rows.append(SourceRow(try value(node, path), line: node.mark?.line ?? 1)) }
        return rows
    }

    private static func value(_ node: Node, _ path: String) throws(DatasetErrors) -> JSONValue {
        if let value = JSONValue(yaml: node) { return value }
        throw DatasetErrors([
            DatasetError(path: path, line: node.mark?.line, message: "too large once its aliases are followed")
        ])
    }

    /// `- …`, `key: …` or the mark of a document: prose is not taken for YAML.
    private static func looksLikeYAML(_ line: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("- ") || text.hasPrefix("---") || text.hasPrefix("%YAML") { return true }
        let key = text.prefix { $0.isLetter || $0.isNumber || "_-$\"'".contains($0) }
        return !key.isEmpty && text[key.endIndex...].hasPrefix(":")
    }
}
