import Yams

/// A rewriting of a tree of nodes by the core schema of YAML 1.2, as js-yaml reads it; the parser underneath knows 1.1.
///
/// Only `true` and `false` are booleans, `12:30` is a text, `010` is ten. `<<` merges mappings: members written out win, then
/// the mapping named first.
struct CoreNode {
    /// Nodes left to rewrite: aliases may stand for more than the memory holds.
    private var budget: Int

    init(budget: Int) { self.budget = budget }

    /// - Returns: `nil` beyond the budget.
    /// - Throws: ``YAMLText/Fault`` where something is merged that is no mapping.
    mutating func rewritten(_ node: Node) throws(YAMLText.Fault) -> Node? {
        budget -= 1
        guard budget > 0 else { return nil }
        switch node {
        case .scalar(let scalar): return .scalar(CoreNode.scalar(scalar))
        case .sequence(var sequence):
            for index in sequence.indices {
                guard let item = try rewritten(sequence[index]) else { return nil }
                sequence[index] = item
            }
            return .sequence(sequence)
        case .mapping(let mapping): return try self.mapping(mapping).map { .mapping($0) }
        case .alias: return node
        }
    }

    private mutating func mapping(_ mapping: Node.Mapping) throws(YAMLText.Fault) -> Node.Mapping? {
        var pairs: [(Node, Node)] = []
        var places: [Node: Int] = [:]
        var merged: Set<Node> = []
        for (key, value) in mapping {
            guard let value = try rewritten(value) else { return nil }
            guard !key.isMerge else {
                for (key, value) in try CoreNode.sources(value, at: key).flatMap(Array.init) where places[key] == nil {
                    budget -= 1
                    places[key] = pairs.count
                    merged.insert(key)
                    pairs.append((key, value))
                }
                continue
            }
            if let place = places[key], merged.remove(key) != nil {
                pairs[place] = (key, value)
            } else {
                places[key] = pairs.count
                pairs.append((key, value))
            }
        }
        return Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark, mapping.anchor)
    }

    /// The mappings that a `<<` merges.
    private static func sources(_ value: Node, at key: Node) throws(YAMLText.Fault) -> [Node.Mapping] {
        let nodes = value.sequence.map(Array.init) ?? [value]
        let mappings = nodes.compactMap(\.mapping)
        guard mappings.count == nodes.count else {
            let mark = value.mark ?? key.mark
            throw YAMLText.Fault(
                line: mark?.line, column: mark?.column, message: "<< merges a mapping, or a list of mappings")
        }
        return mappings
    }

    private static let otherBooleans: Set<String> = ["yes", "no", "on", "off"]

    private static func scalar(_ scalar: Node.Scalar) -> Node.Scalar {
        guard scalar.style == .plain || scalar.style == .any, scalar.string.utf8.count <= 64 else { return scalar }
        let text = scalar.string
        var scalar = scalar
        // What has a tag of its own, such as `!!str`, keeps it.
        if otherBooleans.contains(text.lowercased()) || isSexagesimal(text) {
            scalar.tag = Tag(.str)
            // The parser takes an unquoted text for a number whatever its tag.
            scalar.style = .singleQuoted
        } else if scalar.tag == .implicit, let decimal = withoutLeadingZeros(text) {
            scalar.string = decimal
        }
        return scalar
    }

    private static func isSexagesimal(_ text: String) -> Bool {
        text.contains(":") && text.allSatisfy { $0.isASCII && $0.isNumber || "_:.+-".contains($0) }
    }

    /// `10` of `010`; `nil` of all that is no whole decimal number with zeros before it.
    private static func withoutLeadingZeros(_ text: String) -> String? {
        let sign = text.prefix { $0 == "-" || $0 == "+" }
        let digits = text.dropFirst(sign.count).filter { $0 != "_" }
        guard sign.count <= 1, digits.count > 1, digits.first == "0", digits.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        let rest = digits.drop { $0 == "0" }
        return (sign == "-" ? "-" : "") + (rest.isEmpty ? "0" : rest)
    }
}

extension Node {
    /// The key `<<`, not quoted.
    fileprivate var isMerge: Bool {
        guard let scalar, scalar.string == "<<" else { return false }
        return scalar.style == .plain || scalar.style == .any
    }
}
