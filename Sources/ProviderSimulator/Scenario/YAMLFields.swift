import LLMCore
import Yams

/// Reads one mapping of a scenario strictly: every key known, every value of its type, errors with line and column.
struct YAMLFields {
    let file: String
    private let node: Node
    private let members: [String: Node]

    init(_ node: Node, file: String, keys: [String], what: String) throws(ScenarioError) {
        self.file = file
        self.node = node
        guard let mapping = node.mapping else {
            throw YAMLFields.error(node, file, "expected \(what), a mapping")
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.string, keys.contains(name) else {
                let shown = key.string ?? "?"
                throw YAMLFields.error(
                    key, file, "unknown key '\(shown)' in \(what); known are \(keys.joined(separator: ", "))")
            }
            guard members[name] == nil else { throw YAMLFields.error(key, file, "'\(name)' is given twice") }
            members[name] = value
        }
        self.members = members
    }

    func has(_ key: String) -> Bool { members[key] != nil }
    func node(_ key: String) -> Node? { members[key] }

    func string(_ key: String) throws(ScenarioError) -> String? {
        guard let node = members[key] else { return nil }
        guard let text = node.scalar?.string else { throw error(node, "'\(key)' must be a string") }
        return text
    }

    func required(_ key: String) throws(ScenarioError) -> String {
        guard let text = try string(key) else { throw error(node, "'\(key)' is missing") }
        return text
    }

    func bool(_ key: String) throws(ScenarioError) -> Bool? {
        guard let node = members[key] else { return nil }
        guard let flag = node.bool else { throw error(node, "'\(key)' must be true or false") }
        return flag
    }

    func int(_ key: String, _ range: ClosedRange<Int> = 0...Int.max) throws(ScenarioError) -> Int? {
        guard let node = members[key] else { return nil }
        guard let int = node.int, range.contains(int) else {
            let bounds =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "in \(range.lowerBound)...\(range.upperBound)"
            throw error(node, "'\(key)' must be a whole number \(bounds)")
        }
        return int
    }

    func double(_ key: String, _ range: ClosedRange<Double> = 0...Double.infinity) throws(ScenarioError) -> Double? {
        guard let node = members[key] else { return nil }
        guard let value = node.float ?? node.int.map(Double.init), range.contains(value) else {
            let bounds =
                range.upperBound.isFinite
                ? "in \(range.lowerBound)...\(range.upperBound)" : "of at least \(range.lowerBound)"
            throw error(node, "'\(key)' must be a number \(bounds)")
        }
        return value
    }

    func strings(_ key: String) throws(ScenarioError) -> [String]? {
        guard let nodes = try nodes(key) else { return nil }
        var out: [String] = []
        for node in nodes {
            guard let text = node.scalar?.string else { throw error(node, "'\(key)' must hold strings") }
            out.append(text)
        }
        return out
    }

    func nodes(_ key: String) throws(ScenarioError) -> [Node]? {
        guard let node = members[key] else { return nil }
        guard let sequence = node.sequence else { throw error(node, "'\(key)' must be a list") }
        return Array(sequence)
    }

    /// A value of an enumeration by its spelling.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Value.Type
    ) throws(ScenarioError) -> Value? where Value.RawValue == String {
        guard let node = members[key] else { return nil }
        guard let value = node.string.flatMap(Value.init) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(node, "'\(key)' must be one of \(known)")
        }
        return value
    }

    func fields(_ key: String, keys: [String]) throws(ScenarioError) -> YAMLFields? {
        guard let node = members[key] else { return nil }
        return try YAMLFields(node, file: file, keys: keys, what: "'\(key)'")
    }

    func error(_ node: Node, _ message: String) -> ScenarioError { YAMLFields.error(node, file, message) }
    func error(_ message: String) -> ScenarioError { YAMLFields.error(node, file, message) }

    private static func error(_ node: Node, _ file: String, _ message: String) -> ScenarioError {
        ScenarioError(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message)
    }

    /// Any node as JSON: what a fault's `body` may be.
    static func json(_ node: Node) -> JSONValue {
        if let mapping = node.mapping {
            return .object(JSONObject(mapping.map { .init(key: $0.key.string ?? "", value: json($0.value)) }))
        }
        if let sequence = node.sequence { return .array(sequence.map(json)) }
        if node.scalar?.style == .plain {
            if node.null != nil { return .null }
            if let flag = node.bool { return .bool(flag) }
            if let int = node.int { return JSONValue(int) }
            if let double = node.float { return JSONValue(double) }
        }
        return .string(node.string ?? "")
    }
}

/// An error in a scenario file, with its place.
package struct ScenarioError: Error, Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// One-based.
    package var line: Int
    package var column: Int
    package var message: String
    package var description: String { "\(file):\(line):\(column): \(message)" }

    package init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}
