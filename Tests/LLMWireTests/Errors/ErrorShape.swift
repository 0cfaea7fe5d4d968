import LLMCore

@testable import LLMWire

/// The forms in which servers send the same sentence.
enum ErrorShape: String, CaseIterable, Sendable {
    case openai, anthropic, gemini, geminiList, xai, detail, detailObject, findings, errors, errorsOfStrings, message,
        msg
    case capitals, nested, gateway, problem, event, plain, xml

    var dialect: WireDialect {
        switch self {
        case .anthropic: .anthropic
        case .gemini, .geminiList: .gemini
        default: .openai
        }
    }

    func body(_ text: String, status: Int) -> [UInt8] {
        let words: JSONValue = .string(text)
        switch self {
        case .plain: return Array(text.utf8)
        case .xml: return Array("<Error><Code>X</Code><Message>\(text)</Message></Error>".utf8)
        case .event: return Array("event: error\ndata: \(json(words, status).text)\n\n".utf8)
        default: return json(words, status).bytes
        }
    }

    private func json(_ words: JSONValue, _ status: Int) -> JSONValue {
        switch self {
        case .anthropic: ["type": "error", "error": ["type": "some_error", "message": words], "request_id": "r"]
        case .gemini: ["error": ["code": JSONValue(status), "message": words, "status": "SOME_STATUS"]]
        case .geminiList: [["error": ["code": JSONValue(status), "message": words, "status": "SOME_STATUS"]]]
        case .xai: ["code": "some-slug", "error": words]
        case .detail: ["detail": words]
        case .detailObject: ["detail": ["error": words]]
        case .findings: ["detail": [["loc": ["body"], "msg": words, "type": "some"]]]
        case .errors:
            ["success": false, "result": .null, "errors": [["code": 7_003, "message": words]], "messages": []]
        case .errorsOfStrings: ["success": false, "errors": [words]]
        case .message: ["statusCode": JSONValue(status), "message": words]
        case .msg: ["success": false, "msg": words]
        case .capitals: ["Message": words, "__type": "SomeException"]
        case .nested: ["error": ["message": .string(JSONValue.object(["error": ["message": words]]).text)]]
        case .gateway:
            [
                "error": [
                    "message": "Provider returned error", "code": JSONValue(status),
                    "metadata": ["raw": .string(JSONValue.object(["message": words]).text), "provider_name": "p"],
                ]
            ]
        case .problem: ["type": "about:blank", "title": "Problem", "status": JSONValue(status), "detail": words]
        case .openai, .event, .plain, .xml:
            ["error": ["message": words, "type": "some_error", "param": .null, "code": .null]]
        }
    }

    /// What the sentence means in this form.
    func classify(
        _ text: String, status: Int, headers: [(name: String, value: String)] = [], now: Int64? = nil
    ) -> (outcome: AttemptClass, words: ProviderFailure, limits: RateLimitReading?) {
        let verdict = ErrorClassifier.classify(
            status: status, headers: headers, body: body(text, status: status), dialect: dialect, quirks: .generic,
            receivedAt: now)
        return (verdict.0, verdict.1, verdict.2)
    }
}
