import BenchCore
import LLMCore
import Yams

/// A YAML text as JSON values with the lines they stand in.
struct YAMLSource {
    let root: Node

    /// - Throws: ``BenchCore/DatasetErrors`` for a text that is not YAML, with its place.
    init?(_ bytes: [UInt8], path: String) throws(DatasetErrors) {
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            guard let root = try compose(yaml: text) else { return nil }
            self.root = root
        } catch {
            throw DatasetErrors([YAMLSource.error(error, path)])
        }
    }

    private static func error(_ error: any Error, _ path: String) -> DatasetError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            DatasetError(path: path, line: mark.line, column: mark.column, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context)?:
            DatasetError(
                path: path, line: context.mark.line, column: context.mark.column,
                message: "keys given twice: \(keys.joined(separator: ", "))")
        default: DatasetError(path: path, message: "not YAML")
        }
    }

    /// Most values of one text, aliases followed.
    private static let mostValues = 1_000_000

    /// The value of a node; `nil` where aliases blow it up beyond any size that a person would write.
    static func json(_ node: Node) -> JSONValue? {
        var budget = mostValues
        return json(node, &budget)
    }

    private static func json(_ node: Node, _ budget: inout Int) -> JSONValue? {
        budget -= 1
        guard budget > 0 else { return nil }
        if let mapping = node.mapping {
            var object = JSONObject()
            for (key, value) in mapping {
                guard let value = json(value, &budget) else { return nil }
                object[key.string ?? ""] = value
            }
            return .object(object)
        }
        guard let sequence = node.sequence else { return scalar(node) }
        var items: [JSONValue] = []
        for item in sequence {
            guard let value = json(item, &budget) else { return nil }
            items.append(value)
        }
        return .array(items)
    }

    private static func scalar(_ node: Node) -> JSONValue {
        let text = node.string ?? ""
        switch node.tag.rawValue {
        case Tag.Name.null.rawValue: return .null
        case Tag.Name.bool.rawValue: return node.bool.map { .bool($0) } ?? .string(text)
        case Tag.Name.int.rawValue, Tag.Name.float.rawValue:
            if let value = try? JSONValue.parse(text), value.number != nil { return value }
            if let whole = node.int { return JSONValue(whole) }
            return node.float.flatMap { JSONNumber($0) }.map { .number($0) } ?? .string(text)
        default: return .string(text)
        }
    }
}
