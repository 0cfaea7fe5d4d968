import LLMCore

/// The decoding state of an answer while its body is read; the same for every dialect.
struct AnswerState: Sendable {
    /// A failure found in the body, classified.
    struct Failure: Sendable {
        var outcome: AttemptClass
        var words: ProviderFailure
        var limits: RateLimitReading?
    }

    let dialect: WireDialect
    let quirks: DialectQuirks
    let secrets: [APIKey]

    var responseID: String?
    var servedModel: String?
    var systemFingerprint: String?
    var serviceTier: String?
    var finish: FinishReason?
    /// The reason for which the Responses API calls an answer incomplete.
    var incompleteReason: String?
    var stopSequence: String?
    /// The reason for which Gemini blocked the prompt.
    var blockReason: String?
    /// A provider's own sentence about why it stopped.
    var finishMessage: String?
    /// The usage object as it stands in the body.
    var usage: JSONValue?
    /// Searches that the body shows and its usage does not count.
    var webSearches: Int?
    /// The count of output tokens is final, not a placeholder of a stream's first event.
    var outputIsFinal = true
    var sawTerminal = false
    /// `[DONE]` was read: nothing after it counts.
    var sawDoneMarker = false
    var failure: Failure?
    var choiceCount = 0

    private(set) var started = false
    private(set) var answerCharacters = 0
    private(set) var thinkingCharacters = 0
    private(set) var refused = false
    private(set) var toolArguments: [Int: [UInt8]] = [:]

    init(dialect: WireDialect, quirks: DialectQuirks, secrets: [APIKey]) {
        self.dialect = dialect
        self.quirks = quirks
        self.secrets = secrets
    }

    var toolCallDelivered: Bool { !toolArguments.isEmpty }

    // MARK: Events

    /// Announces the answer as soon as its id or its model is known.
    mutating func start(id: String?, model: String?, into events: inout [ChatEvent]) {
        if responseID == nil, let id, !id.isEmpty { responseID = Self.word(id) }
        if servedModel == nil, let model, !model.isEmpty { servedModel = Self.word(model) }
        guard !started, responseID != nil || servedModel != nil else { return }
        started = true
        events.append(.started(responseID: responseID, servedModel: servedModel))
    }

    // What follows a failure in the body is read for its usage alone: no caller is given pieces of an answer that is void.

    mutating func text(_ text: String, into events: inout [ChatEvent]) {
        guard failure == nil, !text.isEmpty else { return }
        answerCharacters += text.unicodeScalars.count
        events.append(.text(text))
    }

    mutating func thinking(_ text: String, into events: inout [ChatEvent]) {
        guard failure == nil, !text.isEmpty else { return }
        thinkingCharacters += text.unicodeScalars.count
        events.append(.thinking(text))
    }

    mutating func signature(_ text: String, into events: inout [ChatEvent]) {
        guard failure == nil, !text.isEmpty else { return }
        events.append(.thinkingSignature(text))
    }

    mutating func refusal(_ text: String, into events: inout [ChatEvent]) {
        guard failure == nil, !text.isEmpty else { return }
        refused = true
        answerCharacters += text.unicodeScalars.count
        events.append(.refusal(text))
    }

    mutating func toolCall(
        index: Int, id: String?, name: String?, arguments: String, into events: inout [ChatEvent]
    ) {
        let isNew = toolArguments[index] == nil
        guard failure == nil else { return }
        guard isNew || !arguments.isEmpty || id != nil || name != nil else { return }
        toolArguments[index, default: []].append(contentsOf: arguments.utf8)
        events.append(.toolCall(index: index, id: id, name: name, arguments: arguments))
    }

    /// A name that the provider gave, fit for logs and databases: names are hostile text too.
    static func word(_ text: String) -> String { Redaction.cut(Redaction.printable(text), limit: 200) }

    // MARK: Failures

    /// An error object inside the body of a response whose status was a success.
    mutating func fail(body: JSONValue) {
        guard failure == nil else { return }
        let read = ErrorClassifier.classifyInBand(body, dialect: dialect, quirks: quirks, secrets: secrets)
        failure = Failure(outcome: read.0, words: read.1, limits: read.2)
    }

    mutating func fail(_ outcome: AttemptClass, _ message: String) {
        guard failure == nil else { return }
        failure = Failure(outcome: outcome, words: ProviderFailure(message: message), limits: nil)
    }

    /// A part of the body that is not the JSON it should be. Says where, never what: the text may be an answer.
    mutating func failMalformed(_ error: JSONSyntaxError) {
        fail(.malformedJSON, "the answer is not valid JSON at byte \(error.offset): \(error.message)")
    }
}
