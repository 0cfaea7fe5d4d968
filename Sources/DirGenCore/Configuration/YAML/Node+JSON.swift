import LLMCore
import Yams

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
