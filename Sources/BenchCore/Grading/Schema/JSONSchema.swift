package import LLMCore

/// A JSON Schema (draft 2020-12) without `unevaluated…` and dynamic references. A keyword that it does not know is an error
/// when the dataset is read, because one that is ignored would let wrong answers pass; annotations say nothing about a value.
package struct JSONSchema {
    /// Every schema object. A reference is a place in this list, so that a schema may contain itself.
    let rules: [Rules]
    let root: Node

    enum Node: Hashable {
        /// `true`, and `{}`.
        case anything
        /// `false`.
        case nothing
        /// A place in ``JSONSchema/rules``.
        case rules(Int)
    }

    struct Rules {
        var types: [TypeName]?
        var enumeration: [JSONValue]?
        var constant: JSONValue?
        var text = TextRules()
        var number = NumberRules()
        var array = ArrayRules()
        var object = ObjectRules()
        var combined = Combined()
    }
    struct TextRules {
        var length = Bounds<Int>()
        var pattern: Pattern?
    }
    struct NumberRules {
        var range = Bounds<ExactNumber>()
        var exclusive = Bounds<ExactNumber>()
        var multipleOf: ExactNumber?
    }
    struct ArrayRules {
        var count = Bounds<Int>()
        var prefix: [Node] = []
        var items = Node.anything
        var contains: Node?
        var containsCount = Bounds<Int>()
        var isUnique = false
    }
    struct ObjectRules {
        var required: [String] = []
        var count = Bounds<Int>()
        var properties: [String: Node] = [:]
        var patterns: [(pattern: Pattern, node: Node)] = []
        var additional = Node.anything
        var names: Node?
        var dependentRequired: [(name: String, others: [String])] = []
        var dependent: [(name: String, node: Node)] = []
    }
    /// Schemas that judge the same value.
    struct Combined {
        var reference: Node?
        var all: [Node] = []
        var any: [Node] = []
        var one: [Node] = []
        var not: Node?
        var condition: Node?
        var then: Node?
        var otherwise: Node?
    }

    struct Bounds<Bound: Comparable> {
        var least: Bound?
        var most: Bound?
    }
    struct Pattern {
        var text: String
        var matcher: RegexMatcher
    }
    enum TypeName: String, CaseIterable {
        case null, boolean, object, array, number, integer, string
    }

    /// The faults of a schema that cannot be used.
    package struct Invalid: Error {
        var faults: [Fault]

        struct Fault {
            var path: [JSONLocations.Step]
            /// The value that is wrong.
            var value: JSONValue
            var message: String
        }
    }

    /// - Throws: ``Invalid`` with all that is wrong.
    package init(_ value: JSONValue) throws(Invalid) {
        var reader = JSONSchemaReader(document: value)
        let root = reader.node(JSONSchemaPlace(value: value, path: []))
        (self.rules, self.root) = (try reader.finish(), root)
    }

    /// Keywords that say something about the schema or its values without judging them, `format` as the standard has it.
    static let annotations: Set<String> = [
        "title", "description", "default", "example", "examples", "$comment", "deprecated", "readOnly", "writeOnly",
        "format", "contentEncoding", "contentMediaType", "contentSchema", "$schema", "$anchor", "$id",
        "propertyOrdering",
    ]
    /// Keywords that judge values, or hold schemas that others refer to.
    static let assertions: Set<String> = [
        "type", "enum", "const", "required", "properties", "patternProperties", "additionalProperties", "propertyNames",
        "minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "items", "prefixItems", "minItems",
        "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "pattern", "minLength", "maxLength",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "allOf", "anyOf", "oneOf", "not",
        "if", "then", "else", "$ref", "$defs", "definitions",
    ]
}

/// A value within a schema's document, with the path that leads to it.
struct JSONSchemaPlace {
    let value: JSONValue
    let path: [JSONLocations.Step]

    /// The keyword's value; `nil` where it is absent. `null` is a value here.
    subscript(key: String) -> JSONSchemaPlace? {
        value[key].map { JSONSchemaPlace(value: $0, path: path + [.key(key)]) }
    }

    var members: [(key: String, place: JSONSchemaPlace)]? {
        value.object?.map { ($0.key, JSONSchemaPlace(value: $0.value, path: path + [.key($0.key)])) }
    }
    var items: [JSONSchemaPlace]? {
        value.array?.enumerated().map { JSONSchemaPlace(value: $1, path: path + [.index($0)]) }
    }

    func fault(_ message: String) -> JSONSchema.Invalid.Fault {
        JSONSchema.Invalid.Fault(path: path, value: value, message: message)
    }

    /// Follows a JSON Pointer (RFC 6901) as a URI fragment; `nil` when it leads nowhere.
    func following(pointer: Substring) -> JSONSchemaPlace? {
        guard pointer.first == "/" else { return pointer.isEmpty ? self : nil }
        var place = self
        for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = JSONSchemaPlace.percentDecoded(token) else { return nil }
            let key = decoded.replacing("~1", with: "/").replacing("~0", with: "~")
            let next =
                if let items = place.items {
                    Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }
                } else {
                    place[key]
                }
            guard let next else { return nil }
            place = next
        }
        return place
    }

    /// The nearest value in document order whose `$anchor` is that name.
    func anchored(_ name: Substring) -> JSONSchemaPlace? {
        if let given = value["$anchor"]?.string, given == name { return self }
        let inner = members?.map(\.place) ?? items ?? []
        for place in inner {
            if let found = place.anchored(name) { return found }
        }
        return nil
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        guard text.contains("%") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
