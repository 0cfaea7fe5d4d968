import LLMCore

/// The places of an error's message, by shape: `error` as object, string or list, `errors`, `detail`, `message`, `msg`,
/// RFC 9457.
extension ErrorBody {
    /// Wrapped errors are taken apart to this depth.
    private static let deepest = 6

    mutating func read(_ json: JSONValue, depth: Int) {
        guard depth < Self.deepest else { return }
        switch json {
        case .string(let text): readWords(text, depth: depth)
        // Gemini without `alt=sse` wraps its error in an array.
        case .array(let values):
            for value in values.prefix(8) {
                var part = ErrorBody()
                part.read(value, depth: depth + 1)
                merge(part, between: "; ")
            }
        case .object(let object): readObject(Members(object), depth: depth)
        default: break
        }
    }

    /// A sentence, or JSON as text: gateways pass on a whole body as a message.
    private mutating func readWords(_ text: String, depth: Int) {
        let text = MarkupText.plain(text)
        guard !text.isEmpty else { return }
        guard text.first == "{" || text.first == "[", let inner = try? JSONValue.parse(text) else {
            add(message: text)
            return
        }
        var part = ErrorBody()
        part.read(inner, depth: depth + 1)
        part.readLimits(inner, depth: depth + 1)
        if part.message == nil { add(message: text) } else { merge(part) }
    }

    private mutating func readObject(_ object: Members, depth: Int) {
        readFacts(object)
        for key in Self.wordKeys { readWords(object[key]?.string ?? "", depth: depth + 1) }
        for key in Self.wrappers {
            guard let value = object[key], !value.isNull else { continue }
            if let found = Self.findings(value) {
                add(message: found)
            } else if value.string == nil {
                var part = ErrorBody()
                part.read(value, depth: depth + 1)
                // Inner facts are nearer to the fault than those of what wraps them.
                wrap(part)
            }
        }
        // OpenRouter and others hide the upstream's words here.
        if let raw = object["metadata"]?["raw"] { read(raw, depth: depth + 1) }
        for key in Self.lastKeys where message == nil { readWords(object[key]?.string ?? "", depth: depth + 1) }
    }

    /// Members that hold a sentence, the most telling first.
    private static let wordKeys = [
        "message", "error", "detail", "details", "msg", "error_message", "errormessage", "error_description",
        "error_msg",
        "errmsg", "status_msg", "faultstring", "err", "errors", "err_msg", "errormsg", "exception", "failure",
        "error_info", "status_message", "statusmessage", "err_tips",
    ]
    /// Those that say little, for want of others.
    private static let lastKeys = ["reason", "title", "description", "statustext"]
    private static let wrappers = [
        "error", "errors", "detail", "base_resp", "fault", "response", "body", "data", "cause", "message", "err",
        "exception", "failure",
    ]

    private mutating func readFacts(_ error: Members) {
        type = type ?? error["type"]?.string ?? error["status"]?.string ?? error["__type"]?.string
        code =
            code ?? Self.word(error["code"]) ?? Self.word(error["error_code"]) ?? Self.word(error["errorcode"])
            ?? Self.word(error["details"]?["error_code"])
        param = param ?? error["param"]?.string
        let numbers = [
            error["status_code"], error["raw_status_code"], error["statuscode"], error["code"], error["status"],
        ]
        if status == nil { status = numbers.compactMap { $0?.int }.first { (400..<600).contains($0) } }
        holdsFailedGeneration = holdsFailedGeneration || error["failed_generation"] != nil
        // Zhipu says in a member of its own which side its filter stopped.
        if error["contentfilter"]?.array?.isEmpty == false { reasons.append("content_filter") }
        promptTokens = promptTokens ?? error["n_prompt_tokens"]?.int
        contextLimit = contextLimit ?? error["n_ctx"]?.int
        for detail in error["details"]?.array ?? [] { read(detail: detail) }
    }

    /// One of Google's typed details.
    private mutating func read(detail: JSONValue) {
        if let reason = detail["reason"]?.string { reasons.append(reason) }
        for violation in detail["violations"]?.array ?? [] {
            if let quota = QuotaViolation(violation) { quotas.append(quota) }
        }
    }

    /// FastAPI's findings (`[{"loc": ["body", "n"], "msg": "…"}]`), or fields with their faults; `nil` for anything else.
    private static func findings(_ value: JSONValue) -> String? {
        if let list = value.array {
            let parts = list.prefix(8).compactMap { $0["msg"]?.string }
            return parts.isEmpty ? nil : parts.joined(separator: "; ")
        }
        guard let object = value.object, !object.isEmpty, object["details"] == nil,
            object.allSatisfy({ $0.value.array != nil })
        else { return nil }
        let parts = object.prefix(8).map { member in
            let words = (member.value.array ?? []).compactMap {
                $0.string ?? $0["msg"]?.string ?? $0["message"]?.string
            }
            return "\(member.key): \(words.joined(separator: ", "))"
        }
        return parts.joined(separator: "; ")
    }

    // Codes are words at some servers and numbers at others.
    private static func word(_ value: JSONValue?) -> String? { value?.string ?? value?.number?.literal }

    // MARK: Putting parts together

    /// Says nothing twice: a gateway's sentence often holds the upstream's.
    private mutating func add(message text: String, between: String = ": ") {
        guard let known = message else {
            message = text
            return
        }
        if known.lowercased().contains(text.lowercased()) { return }
        message = text.lowercased().contains(known.lowercased()) ? text : known + between + text
    }

    private mutating func merge(_ part: ErrorBody, between: String = ": ") {
        if let text = part.message { add(message: text, between: between) }
        reasons += part.reasons + [part.code, part.type].compactMap(\.self)
        fill(from: part)
    }

    private mutating func wrap(_ part: ErrorBody) {
        if let text = part.message { add(message: text) }
        reasons += part.reasons + [code, type].compactMap(\.self)
        type = part.type ?? type
        code = part.code ?? code
        param = part.param ?? param
        fill(from: part)
    }

    private mutating func fill(from part: ErrorBody) {
        type = type ?? part.type
        code = code ?? part.code
        param = param ?? part.param
        status = status ?? part.status
        quotas += part.quotas
        waits += part.waits
        holdsFailedGeneration = holdsFailedGeneration || part.holdsFailedGeneration
        headers += part.headers
        promptTokens = promptTokens ?? part.promptTokens
        contextLimit = contextLimit ?? part.contextLimit
    }
}

/// The members of an object by names in lower case: `Message` and `message` are one.
private struct Members {
    private var values: [String: JSONValue] = [:]

    init(_ object: JSONObject) {
        for member in object { values[member.key.lowercased()] = member.value }
    }

    subscript(key: String) -> JSONValue? { values[key].flatMap { $0.isNull ? nil : $0 } }
}
