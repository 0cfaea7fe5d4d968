import LLMCore

/// Words a failure as a provider does: status, body, and the headers that say whether and when to try again.
package enum ErrorWriter {
    /// - Parameter requestID: The exchange's name, which Anthropic repeats in the body.
    package static func response(
        _ error: ServedError, flavour: ServerFlavour, requestID: String = ""
    ) -> ServedResponse {
        let encoded = body(error, flavour: flavour, requestID: requestID)
        let headers = headers(error, flavour: flavour, status: encoded.status)
        guard flavour.errors != .plainText else {
            let text = words(error, shape: .plainText).message + "\n"
            return ServedResponse(
                status: encoded.status,
                headers: [WireHeader("content-type", "text/plain; charset=utf-8")] + headers, body: Array(text.utf8))
        }
        let bytes = flavour.pretty ? Array((encoded.value.prettyText + "\n").utf8) : encoded.value.bytes
        let type = flavour.dialect == .gemini ? "application/json; charset=UTF-8" : "application/json"
        return ServedResponse(
            status: encoded.status, headers: [WireHeader("content-type", type)] + headers, body: bytes)
    }

    /// The body alone, which streams carry too.
    static func body(
        _ error: ServedError, flavour: ServerFlavour, requestID: String = ""
    ) -> (status: Int, value: JSONValue) {
        let words = words(error, shape: flavour.errors, responses: flavour.dialect == .openaiResponses)
        let type: JSONValue = .string(words.type)
        let code: JSONValue = words.code.map { .string($0) } ?? .null
        let message: JSONValue = .string(words.message)
        switch flavour.errors {
        case .openai:
            let field = error.rejection?.field ?? error.told?.param ?? ""
            let param: JSONValue = field.isEmpty ? .null : .string(field)
            return (words.status, ["error": ["message": message, "type": type, "param": param, "code": code]])
        case .groq:
            var inner: JSONObject = ["message": message, "type": type]
            if let word = words.code { inner["code"] = .string(word) }
            return (words.status, ["error": .object(inner)])
        case .xai: return (words.status, ["code": type, "error": message])
        case .anthropic:
            var object: JSONObject = ["type": "error", "error": ["type": type, "message": message]]
            if !requestID.isEmpty { object["request_id"] = .string(requestID) }
            return (words.status, .object(object))
        case .gemini:
            return (words.status, ["error": .object(gemini(error, words))])
        case .llamaCpp, .plainText:
            return (words.status, ["error": ["code": JSONValue(words.status), "message": message, "type": type]])
        }
    }

    static func words(
        _ error: ServedError, shape: ServerFlavour.ErrorShape, responses: Bool = false
    ) -> ErrorTable.Row {
        var row = ErrorTable.row(error.kind, shape, responses: responses)
        if let model = error.model { row.message = row.message.replacing("%m", with: model) }
        if let rejection = error.rejection {
            let phrase = RejectionPhrase.words(rejection, shape)
            row.message = phrase.message
            row.code = phrase.code
            if let status = phrase.status { row.status = status }
        }
        if error.kind == .auth, error.keyMissing { missingKey(&row, shape) }
        if error.kind == .rateLimited { describeLimit(&row, error, shape) }
        if let told = error.told, told.type != nil || told.code != nil {
            row.type = told.type ?? row.type
            // Gemini's is the status; its reasons are details.
            if shape != .gemini { row.code = told.code }
        }
        if let message = error.message { row.message = message }
        if let status = error.status { row.status = status }
        return row
    }

    private static func missingKey(_ row: inout ErrorTable.Row, _ shape: ServerFlavour.ErrorShape) {
        switch shape {
        case .openai:
            row.code = nil
            row.message =
                "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
        case .xai:
            row = ErrorTable.Row(
                401, "no-credentials", nil, "No API key provided in the Authorization header.")
        case .anthropic: row.message = "x-api-key header is required"
        case .gemini:
            row = ErrorTable.Row(
                403, "PERMISSION_DENIED", nil,
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API."
            )
        case .groq, .llamaCpp, .plainText: break
        }
    }

    private static func describeLimit(
        _ row: inout ErrorTable.Row, _ error: ServedError, _ shape: ServerFlavour.ErrorShape
    ) {
        let model = error.model ?? "this model"
        let wait = error.retryAfter.map { GoDuration.text($0) }
        switch shape {
        case .openai, .groq:
            let limit = error.limit
            row.type = limit.map { $0.resource == .requests ? "requests" : "tokens" } ?? row.type
            let named =
                shape == .openai
                ? "\(model) in organization org-simulated"
                : "model `\(model)` in organization `org_simulated` service tier `on_demand`"
            let facts = limit.map {
                " on \(limitName($0)): Limit \($0.limit), Used \($0.used), Requested \($0.requested)."
            }
            row.message =
                "Rate limit reached for \(named)\(facts ?? ".")" + (wait.map { " Please try again in \($0)." } ?? "")
        case .xai:
            guard let limit = error.limit else { return }
            row.message =
                "Too many \(limit.resource == .requests ? "requests" : "tokens") for team simulated and model \(model). \(limitName(limit)) (actual/limit): \(limit.used + limit.requested)/\(limit.limit)."
        case .gemini:
            if let wait { row.message += " Please retry in \(wait)." }
        case .anthropic, .llamaCpp, .plainText: break
        }
    }

    private static func limitName(_ limit: ServedError.Limit) -> String {
        let unit = limit.window == .day ? "day" : "min"
        let short = limit.window == .day ? "D" : "M"
        return limit.resource == .requests ? "requests per \(unit) (RP\(short))" : "tokens per \(unit) (TP\(short))"
    }

    private static func gemini(_ error: ServedError, _ words: ErrorTable.Row) -> JSONObject {
        var object: JSONObject = [
            "code": JSONValue(words.status), "message": .string(words.message), "status": .string(words.type),
        ]
        var details: [JSONValue] = []
        if let reason = words.code {
            details.append([
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": .string(reason),
                "domain": "googleapis.com",
                "metadata": ["service": "generativelanguage.googleapis.com"],
            ])
        }
        if error.kind == .rateLimited { details += geminiQuota(error) }
        if !details.isEmpty { object["details"] = .array(details) }
        return object
    }

    private static func geminiQuota(_ error: ServedError) -> [JSONValue] {
        var details: [JSONValue] = []
        if let limit = error.limit {
            let window = limit.window == .day ? "PerDay" : "PerMinute"
            let what = limit.resource == .requests ? "GenerateRequests" : "GenerateContentInputTokens"
            let metric = limit.resource == .requests ? "requests" : "input_token_count"
            details.append([
                "@type": "type.googleapis.com/google.rpc.QuotaFailure",
                "violations": [
                    [
                        "quotaMetric": .string("generativelanguage.googleapis.com/generate_content_\(metric)"),
                        "quotaId": .string("\(what)\(window)PerProjectPerModel"),
                        "quotaDimensions": ["location": "global", "model": .string(error.model ?? "")],
                        "quotaValue": .string(String(limit.limit)),
                    ]
                ],
            ])
        }
        if let wait = error.retryAfter {
            let seconds = Int(wait.seconds.rounded(.up))
            details.append([
                "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string("\(seconds)s"),
            ])
        }
        return details
    }

    private static func headers(_ error: ServedError, flavour: ServerFlavour, status: Int) -> [WireHeader] {
        var headers: [WireHeader] = []
        if let wait = error.retryAfter, flavour.errors != .gemini {
            headers.append(WireHeader("retry-after", String(Int(wait.seconds.rounded(.up)))))
            if flavour.errors == .openai {
                headers.append(WireHeader("retry-after-ms", String(Int(wait.milliseconds.rounded(.up)))))
            }
        }
        if flavour.errors == .anthropic {
            let retried = status == 408 || status == 409 || status == 429 || status >= 500
            headers.append(WireHeader("x-should-retry", retried && error.kind != .quotaExhausted ? "true" : "false"))
        }
        return headers
    }
}
