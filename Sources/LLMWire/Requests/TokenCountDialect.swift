package import LLMCore

/// The providers' own counts of a request's tokens, which cost nothing: Anthropic's `count_tokens` and Gemini's `countTokens`.
package enum TokenCountDialect {
    /// A client's own request for a count, for a provider of the same dialect.
    ///
    /// - Parameter target: The model, as its provider names it; reasoning that others sealed is not counted for it.
    /// - Returns: `nil` where the dialect has no such call.
    /// - Throws: ``WireError`` when the bytes are not a JSON object.
    package static func request(
        _ original: OriginalRequest, target: ModelID, quirks: DialectQuirks
    ) throws(WireError) -> WireRequest? {
        let path: String
        var body = original.body
        switch original.dialect {
        case .openai, .openaiResponses: return nil
        case .anthropic:
            path = "/messages/count_tokens"
            var splicer = try JSONSplicer(
                PassThrough.readable(
                    original.body, dialect: .anthropic, quirks: quirks,
                    foreignSeals: ReasoningSeal.foreign(to: target, original.makers)))
            splicer.set("model", to: .string(target.name))
            body = splicer.result()
        case .gemini:
            path = "/\(RequestEncoder.geminiResource(target.name)):countTokens"
            var splicer = try JSONSplicer(original.body)
            for name in inner where splicer.value(of: name)?.object != nil {
                try splicer.edit(name) { (bytes) throws(WireError) in
                    try PassThrough.geminiBody(bytes, model: target.name)
                }
            }
            body = splicer.result()
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
            body["model"] = .string(RequestEncoder.geminiName(target.name))
            body = ["generateContentRequest": .object(body)]
        }
        return WireRequest(
            method: "POST", path: quirks.pathPrefix + path,
            headers: [("content-type", "application/json")] + RequestEncoder.dialectHeaders(dialect),
            body: JSONValue.object(body).bytes)
    }

    /// The spellings of the whole request inside Gemini's.
    private static let inner = ["generateContentRequest", "generate_content_request"]

    private static let counted: Set<String> = ["model", "messages", "system", "tools", "tool_choice", "thinking"]

    /// The request that a client wants counted: Gemini's may stand inside another object.
    package static func counted(_ body: [UInt8], dialect: WireDialect) -> [UInt8] {
        guard dialect == .gemini, let value = try? JSONValue.parse(body),
            let whole = inner.lazy.compactMap({ value[$0] }).first, whole.object != nil
        else { return body }
        return whole.bytes
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
