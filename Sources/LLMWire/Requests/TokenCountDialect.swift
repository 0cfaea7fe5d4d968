public import LLMCore

/// The providers' own counts of a request's tokens, which cost nothing: Anthropic's `count_tokens` and Gemini's `countTokens`.
public enum TokenCountDialect {
    /// A client's own request for a count, for a provider of the same dialect.
    ///
    /// - Parameter model: The provider's own name of the model.
    /// - Returns: `nil` where the dialect has no such call.
    /// - Throws: ``WireError`` when the bytes are not a JSON object.
    public static func request(
        _ original: OriginalRequest, model: String, quirks: DialectQuirks
    ) throws(WireError) -> WireRequest? {
        let path: String
        var body = original.body
        switch original.dialect {
        case .openai, .openaiResponses: return nil
        case .anthropic:
            path = "/messages/count_tokens"
            var splicer = try JSONSplicer(original.body)
            splicer.set("model", to: .string(model))
            body = splicer.result()
        case .gemini: path = "/\(RequestEncoder.geminiResource(model)):countTokens"
        }
        return WireRequest(
            method: "POST", path: quirks.pathPrefix + path,
            headers: [("content-type", "application/json")] + RequestEncoder.dialectHeaders(original.dialect)
                + original.headers.fields.map { ($0.name, $0.value) },
            body: body)
    }

    /// A request for a count of a client's request in another dialect, translated as the request itself is.
    ///
    /// - Returns: `nil` where the dialect has no such call.
    /// - Throws: ``WireError`` when the dialect cannot express the request.
    package static func request(
        translating request: ChatRequest, dialect: WireDialect, quirks: DialectQuirks, target: ModelID
    ) throws(WireError) -> WireRequest? {
        guard dialect == .anthropic || dialect == .gemini else { return nil }
        var request = request
        request.stream = false
        let asked = try RequestEncoder.encode(
            request, model: target.name, dialect: dialect, quirks: quirks, target: target)
        var body = (try? JSONValue.parse(asked.body))?.object ?? JSONObject()
        var path = "/messages/count_tokens"
        if dialect == .anthropic {
            // It refuses what has no tokens.
            for member in body where !counted.contains(member.key) { body[member.key] = nil }
        } else {
            path = "/\(RequestEncoder.geminiResource(target.name)):countTokens"
            let name = target.name.contains("/") ? target.name : "models/\(target.name)"
            body["model"] = .string(name)
            body = ["generateContentRequest": .object(body)]
        }
        return WireRequest(
            method: "POST", path: quirks.pathPrefix + path,
            headers: [("content-type", "application/json")] + RequestEncoder.dialectHeaders(dialect),
            body: JSONValue.object(body).bytes)
    }

    private static let counted: Set<String> = ["model", "messages", "system", "tools", "tool_choice", "thinking"]

    /// The request that a client wants counted: Gemini's may stand inside another object.
    package static func counted(_ body: [UInt8], dialect: WireDialect) -> [UInt8] {
        guard dialect == .gemini, let value = try? JSONValue.parse(body),
            let inner = value["generateContentRequest"] ?? value["generate_content_request"], inner.object != nil
        else { return body }
        return inner.bytes
    }

    /// A provider's count in the words of a client's dialect; `nil` when there is none.
    package static func answer(_ body: [UInt8], from provider: WireDialect, to client: WireDialect) -> [UInt8]? {
        let value = try? JSONValue.parse(body)
        guard let count = (provider == .gemini ? value?["totalTokens"] : value?["input_tokens"])?.int else {
            return nil
        }
        let name = client == .gemini ? "totalTokens" : "input_tokens"
        return JSONValue.object([name: JSONValue(count)]).bytes
    }
}
