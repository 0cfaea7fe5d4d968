import LLMCore

/// The decoding state of an answer while its body is read; the same for every dialect.
struct AnswerState: Sendable {
    /// A failure found in the body, classified.
    struct Failure: Sendable {
        var outcome: AttemptClass
        var words: ProviderFailure
        var limits: RateLimitReading?
        /// It follows from what the answer says, and would come again.
        var isOfContent = false
    }

    let dialect: WireDialect
    let quirks: DialectQuirks
    let secrets: [APIKey]
    /// Wall clock in microseconds since 1970, for the date at which a limit that the body tells of ends.
    let receivedAt: Int64?

    var responseID: String?
    var servedModel: String?
    var systemFingerprint: String?
    var serviceTier: String?
    private(set) var finish: FinishReason?
    private(set) var finishMeaning: FinishMeaning?
    /// The reason for which the Responses API calls an answer incomplete.
    var incompleteReason: String?
    var stopSequence: String?
    /// The reason for which Gemini blocked the prompt.
    var blockReason: String?
    /// A provider's own sentence about why it stopped.
    var finishMessage: String?
    /// The usage object as it stands in the body.
    var usage: JSONValue?
    /// Searches that the body shows beside its usage.
    var searches = SearchTally()
    /// The cost that the head of the response names.
    var costInHead: USD?
    /// The count of output tokens is final, not a placeholder of a stream's first event.
    var outputIsFinal = true
    var sawTerminal = false
    /// `[DONE]` was read.
    var sawDoneMarker = false
    private(set) var failure: Failure?
    /// Events after the answer's end, without effect on the outcome.
    private(set) var notes: [String] = []
    /// Parts of characters that wait for the rest.
    var joiner = PieceJoiner()
    /// Fees of tools that run at the provider, which no count of tokens holds.
    var unpricedParts: [String] = []
    var choiceCount = 0

    private(set) var started = false
    private(set) var answerCharacters = 0
    /// No character of the answer can be seen: white space alone answers nothing.
    private(set) var isBlank = true
    private(set) var thinkingCharacters = 0
    private(set) var refused = false
    /// The answer has parts that are no text of its first choice: media, calls at the provider, another choice.
    private(set) var hasOtherParts = false
    private(set) var calls = ToolCallTable()
    private var menders: [Int: EscapeMender] = [:]
    /// The delivered size when the finish word came.
    private var sizeAtFinish: Int?

    init(dialect: WireDialect, quirks: DialectQuirks, secrets: [APIKey], receivedAt: Int64? = nil) {
        self.dialect = dialect
        self.receivedAt = receivedAt
        self.quirks = quirks
        self.secrets = secrets
    }

    var toolCallDelivered: Bool { !calls.isEmpty }

    /// The delivered size, in characters of text and bytes of arguments; a call counts as one more.
    private(set) var deliveredSize = 0

    /// The answer is complete: its terminal marker came, or a finish word and no piece after it.
    var isWhole: Bool { sawTerminal || finish != nil && sizeAtFinish == deliveredSize }

    /// `true` when the answer is whole: its marker came, or behind a piece of it a finish word that names no failure.
    private var isComplete: Bool {
        if sawTerminal { return true }
        guard isWhole, !isBlank || toolCallDelivered else { return false }
        return switch finishMeaning {
        case .failure, .unknown, nil: false
        case .stop, .length, .toolCalls, .contentFilter, .refusal, .pause, .toolFailure: true
        }
    }

    /// Records why the model stopped. A word that names a failure stays, whatever follows.
    mutating func finished(_ word: String, because detail: String? = nil) {
        guard let meaning = FinishReasons.meaning(of: detail ?? word) else { return }
        sizeAtFinish = deliveredSize
        if case .failure = finishMeaning { return }
        let isCall = meaning == .stop && toolCallDelivered
        finishMeaning = isCall ? .toolCalls : meaning
        finish = FinishReasons.reason(word, isCall ? .toolCalls : meaning)
    }

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

    mutating func text(_ piece: String, into events: inout [ChatEvent]) {
        let text = joiner.join(piece, on: .text)
        guard failure == nil, !text.isEmpty else { return }
        let count = text.scalarCount
        answerCharacters += count
        isBlank = isBlank && text.isBlank
        deliveredSize += count
        events.append(.text(text))
    }

    mutating func thinking(_ piece: String, into events: inout [ChatEvent]) {
        let text = joiner.join(piece, on: .thinking)
        guard failure == nil, !text.isEmpty else { return }
        let count = text.scalarCount
        thinkingCharacters += count
        deliveredSize += count
        events.append(.thinking(text))
    }

    mutating func signature(_ text: String, into events: inout [ChatEvent]) {
        guard failure == nil, !text.isEmpty else { return }
        events.append(.thinkingSignature(text))
    }

    /// A part in the provider's own form, which must go back to it unchanged.
    mutating func native(_ part: JSONValue, into events: inout [ChatEvent]) {
        guard failure == nil else { return }
        events.append(.native(dialect: dialect, part))
    }

    mutating func refusal(_ piece: String, into events: inout [ChatEvent]) {
        let text = joiner.join(piece, on: .refusal)
        guard failure == nil, !text.isEmpty else { return }
        refused = true
        isBlank = isBlank && text.isBlank
        let count = text.scalarCount
        answerCharacters += count
        deliveredSize += count
        events.append(.refusal(text))
    }

    /// A piece of a tool call.
    ///
    /// - Parameters:
    ///   - index: As the server numbers it; `nil` where it does not.
    ///   - isWhole: The piece is a call of its own, not a part of a stream.
    /// - Returns: The place of the call among the answer's calls.
    @discardableResult
    mutating func toolCall(
        index: Int?, id: String?, name: String?, arguments: String, isWhole: Bool = false,
        into events: inout [ChatEvent]
    ) -> Int {
        let id = id?.isEmpty == false ? id : nil
        let name = name?.isEmpty == false ? name : nil
        guard failure == nil else { return 0 }
        let count = calls.count
        let place = calls.place(index: index, id: id, name: name, arguments: arguments, isWhole: isWhole)
        let isNew = calls.count > count
        if isWhole {
            take(place, isNew: isNew, id, name, arguments, into: &events)
        } else if isNew || !calls.isRepetition(place, id: id, arguments: arguments) {
            take(place, isNew: isNew, id, name, calls.holdPlaceholder(place, arguments), into: &events)
        }
        return place
    }

    /// Hands out the empty objects that turned out to be all the arguments of their calls.
    mutating func releasePlaceholders(into events: inout [ChatEvent]) {
        for place in calls.takePlaceholders() { toolArguments("{}", of: place, into: &events) }
    }

    /// More of a call that is known by its place.
    mutating func toolArguments(_ text: String, of place: Int, into events: inout [ChatEvent]) {
        guard failure == nil, !text.isEmpty else { return }
        take(place, isNew: false, nil, nil, text, into: &events)
    }

    private mutating func take(
        _ place: Int, isNew: Bool, _ id: String?, _ name: String?, _ arguments: String,
        into events: inout [ChatEvent]
    ) {
        let text = menders[place, default: EscapeMender()].mend(joiner.join(arguments, on: .arguments(place)))
        let news = calls.take(place, id: id, name: name, arguments: text)
        deliveredSize += text.utf8.count + (isNew ? 1 : 0)
        guard isNew || !text.isEmpty || news.id != nil || news.name != nil else { return }
        events.append(.toolCall(index: place, id: news.id, name: news.name, arguments: text))
    }

    /// Hands out what waited for a piece that never came: no more pieces come.
    mutating func flush(into events: inout [ChatEvent]) {
        let wasWhole = isWhole
        defer { if wasWhole { sizeAtFinish = deliveredSize } }
        joiner.edges = nil
        releasePlaceholders(into: &events)
        for channel in joiner.takeLone() {
            switch channel {
            case .text: text("\u{FFFD}", into: &events)
            case .thinking: thinking("\u{FFFD}", into: &events)
            case .refusal: refusal("\u{FFFD}", into: &events)
            case .arguments(let place): toolArguments("\u{FFFD}", of: place, into: &events)
            }
        }
        for place in menders.keys.sorted() {
            guard let rest = menders[place]?.takeRest(), !rest.isEmpty, failure == nil else { continue }
            _ = calls.take(place, id: nil, name: nil, arguments: rest)
            deliveredSize += rest.utf8.count
            events.append(.toolCall(index: place, id: nil, name: nil, arguments: rest))
        }
    }

    /// A name that the provider gave, fit for logs and databases: names are hostile text too.
    static func word(_ text: String) -> String { Redaction.cut(Redaction.printable(text), limit: 200) }

    /// Returns `true` when a usage object holds more than the one before: a placeholder of zeros holds nothing.
    func takesUsage(_ update: JSONValue) -> Bool {
        guard usage != nil, let counts = update.object else { return true }
        return counts.contains { UsageFields.amount($0.value) ?? 0 > 0 }
    }

    /// A part that no event shows: only a caller who reads the provider's own bytes has it.
    mutating func otherPart() { hasOtherParts = true }

    /// The answer has no part at all.
    var isEmpty: Bool { isBlank && !toolCallDelivered && !hasOtherParts }

    /// An image that the model made.
    mutating func image(_ image: ImagePart, into events: inout [ChatEvent]) {
        otherPart()
        guard failure == nil else { return }
        deliveredSize += 1
        events.append(.image(image))
    }

    /// A recording, or a document, that the model made: whole, or a piece of it.
    mutating func file(_ file: FilePart, into events: inout [ChatEvent]) {
        otherPart()
        guard failure == nil else { return }
        deliveredSize += 1
        var file = file
        file.mediaType = Self.word(file.mediaType)
        events.append(.file(file))
    }

    /// Log probabilities of what was just read.
    mutating func logprobs(_ tokens: [TokenLogprob], into events: inout [ChatEvent]) {
        guard failure == nil, !tokens.isEmpty else { return }
        events.append(.logprobs(tokens))
    }

    mutating func media(_ part: MessagePart, into events: inout [ChatEvent]) {
        switch part {
        case .image(let image): self.image(image, into: &events)
        case .file(let file): self.file(file, into: &events)
        case .text, .toolCall, .toolResult, .thinking, .unknown, .native: otherPart()
        }
    }

    // MARK: Failures

    /// An error object inside the body of a response whose status was a success.
    mutating func fail(body: JSONValue) {
        let read = ErrorClassifier.classifyInBand(
            body, dialect: dialect, quirks: quirks, receivedAt: receivedAt, secrets: secrets)
        fail(Failure(outcome: read.0, words: read.1, limits: read.2))
    }

    mutating func fail(_ outcome: AttemptClass, _ message: String, isOfContent: Bool = false) {
        fail(Failure(outcome: outcome, words: ProviderFailure(message: message), isOfContent: isOfContent))
    }

    /// A part of the body that is not the JSON it should be. Says where, never what: the text may be an answer.
    mutating func failMalformed(_ error: JSONSyntaxError) {
        let message = "the answer is not valid JSON at byte \(error.offset): \(error.message)"
        // What trails a finished answer is no part of it.
        guard !isWhole else { return note(message) }
        fail(.malformedJSON, message, isOfContent: error.isOfContent)
    }

    /// After the end a fault is a note: the answer is complete.
    private mutating func fail(_ found: Failure) {
        guard failure == nil else { return }
        guard !isComplete else { return note(found.words.message) }
        failure = found
    }

    private mutating func note(_ message: String) {
        if notes.count < 3 { notes.append("after the end of the answer: \(message)") }
    }
}
