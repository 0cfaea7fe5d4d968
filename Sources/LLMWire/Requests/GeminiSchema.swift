import LLMCore

/// Which of Gemini's two fields a JSON Schema belongs into.
enum GeminiSchema {
    /// The keywords of `responseSchema`, a subset of OpenAPI's; any other is refused there and goes into the full field.
    private static let keywords: Set<String> = [
        "type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties", "required",
        "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "example", "anyOf", "propertyOrdering",
        "default", "items", "minimum", "maximum",
    ]

    static func isOpenAPISubset(_ schema: JSONValue) -> Bool {
        guard let object = schema.object else { return false }
        return object.allSatisfy { member in
            guard keywords.contains(member.key) else { return false }
            switch member.key {
            // A list of types is JSON Schema's; OpenAPI has one.
            case "type": return member.value.string != nil
            case "properties": return member.value.object?.allSatisfy { isOpenAPISubset($0.value) } ?? false
            case "items": return isOpenAPISubset(member.value)
            case "anyOf": return member.value.array?.allSatisfy(isOpenAPISubset) ?? false
            default: return true
            }
        }
    }
}
