import LLMCore

/// The schemas of Gemini's callers, a subset of OpenAPI 3.0's, as the JSON Schema that all others read.
enum OpenAPISchema {
    /// Spellings of Gemini's snake case, which it accepts.
    private static let camelCase = [
        "any_of": "anyOf", "min_items": "minItems", "max_items": "maxItems", "min_length": "minLength",
        "max_length": "maxLength", "min_properties": "minProperties", "max_properties": "maxProperties",
        "property_ordering": "propertyOrdering", "additional_properties": "additionalProperties",
        "prefix_items": "prefixItems",
    ]

    /// Formats that say no more than the type, or only that there is an `enum`: validators of JSON Schema do not know them.
    private static let bareFormats: Set<String> = ["enum", "int32", "int64", "float", "double"]

    /// - Parameter closesObjects: Objects get no members but those named, as Gemini writes them; others demand that it is said.
    static func jsonSchema(_ schema: JSONValue, closesObjects: Bool = false) -> JSONValue {
        guard let source = schema.object else { return schema }
        var fields = JSONObject()
        for member in source where !member.value.isNull {
            fields[camelCase[member.key] ?? member.key] = member.value
        }
        let isNullable = fields["nullable"] == true
        let order = fields["propertyOrdering"]?.array?.compactMap(\.string) ?? []
        var out = JSONObject()
        for member in fields {
            let convert = { (value: JSONValue) in jsonSchema(value, closesObjects: closesObjects) }
            switch member.key {
            case "nullable", "propertyOrdering": break
            case "type": out.put("type", type(member.value, isNullable: isNullable))
            case "format": if !bareFormats.contains(member.value.string ?? "") { out["format"] = member.value }
            case "enum": out["enum"] = choices(member.value, isNullable: isNullable)
            case "example": out["examples"] = [member.value]
            case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
                out[member.key] = count(member.value)
            case "properties", "defs", "$defs":
                out[member.key == "properties" ? "properties" : "$defs"] = members(member.value, order, convert)
            case "items", "additionalProperties": out[member.key] = convert(member.value)
            case "ref": out["$ref"] = reference(member.value)
            case "anyOf", "prefixItems":
                var values = (member.value.array ?? []).map(convert)
                if member.key == "anyOf", isNullable { values.append(["type": "null"]) }
                out[member.key] = .array(values)
            default: out[member.key] = member.value
            }
        }
        if closesObjects, out["properties"] != nil, out["additionalProperties"] == nil {
            out["additionalProperties"] = false
        }
        return .object(out)
    }

    /// In lower case, beside `null` where that is allowed; `nil` where it is not specified.
    private static func type(_ value: JSONValue, isNullable: Bool) -> JSONValue? {
        var names = (value.array ?? [value]).compactMap { $0.string?.lowercased() }
        names.removeAll { $0 == "type_unspecified" }
        if isNullable, !names.isEmpty, !names.contains("null") { names.append("null") }
        return names.count == 1 ? .string(names[0]) : names.isEmpty ? nil : .array(names.map(JSONValue.string))
    }

    private static func choices(_ value: JSONValue, isNullable: Bool) -> JSONValue {
        guard isNullable, let values = value.array, !values.contains(.null) else { return value }
        return .array(values + [.null])
    }

    /// A whole number, which JSON of protocol buffers writes as a string.
    private static func count(_ value: JSONValue) -> JSONValue {
        value.string.flatMap(Int.init).map { JSONValue($0) } ?? value
    }

    private static func members(
        _ value: JSONValue, _ order: [String], _ convert: (JSONValue) -> JSONValue
    ) -> JSONValue {
        guard let object = value.object else { return value }
        var out = JSONObject()
        for key in order + object.keys { if let schema = object[key] { out[key] = convert(schema) } }
        return .object(out)
    }

    private static func reference(_ value: JSONValue) -> JSONValue {
        guard let path = value.string, path.hasPrefix("#/defs/") else { return value }
        return .string("#/$defs/" + path.dropFirst("#/defs/".count))
    }
}
