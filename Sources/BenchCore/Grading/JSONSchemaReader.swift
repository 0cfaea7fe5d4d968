import LLMCore

/// Reads one level of a schema.
struct JSONSchemaReader {
    let value: JSONValue
    let path: [JSONLocations.Step]

    func schema() throws(JSONSchema.Invalid) -> JSONSchema {
        switch value {
        case .bool(let allowed): return allowed ? .anything : .nothing
        case .object(let object) where object.isEmpty: return .anything
        case .object(let object): return .rules(try rules(object))
        default: throw invalid("expected a schema (an object, true or false), found \(value.kind)")
        }
    }

    private func rules(_ object: JSONObject) throws(JSONSchema.Invalid) -> JSONSchema.Rules {
        if let unknown = object.first(where: { !JSONSchema.keywords.contains($0.key) }) {
            let known = JSONSchema.keywords.sorted().joined(separator: ", ")
            throw child(unknown.key).invalid(
                "keyword \(unknown.key.shown(limit: 40)) is not supported; known: \(known)")
        }
        var rules = JSONSchema.Rules()
        rules.types = try types()
        rules.enumeration = try enumeration()
        rules.pattern = try pattern()
        rules.required = try strings("required")
        rules.length = try counts("minLength", "maxLength")
        rules.itemCount = try counts("minItems", "maxItems")
        rules.memberCount = try counts("minProperties", "maxProperties")
        rules.number = try .init(least: number("minimum"), most: number("maximum"))
        rules.exclusive = try .init(least: number("exclusiveMinimum"), most: number("exclusiveMaximum"))
        if object["items"] != nil { rules.items = try child("items").schema() }
        if object["additionalProperties"] != nil { rules.additional = try child("additionalProperties").schema() }
        rules.properties = try properties()
        return rules
    }

    private func types() throws(JSONSchema.Invalid) -> [JSONSchema.TypeName]? {
        guard let given = value["type"] else { return nil }
        let names = given.array ?? [given]
        var types: [JSONSchema.TypeName] = []
        for name in names {
            guard let type = name.string.flatMap(JSONSchema.TypeName.init(rawValue:)) else {
                let known = JSONSchema.TypeName.allCases.map(\.rawValue).joined(separator: ", ")
                throw child("type").invalid("expected one or several of \(known)")
            }
            types.append(type)
        }
        guard !types.isEmpty else { throw child("type").invalid("expected at least one type") }
        return types
    }

    private func enumeration() throws(JSONSchema.Invalid) -> [JSONValue]? {
        guard let given = value["enum"] else { return nil }
        guard let values = given.array, !values.isEmpty else {
            throw child("enum").invalid("expected an array of at least one value")
        }
        return values
    }

    private func pattern() throws(JSONSchema.Invalid) -> String? {
        guard let given = value["pattern"] else { return nil }
        guard let pattern = given.string else {
            throw child("pattern").invalid("expected a string, found \(given.kind)")
        }
        do throws(RegexMatcher.InvalidPattern) {
            _ = try RegexMatcher(pattern)
        } catch {
            throw child("pattern").invalid("not a regular expression: \(error.message)")
        }
        return pattern
    }

    private func properties() throws(JSONSchema.Invalid) -> [String: JSONSchema] {
        guard let given = value["properties"] else { return [:] }
        guard let object = given.object else {
            throw child("properties").invalid("expected an object, found \(given.kind)")
        }
        var properties: [String: JSONSchema] = [:]
        for member in object { properties[member.key] = try child("properties").child(member.key).schema() }
        return properties
    }

    private func strings(_ key: String) throws(JSONSchema.Invalid) -> [String] {
        guard let given = value[key] else { return [] }
        let strings = given.array?.compactMap(\.string)
        guard let strings, strings.count == given.array?.count else {
            throw child(key).invalid("expected an array of strings")
        }
        return strings
    }

    private func counts(_ least: String, _ most: String) throws(JSONSchema.Invalid) -> JSONSchema.Bounds<Int> {
        try .init(least: count(least), most: count(most))
    }

    private func count(_ key: String) throws(JSONSchema.Invalid) -> Int? {
        guard let given = value[key] else { return nil }
        guard let count = given.int, count >= 0 else { throw child(key).invalid("expected a whole number, 0 or more") }
        return count
    }

    private func number(_ key: String) throws(JSONSchema.Invalid) -> Double? {
        guard let given = value[key] else { return nil }
        guard let number = given.double, number.isFinite else {
            throw child(key).invalid("expected a number, found \(given.kind)")
        }
        return number
    }

    private func child(_ key: String) -> JSONSchemaReader {
        JSONSchemaReader(value: value[key] ?? .null, path: path + [.key(key)])
    }
    private func invalid(_ message: String) -> JSONSchema.Invalid {
        JSONSchema.Invalid(path: path, value: value, message: message)
    }
}
