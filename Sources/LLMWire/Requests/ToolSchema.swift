import LLMCore

extension ToolDefinition {
    /// The parameters as the schema of an object, which providers demand also of a tool that takes none.
    var objectSchema: JSONValue {
        guard let object = parameters.object, !object.isEmpty else {
            return ["type": "object", "properties": [:]]
        }
        guard object["type"] == nil else { return parameters }
        var typed: JSONObject = ["type": "object"]
        for member in object { typed[member.key] = member.value }
        return .object(typed)
    }

    /// It takes no parameters: Gemini refuses an object without properties.
    var takesNothing: Bool {
        guard let object = parameters.object else { return true }
        let named = object.filter {
            !["type", "properties", "additionalProperties", "required"].contains($0.key)
        }
        return named.isEmpty && object["properties"]?.object?.isEmpty ?? true
            && (object["additionalProperties"] ?? false) == false
    }
}
