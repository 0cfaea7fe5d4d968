public import LLMCore

/// Writes a request in a provider's dialect.
///
/// Fields that the request leaves out are left out on the wire, with two exceptions that ``DialectQuirks`` name: an
/// output limit where one is required, and usage in streams. A seed is dropped where a dialect has none, because it
/// promises nothing anywhere; anything else that cannot be said is an error.
public enum RequestEncoder {
    /// - Parameters:
    ///   - model: The provider's own name of the model.
    ///   - target: The model asked, so that sealed reasoning of another is not sent to it; `nil` sends all.
    /// - Throws: ``WireError`` when the dialect cannot express the request, or the original bytes are not a JSON object.
    public static func encode(
        _ request: ChatRequest, model: String, dialect: WireDialect, quirks: DialectQuirks, target: ModelID? = nil
    ) throws(WireError) -> WireRequest {
        let body: [UInt8]
        var headers = dialectHeaders(dialect)
        if let original = request.original, original.dialect == dialect {
            body = try PassThrough.splice(
                original.body, model: model, stream: request.stream, dialect: dialect, quirks: quirks,
                foreignSeals: target.map { ReasoningSeal.foreign(to: $0, original.makers) } ?? [])
            headers += original.headers.fields.map { ($0.name, $0.value) }
        } else {
            if let original = request.original, let part = Untranslatable.part(of: original, in: dialect) {
                throw WireError(.unsupported, "\(part) cannot be said in the \(dialect.rawValue) dialect")
            }
            let history = request.foreignHistory(for: target, in: dialect)
            var request = request.addressed(to: target)
            request.messages = request.messages.withCallIDs()
            request.parameters.serviceTier = ServiceTier.sent(request, to: dialect)
            if let part = history ?? request.inexpressible(in: dialect, quirks) {
                throw WireError(.unsupported, "\(part) cannot be said in the \(dialect.rawValue) dialect")
            }
            var object = try self.object(request, model: model, dialect: dialect, quirks: quirks)
            for field in quirks.omittedFields { object[field] = nil }
            body = JSONValue.object(object).bytes
        }
        let accept = request.stream ? "text/event-stream" : "application/json"
        return WireRequest(
            method: "POST", path: quirks.pathPrefix + path(dialect, model: model, stream: request.stream),
            query: dialect == .gemini && request.stream ? [("alt", "sse")] : [],
            headers: [("content-type", "application/json"), ("accept", accept)] + headers, body: body)
    }

    /// Headers that every request of the dialect carries.
    static func dialectHeaders(_ dialect: WireDialect) -> [(String, String)] {
        dialect == .anthropic ? [("anthropic-version", "2023-06-01")] : []
    }

    private static func object(
        _ request: ChatRequest, model: String, dialect: WireDialect, quirks: DialectQuirks
    ) throws(WireError) -> JSONObject {
        switch dialect {
        case .openai: chatObject(request, model: model, quirks: quirks)
        case .openaiResponses: try responsesObject(request.withAUser, model: model, quirks: quirks)
        case .anthropic: try anthropicObject(request.withSystemInFront, model: model, quirks: quirks)
        case .gemini: try geminiObject(request.withSystemInFront, model: model, quirks: quirks)
        }
    }

    private static func path(_ dialect: WireDialect, model: String, stream: Bool) -> String {
        switch dialect {
        case .openai: "/chat/completions"
        case .openaiResponses: "/responses"
        case .anthropic: "/messages"
        case .gemini: "/\(geminiResource(model)):\(stream ? "streamGenerateContent" : "generateContent")"
        }
    }

    /// Temperatures above what the server accepts are lowered; below zero none is valid anywhere.
    static func temperature(_ value: Double?, quirks: DialectQuirks) -> Double? {
        value.map { max(0, min($0, quirks.maximumTemperature ?? .infinity)) }
    }

    /// The system messages in front, as one text, and the rest of the conversation.
    static func splitSystem(_ messages: [Message]) -> (system: String?, rest: [Message]) {
        let count = messages.systemCount
        let texts = messages[..<count].map(\.text).filter { !$0.isBlank }
        return (texts.isEmpty ? nil : texts.joined(separator: "\n\n"), Array(messages[count...]))
    }
}

extension JSONObject {
    /// Sets a member where there is a value; `nil` leaves it out.
    mutating func put(_ key: String, _ value: JSONValue?) {
        if let value { self[key] = value }
    }
}
