import LLMCore

/// The input of a rule: the sentence, the codes and the status of an error.
struct ErrorText: Sendable {
    let status: Int?
    /// The sentence in lower case.
    let message: String
    let words: MessageWords
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
        holdsFailedGeneration = facts.holdsFailedGeneration
        message = text.lowercased()
        codes = Set(names.map { $0.lowercased() })
        codeWords = names.map(MessageWords.init)
        everything = MessageWords(([text] + names).joined(separator: "\n"))
        delay = [facts.wait(now: now), WordedWait.longest(in: words), headerWait].longest
        dated = RetryHint.wait(untilDateIn: words, now: now)
    }

    /// The body shows what the model wrote, and the server would not pass on.
    let holdsFailedGeneration: Bool

    /// It says when to come back, and not "at once".
    var comesBack: Bool { [delay, dated].longest.map { $0 > .zero } ?? false }
}
