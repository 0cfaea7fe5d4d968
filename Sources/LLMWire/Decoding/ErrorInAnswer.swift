import LLMCore

/// The error inside a body or an event whose status was a success, wherever servers put it.
enum ErrorInAnswer {
    /// - Returns: What the error classifier reads; `nil` when nothing of the body speaks of a failure.
    static func find(in body: JSONValue) -> JSONValue? { find(beside: body) ?? bare(body) }

    /// As ``find(in:)``, for what stands beside the answer, where a text without more is no error.
    static func find(beside body: JSONValue) -> JSONValue? {
        if says(body["error"]) || says(body["errors"]) { return body }
        if let error = body["x_groq"]?["error"], says(error) { return ["error": error] }
        // MiniMax: a status of its own beside an answer that is not there.
        if let status = body["base_resp"], says(status["status_code"]) {
            return ["error": ["code": status["status_code"] ?? .null, "message": status["status_msg"] ?? .null]]
        }
        if let error = inChoices(body["choices"]) { return error }
        if isCalledError(body) { return body }
        if isAlive(body) { return nil }
        if let error = wrapped(body) { return error }
        if let error = named(body) { return error }
        return holdsAnswer(body) ? nil : insteadOfAnswer(body)
    }

    /// A notice, or the state of a request that is not done: what it says may sound like an error.
    private static func isAlive(_ body: JSONValue) -> Bool {
        guard body["error"] == nil, !holdsAnswer(body) else { return false }
        if let name = (body["type"] ?? body["event"])?.string, ErrorEvent.isNotice(name) { return true }
        let states = [body["status"], body["code"], body["state"]].compactMap { $0?.string?.lowercased() }
        return states.contains {
            ["pending", "processing", "queued", "running", "in_progress", "waiting", "started", "loading"].contains($0)
        }
    }

    /// `{"type": "error"}`, `{"object": "error"}`, `{"event": "error"}`.
    private static func isCalledError(_ body: JSONValue) -> Bool {
        ["type", "object", "event"].contains { body[$0]?.string.map(ErrorEvent.isName) ?? false }
    }

    /// A member whose name is that of an error: `exception`, `internalServerException`.
    private static func named(_ body: JSONValue) -> JSONValue? {
        for member in body.object ?? [:] where ErrorEvent.isName(member.key) {
            guard says(member.value) else { continue }
            // Beside an answer, a word may be anything; alone it is one where the name is that of the error itself.
            let isItself = ["error", "exception", "fault", "failure"].contains(where: member.key.lowercased().hasSuffix)
            let isSaid = isItself && member.value.number == nil || member.value.array != nil
            guard member.value.object != nil || isSaid && !holdsAnswer(body) else { continue }
            // `"is_error": true` leaves the message to its neighbours.
            return ErrorEvent.body(member.value.bool == nil ? member.value : body, named: member.key)
        }
        return nil
    }

    /// A text, or an object of nothing else, where a piece of an answer was expected.
    private static func bare(_ body: JSONValue) -> JSONValue? {
        switch body {
        case .string(let text): return FailureMeaning.isTold(in: MessageWords(text)) ? ["error": body] : nil
        case .object(let object):
            let members = object.filter { !$0.value.isNull }
            guard members.allSatisfy({ sayings.contains($0.key.lowercased()) || labels.contains($0.key.lowercased()) }),
                let said = members.first(where: { sayings.contains($0.key.lowercased()) }),
                let text = said.value.string, says(said.value), !FailureMeaning.isSignOfLife(MessageWords(text)),
                said.key.lowercased() != "reason" || FailureMeaning.isTold(in: MessageWords(text))
            else { return nil }
            return ["error": said.value]
        default: return nil
        }
    }

    private static let sayings: Set<String> = ["message", "msg", "reason", "description"]
    /// Members that say nothing of the matter.
    private static let labels: Set<String> = [
        "id", "request_id", "requestid", "trace_id", "traceid", "timestamp", "created", "created_at", "time", "path",
        "param",
    ]

    /// One level down, in a body that has another wrapped around the answer.
    private static func wrapped(_ body: JSONValue) -> JSONValue? {
        for place in ["response", "data", "result", "body"] {
            guard let inner = body[place], inner.object != nil else { continue }
            if says(inner["error"]) || says(inner["errors"]) { return inner }
        }
        return nil
    }

    /// A member that names an error, filled in: `null`, `false`, `0`, `""`, `{}` and what is made of those say nothing.
    static func says(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null, .bool(false): false
        case .bool(true): true
        case .number(let number): number.double != 0
        case .string(let text):
            !["", "null", "none", "nil", "false", "ok", "success", "0", "noerror", "no_error"].contains(
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
        guard let object = body.object else { return nil }
        // `Message`, `ERROR`: servers differ in the letters' case as well.
        let members = JSONObject(object.map { .init(key: $0.key.lowercased(), value: $0.value) })
        if says(members["detail"]) || isDenied(members) { return body }
        for name in names where says(members[name]) { return ["error": members[name] ?? .null] }
        let code = ["error_code", "errorcode", "errcode", "err_code", "err_no", "errno", "code"].lazy.compactMap {
            members[$0]
        }.first
        let texts = ["error_msg", "error_message", "errormessage", "errmsg", "err_msg", "err_tips"]
        if let words = texts.lazy.compactMap({ members[$0] }).first(where: says) {
            return ["error": ["message": words, "code": code ?? .null]]
        }
        if ["error_code", "errorcode", "errcode", "err_code", "err_no", "errno"].contains(where: { says(members[$0]) })
        {
            return ["error": ["message": words(members) ?? .null, "code": code ?? .null]]
        }
        if ["error", "failed", "failure", "fail", "rejected", "denied", "aborted", "crashed"].contains(
            members["status"]?.string?.lowercased() ?? members["result"]?.string?.lowercased())
        {
            return body
        }
        let codes = ["code", "status", "status_code", "statuscode", "ret", "retcode"].map { members[$0] }
        guard let words = words(members), let text = words.string else {
            return codes.contains { isFault($0) && $0?.int.map((400..<600).contains) ?? false } ? body : nil
        }
        if let fault = codes.first(where: isFault) ?? nil {
            var told = object
            // A status as a text is one too.
            if let status = fault.string.flatMap({ Int($0) }) { told["status_code"] = JSONValue(status) }
            return .object(told)
        }
        // Dashscope and kin: a code in words, and a sentence.
        if members["code"]?.string.map({ Double($0) == nil && says(.string($0)) }) == true { return body }
        return FailureMeaning.isTold(in: MessageWords(text)) ? body : nil
    }

    private static let names = ["error", "errors", "err", "exception", "fault", "failure"]

    /// `success: false`, `ok: 0`, `is_error: true`.
    private static func isDenied(_ members: JSONObject) -> Bool {
        let isFalse = ["success", "ok", "succeeded", "succeed"].contains {
            switch members[$0] {
            case .bool(let value): !value
            case .number(let number): number.double == 0
            case .string(let text): ["false", "0", "no"].contains(text.lowercased())
            default: false
            }
        }
        return isFalse || members["status"] == false
            || ["is_error", "iserror", "has_error", "haserror", "failed"].contains {
                members[$0] == true || members[$0]?.string?.lowercased() == "true"
            }
    }

    private static func words(_ members: JSONObject) -> JSONValue? {
        ["message", "msg", "reason", "title", "description", "status_msg", "info"].lazy.compactMap { members[$0] }.first
        {
            $0.string?.isEmpty == false
        }
    }

    /// A code that names no success: neither 0 nor an HTTP status of one.
    private static func isFault(_ code: JSONValue?) -> Bool {
        guard let number = code?.int ?? code?.string.flatMap({ Int($0) }) else { return false }
        return number != 0 && !(100..<400).contains(number)
    }
}
