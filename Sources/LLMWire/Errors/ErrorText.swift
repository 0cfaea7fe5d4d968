import LLMCore

/// The input of a rule: the sentence, the codes and the status of an error.
struct ErrorText: Sendable {
    let status: Int?
    /// The sentence in lower case.
    let message: String
    let words: MessageWords
    /// The words that are the provider's own: what it quotes of the request says nothing of an account.
    let ownWords: MessageWords
    /// The request is at fault, whatever words stand beside: a part of it is named.
    let isOfRequest: Bool
    /// Codes, types and reasons in lower case.
    let codes: Set<String>
    /// The same taken apart.
    let codeWords: [MessageWords]
    /// The sentence and the codes together.
    let everything: MessageWords
    let dialect: WireDialect
    /// When the provider says to come back; `nil` unknown.
    let delay: Duration?
    /// The date that the sentence names, as a wait.
    let dated: Duration?

    init(_ facts: ErrorBody, status: Int?, dialect: WireDialect, headerWait: Duration?, now: Int64?) {
        let text = facts.message ?? ""
        let words = MessageWords(text)
        let names = facts.reasons + [facts.code, facts.type].compactMap(\.self)
        self.status = status
        self.dialect = dialect
        self.words = words
        ownWords = MessageWords(OwnWords.of(text))
        isOfRequest = [400, 422].contains(status) && Self.namesPart(facts, text)
        holdsFailedGeneration = facts.holdsFailedGeneration
        message = text.lowercased()
        codes = Set(names.map { $0.lowercased() })
        codeWords = names.map(MessageWords.init)
        everything = MessageWords(([text] + names).joined(separator: "\n"))
        delay = [facts.wait(now: now), WordedWait.longest(in: words), headerWait].longest
        dated = RetryHint.wait(untilDateIn: words, now: now)
    }

    private static let requestCodes: Set<String> = [
        "invalid_function_parameters", "unsupported_value", "unsupported_parameter", "unknown_parameter",
        "invalid_type",
        "invalid_value", "missing_required_parameter", "string_above_max_length", "array_above_max_length",
    ]
    private static let accountParts: Set<String> = ["quota", "key", "api_key", "billing", "account", "organization"]

    /// A parameter is named, by itself, by a code or as a path before the sentence: `tools.0.name: …`.
    private static func namesPart(_ facts: ErrorBody, _ text: String) -> Bool {
        if let param = facts.param, !param.isEmpty { return !accountParts.contains(param.lowercased()) }
        if let code = facts.code, requestCodes.contains(code.lowercased()) || isInvalidPart(MessageWords(code)) {
            return true
        }
        guard let first = text.split(separator: " ").first, first.hasSuffix(":") else { return false }
        return first.dropLast().split(separator: ".").dropFirst().contains { Int($0) != nil }
    }

    /// `invalid_image_url`, `invalid_json_schema`.
    private static func isInvalidPart(_ code: MessageWords) -> Bool {
        code.has("invalid")
            && code.has([
                "image", "url", "schema", "file", "audio", "messages", "tool", "tools", "function", "parameter",
            ])
    }

    /// The body shows what the model wrote, and the server would not pass on.
    let holdsFailedGeneration: Bool

    /// It says when to come back, and not "at once".
    var comesBack: Bool { [delay, dated].longest.map { $0 > .zero } ?? false }
}
