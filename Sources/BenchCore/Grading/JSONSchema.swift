import LLMCore

/// The part of JSON Schema that assertions may use. Any keyword outside it is an error when the dataset is read, because
/// one that is ignored would let wrong answers pass.
indirect enum JSONSchema {
    /// `true`, and `{}`.
    case anything
    /// `false`.
    case nothing
    case rules(Rules)

    struct Rules {
        var types: [TypeName]?
        var enumeration: [JSONValue]?
        var pattern: String?
        var length = Bounds<Int>()
        var number = Bounds<Double>()
        var exclusive = Bounds<Double>()
        var itemCount = Bounds<Int>()
        var items: JSONSchema = .anything
        var required: [String] = []
        var memberCount = Bounds<Int>()
        var properties: [String: JSONSchema] = [:]
        var additional: JSONSchema = .anything
    }

    struct Bounds<Bound: Comparable> {
        var least: Bound?
        var most: Bound?
    }

    enum TypeName: String, CaseIterable {
        case null, boolean, object, array, number, integer, string
    }

    /// The reason for which a schema cannot be used, with its place.
    struct Invalid: Error {
        var path: [JSONLocations.Step]
        /// The value that is wrong.
        var value: JSONValue
        var message: String
    }

    static let keywords: Set<String> = [
        "type", "enum", "required", "properties", "additionalProperties", "minProperties", "maxProperties", "items",
        "minItems", "maxItems", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum",
    ]

    /// - Throws: ``Invalid`` for the first thing that is wrong.
    init(_ value: JSONValue) throws(Invalid) { self = try JSONSchemaReader(value: value, path: []).schema() }
}
