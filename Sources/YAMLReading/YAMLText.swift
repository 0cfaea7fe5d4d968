package import LLMCore
package import Yams

/// A YAML text as a tree of nodes, each with its place, by the core schema of YAML 1.2.
package struct YAMLText {
    /// `nil` for an empty text.
    package let root: Node?

    /// The reason why a text is not YAML, with its place where there is one.
    package struct Fault: Error, Hashable {
        package var line: Int?
        package var column: Int?
        package var message: String
    }

    package init(_ text: String) throws(Fault) {
        let parsed: Node?
        do {
            parsed = try compose(yaml: text)
        } catch {
            throw Fault(error)
        }
        var core = CoreNode(budget: JSONValue.mostYAMLValues)
        // One that aliases blow up stays as it is: it has no value either.
        root = try parsed.map { node throws(Fault) in try core.rewritten(node) ?? node }
    }
}

extension YAMLText.Fault {
    fileprivate init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            self.init(line: mark.line, column: mark.column, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context)?:
            self.init(
                line: context.mark.line, column: context.mark.column,
                message: "keys given twice: \(keys.joined(separator: ", "))")
        default: self.init(message: "not YAML")
        }
    }
}

extension JSONValue {
    /// Most values of one text, aliases followed.
    fileprivate static let mostYAMLValues = 1_000_000

    /// The value of a node of YAML; numbers keep their literals, so that 0.01 USD stays 0.01 USD.
    ///
    /// - Returns: `nil` where aliases blow it up beyond any size that a person would write.
    package init?(yaml node: Node) {
        var budget = JSONValue.mostYAMLValues
        self.init(node, &budget)
    }

    private init?(_ node: Node, _ budget: inout Int) {
        budget -= 1
        guard budget > 0 else { return nil }
        if let mapping = node.mapping {
            var members: [JSONObject.Member] = []
            for (key, value) in mapping {
                guard let value = JSONValue(value, &budget) else { return nil }
                members.append(.init(key: key.string ?? "", value: value))
            }
            self = .object(JSONObject(members))
        } else if let sequence = node.sequence {
            var items: [JSONValue] = []
            for item in sequence {
                guard let value = JSONValue(item, &budget) else { return nil }
                items.append(value)
            }
            self = .array(items)
        } else {
            self = .scalar(node)
        }
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
