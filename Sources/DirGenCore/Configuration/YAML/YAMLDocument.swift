import Foundation
import LLMCore
import Yams

/// A YAML file with the places of its values.
struct YAMLDocument {
    /// As messages name it.
    let name: String
    /// `nil` for an empty document.
    let root: Node?

    /// - Throws: ``ConfigurationError`` for a file that cannot be read or is not YAML, with line and column.
    init(file path: String) throws(ConfigurationError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let why = isFolder.boolValue ? "is a folder" : exists ? "cannot be read" : "does not exist"
            throw ConfigurationError(place: path, message: "the file \(why)")
        }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw ConfigurationError(place: path, message: "the file is not UTF-8")
        }
        try self.init(text: text, name: path)
    }

    init(text: String, name: String) throws(ConfigurationError) {
        self.name = name
        do {
            root = try compose(yaml: text)
        } catch {
            throw ConfigurationError([YAMLDocument.problem(error, in: name)])
        }
    }

    private static func problem(_ error: any Error, in name: String) -> ConfigurationError.Problem {
        func at(_ mark: Mark, _ message: String) -> ConfigurationError.Problem {
            .init(place: "\(name):\(mark.line):\(mark.column)", message: message)
        }
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            return at(mark, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context)?:
            return at(context.mark, "keys given twice: \(duplicates.joined(separator: ", "))")
        default: return .init(place: name, message: "not YAML")
        }
    }

    /// The position of a value named as `perfiles_agentes[1].modelo_id`, or of the nearest thing around it that exists.
    func place(ofPath path: String) -> String {
        var node = root
        var mark = root?.mark
        for step in path.split(whereSeparator: { ".[]".contains($0) }) {
            let next =
                Int(step).flatMap { index in node?.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
                ?? node?.mapping.flatMap { mapping in
                    mapping.first { $0.key.string == String(step) }.map { pair in
                        mark = pair.key.mark ?? mark
                        return pair.value
                    }
                }
            guard let next else { break }
            if next.mapping == nil { mark = next.mark ?? mark }
            node = next
        }
        return mark.map { "\(name):\($0.line):\($0.column)" } ?? name
    }
}

extension YAMLDocument {
    /// The document as a JSON value; numbers keep their literals, so that 0.01 USD stays 0.01 USD.
    ///
    /// - Throws: ``ConfigurationError`` for a document that aliases blow up beyond any size a person would write.
    func json() throws(ConfigurationError) -> JSONValue {
        var budget = 1_000_000
        guard let root else { return .null }
        guard let value = YAMLDocument.json(root, &budget) else {
            throw ConfigurationError(place: name, message: "the document is too large once its aliases are followed")
        }
        return value
    }

    private static func json(_ node: Node, _ budget: inout Int) -> JSONValue? {
        budget -= 1
        guard budget > 0 else { return nil }
        if let mapping = node.mapping {
            var members: [JSONObject.Member] = []
            for (key, value) in mapping {
                guard let value = json(value, &budget) else { return nil }
                members.append(.init(key: key.string ?? "", value: value))
            }
            return .object(JSONObject(members))
        }
        if let sequence = node.sequence {
            var items: [JSONValue] = []
            for item in sequence {
                guard let value = json(item, &budget) else { return nil }
                items.append(value)
            }
            return .array(items)
        }
        return scalar(node)
    }

    private static func scalar(_ node: Node) -> JSONValue {
        let text = node.string ?? ""
        switch node.tag.rawValue {
        case Tag.Name.null.rawValue: return .null
        case Tag.Name.bool.rawValue: return node.bool.map { .bool($0) } ?? .string(text)
        case Tag.Name.int.rawValue, Tag.Name.float.rawValue:
            // A literal that JSON knows too is kept; YAML's own forms (0x10, 1_000, .5) are read first.
            if let value = try? JSONValue.parse(text), value.number != nil { return value }
            if let whole = node.int { return JSONValue(whole) }
            return node.float.flatMap { JSONNumber($0) }.map { .number($0) } ?? .string(text)
        default: return .string(text)
        }
    }
}
