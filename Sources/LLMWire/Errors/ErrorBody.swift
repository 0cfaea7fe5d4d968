import LLMCore

/// The facts of an error body, whichever of the many shapes it has.
struct ErrorBody: Sendable {
    var message: String?
    var type: String?
    var code: String?
    var param: String?
    /// A status that the body itself names, inside a response whose own status was a success.
    var status: Int?
    /// Google's machine-readable reasons (`API_KEY_INVALID`).
    var reasons: [String] = []
    /// Google's quotas that ran out.
    var quotas: [QuotaViolation] = []
    var retryDelay: Duration?

    init(message: String? = nil) { self.message = message }

    /// Reads any body: JSON of any known shape, an HTML page, plain text.
    init(bytes: [UInt8]) {
        if let title = Self.htmlTitle(of: bytes) {
            self.init(message: "HTML page: \(title)")
        } else if let json = try? JSONValue.parse(bytes) {
            self.init(json: json)
        } else {
            if let json = Self.firstEvent(of: bytes) {
                self.init(json: json)
                return
            }
            let text = Redaction.printable(String(decoding: bytes.prefix(4_096), as: UTF8.self))
            self.init(message: text.isEmpty ? nil : text)
        }
    }

    init(json: JSONValue) {
        switch json {
        // Gemini without `alt=sse` wraps its error in an array.
        case .array(let values): if let first = values.first { self.init(json: first) } else { self.init() }
        case .string(let text): self.init(message: text)
        case .object: self.init(object: json)
        default: self.init()
        }
    }

    private init(object json: JSONValue) {
        self.init()
        guard let inner = json["error"], !inner.isNull else {
            read(json)
            cutMessage()
            return
        }
        switch inner {
        case .string(let text):
            // xAI: the words are in `error`, `code` is a slug or a sentence.
            message = text
            code = Self.word(json["code"])
        case .object:
            read(inner)
            // OpenRouter and others hide the upstream's words here.
            if let raw = inner["metadata"]?["raw"]?.string { message = (message ?? "") + " " + raw }
        default: message = inner.text
        }
        if status == nil { status = json["status_code"]?.int ?? json["status"]?.int }
        cutMessage()
    }

    // Long enough for every known sentence, short enough to search at leisure.
    private mutating func cutMessage() {
        message = message.map { String(decoding: $0.utf8.prefix(4_096), as: UTF8.self) }
    }

    private mutating func read(_ error: JSONValue) {
        message = error["message"]?.string ?? Self.detail(error["detail"]) ?? error["msg"]?.string
        type = error["type"]?.string ?? error["status"]?.string
        code = Self.word(error["code"]) ?? Self.word(error["details"]?["error_code"])
        param = error["param"]?.string
        status = error["status_code"]?.int ?? error["raw_status_code"]?.int
        if let number = error["code"]?.int, (400..<600).contains(number), status == nil { status = number }
        for detail in error["details"]?.array ?? [] { read(detail: detail) }
    }

    /// One of Google's typed details.
    private mutating func read(detail: JSONValue) {
        if let reason = detail["reason"]?.string { reasons.append(reason) }
        if let delay = detail["retryDelay"]?.string { retryDelay = GoDuration.parse(delay) }
        for violation in detail["violations"]?.array ?? [] {
            if let quota = QuotaViolation(violation) { quotas.append(quota) }
        }
    }

    // FastAPI servers answer `detail` as a sentence or as a list of findings.
    private static func detail(_ value: JSONValue?) -> String? {
        guard let value else { return nil }
        if let text = value.string { return text }
        let parts = (value.array ?? []).compactMap { $0["msg"]?.string }
        return parts.isEmpty ? (value.object == nil ? nil : value.text) : parts.joined(separator: "; ")
    }

    // Codes are words at some servers and numbers at others.
    private static func word(_ value: JSONValue?) -> String? { value?.string ?? value?.number?.literal }

    // Some servers frame an error as an event even when its status is one of failure.
    private static func firstEvent(of bytes: [UInt8]) -> JSONValue? {
        var parser = SSEParser()
        parser.append(bytes)
        guard let event = parser.next() ?? parser.finish() else { return nil }
        return parser.withData(of: event) { try? JSONValue.parse($0) }
    }

    /// What an HTML page calls itself; `nil` when the bytes are not HTML.
    static func htmlTitle(of bytes: [UInt8]) -> String? {
        let head = String(decoding: bytes.prefix(8_192), as: UTF8.self)
        let start = head.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.prefix(15).lowercased()
        guard start.hasPrefix("<!doctype html") || start.hasPrefix("<html") || start.hasPrefix("<head") else {
            return nil
        }
        guard let open = head.range(of: "<title>"), let close = head.range(of: "</title>", from: open.upperBound) else {
            return "untitled"
        }
        return Redaction.message(String(head[open.upperBound..<close.lowerBound]), limit: 120)
    }
}

extension String {
    /// The first occurrence of `text`, ASCII letters in either case.
    fileprivate func range(of text: String, from start: Index? = nil) -> Range<Index>? {
        let needle = Array(text.utf8)
        var from = start ?? startIndex
        while from < endIndex {
            let rest = utf8[from...]
            if rest.count < needle.count { return nil }
            if zip(rest, needle).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
                return from..<utf8.index(from, offsetBy: needle.count)
            }
            from = utf8.index(after: from)
        }
        return nil
    }
}
