import LLMCore

/// The facts of an error body, whichever of the many shapes it has.
struct ErrorBody: Sendable {
    var message: String?
    var type: String?
    var code: String?
    var param: String?
    /// A status that the body itself names, inside a response whose own status was a success.
    var status: Int?
    /// Google's machine-readable reasons (`API_KEY_INVALID`), and codes of wrapped errors.
    var reasons: [String] = []
    /// Google's quotas that ran out.
    var quotas: [QuotaViolation] = []
    /// Values of fields that say when a limit ends, read when it is known when the response came.
    var waits: [(value: String, unit: ResetValue.Unit)] = []
    /// Limit headers that a gateway repeats in the body.
    var headers: [(name: String, value: String)] = []
    /// Tokens of the prompt, and what the context holds, where fields tell (llama.cpp).
    var promptTokens: Int?
    var contextLimit: Int?

    /// It shows what the model wrote, and the server would not pass on (Groq's `failed_generation`).
    var holdsFailedGeneration = false

    init(message: String? = nil) { self.message = message }

    /// Reads any body: JSON of any known shape, an HTML page, XML, plain text.
    init(bytes: [UInt8]) {
        if let json = try? JSONValue.parseLenient(bytes) {
            self.init(json: json)
        } else if let title = Self.htmlTitle(of: bytes) {
            self.init(message: "HTML page: \(title)")
        } else if let json = Self.firstEvent(of: bytes) {
            self.init(json: json)
        } else {
            let text = MarkupText.plain(String(decoding: bytes.prefix(4_096), as: UTF8.self))
            self.init(message: text.isEmpty ? nil : text)
        }
    }

    init(json: JSONValue) {
        self.init()
        read(json, depth: 0)
        readLimits(json, depth: 0)
        // Long enough for every known sentence, short enough to search at leisure.
        message = message.map { String(decoding: $0.utf8.prefix(4_096), as: UTF8.self) }
    }

    // Some servers frame an error as an event even when its status is one of failure.
    private static func firstEvent(of bytes: [UInt8]) -> JSONValue? {
        var parser = SSEParser()
        parser.append(bytes)
        guard let event = parser.next() ?? parser.finish() else { return nil }
        return parser.withData(of: event) { try? JSONValue.parseLenient($0) }
    }

    /// The title of an HTML page; `nil` when the bytes are not HTML.
    static func htmlTitle(of bytes: [UInt8]) -> String? {
        // Most are JSON: they are not made a text to find that out.
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains($0) }
        guard first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return nil }
        return MarkupText.title(of: String(decoding: bytes.prefix(8_192), as: UTF8.self))
    }
}
