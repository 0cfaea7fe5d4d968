import LLMCore

/// The error inside a body or an event whose status was a success, wherever servers put it.
enum ErrorInAnswer {
    /// - Returns: What the error classifier reads; `nil` when nothing of the body speaks of a failure.
    static func find(in body: JSONValue) -> JSONValue? {
        if says(body["error"]) || says(body["errors"]) { return body }
        if let error = body["x_groq"]?["error"], says(error) { return ["error": error] }
        // MiniMax: a status of its own beside an answer that is not there.
        if let status = body["base_resp"], says(status["status_code"]) {
            return ["error": ["code": status["status_code"] ?? .null, "message": status["status_msg"] ?? .null]]
        }
        if let error = inChoices(body["choices"]) { return error }
        return holdsAnswer(body) ? nil : insteadOfAnswer(body)
    }

    /// A member that names an error, filled in: `null`, `false`, `0`, `""`, `{}` and what is made of those say nothing.
    static func says(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null, .bool(false): false
        case .bool(true): true
        case .number(let number): number.double != 0
        case .string(let text):
            !["", "null", "none", "nil", "false", "ok", "success"].contains(
                text.lowercased().filter { !$0.isWhitespace })
        case .array(let values): values.contains { says($0) }
        case .object(let object): object.contains { says($0.value) }
        }
    }

    private static func inChoices(_ choices: JSONValue?) -> JSONValue? {
        for choice in choices?.array ?? [] where choice["index"]?.int ?? 0 == 0 {
            for place in [choice, choice["delta"], choice["message"]] {
                if let error = place?["error"], says(error) { return ["error": error] }
            }
        }
        return nil
    }

    private static func holdsAnswer(_ body: JSONValue) -> Bool {
        ["choices", "candidates", "content", "output", "response", "message", "delta", "usage", "usageMetadata"]
            .contains {
                switch body[$0] {
                case .array(let values): !values.isEmpty
                case .object(let object): !object.isEmpty
                default: false
                }
            }
    }

    private static func insteadOfAnswer(_ body: JSONValue) -> JSONValue? {
        guard body.object != nil else { return nil }
        if body["object"] == "error" || body["type"] == "error" || says(body["detail"]) { return body }
        if body["success"] == false || body["ok"] == false { return body }
        for name in ["error_msg", "error_message", "errorMessage", "errmsg", "err_msg"] {
            guard let words = body[name], says(words) else { continue }
            let code = ["error_code", "errorCode", "errcode", "code"].lazy.compactMap { body[$0] }.first
            return ["error": ["message": words, "code": code ?? .null]]
        }
        let hasWords = body["message"]?.string?.isEmpty == false || body["msg"]?.string?.isEmpty == false
        guard hasWords else { return nil }
        if ["error", "failed", "failure"].contains(body["status"]?.string?.lowercased()) { return body }
        let codes = [body["code"], body["status"], body["status_code"], body["statusCode"]]
        if codes.contains(where: { $0?.int.map { $0 >= 400 } ?? false }) { return body }
        // Dashscope and kin: a code in words, and a sentence.
        return body["code"]?.string.map { says(.string($0)) } == true ? body : nil
    }
}
