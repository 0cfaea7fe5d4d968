/// Names one attempt; unique across processes.
public struct AttemptID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    /// The `number`th attempt of a call, from 1: known before it is made, so that it can be reserved ahead of the clock.
    public init(call: CallID, number: Int) { rawValue = "\(call).\(number)" }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
}

/// Instants of one attempt on the monotonic clock; everything but `sentAt` is an offset from it.
public struct AttemptTimings: Sendable, Hashable {
    /// `t_send`: just before the request is executed on a warmed pool.
    public var sentAt: ContinuousClock.Instant
    /// Time to open the connection; `nil` unless this attempt opened it.
    public var connect: Duration?
    /// `t_hdr`: the response head.
    public var headers: Duration?
    /// The first event of the answer, which may hold nothing but its name. `nil` when not streaming, and in what was stored.
    public var firstChunk: Duration?
    /// `t_first_tok`: first non-empty reasoning, content or tool-call delta. `nil` when not streaming.
    public var firstToken: Duration?
    /// Characters (Unicode scalars) of reasoning and answer that had arrived at `firstToken`: a first chunk may hold many tokens, and
    /// one read many chunks. 0 when unknown.
    public var firstTokenCharacters: Int
    /// `t_first_ans`: first non-empty answer content or tool-call arguments. `nil` when not streaming.
    public var firstAnswer: Duration?
    /// `t_last_tok`. `nil` when not streaming, and of a stream that its reader held up: when its last token was sent is not known.
    public var lastToken: Duration?
    /// `t_end`: the stream is closed or the body complete; without the time for which the reader held it up.
    public var end: Duration
    /// Silences between non-empty events.
    public var gapCount: Int
    public var maxGap: Duration?
    public var p95Gap: Duration?
    /// Those silences in order, for whoever counts them; a record of a call does not keep them.
    public var gaps: [Duration]

    public init(
        sentAt: ContinuousClock.Instant, connect: Duration? = nil, headers: Duration? = nil,
        firstChunk: Duration? = nil, firstToken: Duration? = nil, firstTokenCharacters: Int = 0,
        firstAnswer: Duration? = nil, lastToken: Duration? = nil, end: Duration, gapCount: Int = 0,
        maxGap: Duration? = nil,
        p95Gap: Duration? = nil, gaps: [Duration] = []
    ) {
        self.sentAt = sentAt
        self.connect = connect
        self.headers = headers
        self.firstChunk = firstChunk
        self.firstToken = firstToken
        self.firstTokenCharacters = firstTokenCharacters
        self.firstAnswer = firstAnswer
        self.lastToken = lastToken
        self.end = end
        self.gapCount = gapCount
        self.maxGap = maxGap
        self.p95Gap = p95Gap
        self.gaps = gaps
    }
}

/// The report of one attempt at one model with one key. Holds no prompt, no answer and no key.
public struct AttemptReport: Sendable, Hashable {
    public var id: AttemptID
    public var model: ModelID
    /// The address without credentials or query; says where, and whether two attempts met the same server.
    public var endpoint: String
    public var simulated: Bool
    public var key: KeyFingerprint?
    public var timings: AttemptTimings
    public var outcome: AttemptClass
    /// Set for every outcome but `ok` that came with words of the provider or of the transport.
    public var failure: ProviderFailure?
    public var status: Int?
    public var usage: UsageReading?
    public var rateLimit: RateLimitReading?
    /// Allow-listed response headers (request ids, server timings), lower-case names.
    public var headers: [String: String]
    public var servedModel: String?
    public var responseID: String?
    public var systemFingerprint: String?
    public var finish: FinishReason?
    /// Characters (Unicode scalars) of the answer and of visible reasoning that were delivered.
    public var answerCharacters: Int
    public var thinkingCharacters: Int
    /// True once any token reached the caller: after that no fallback is silent.
    public var deliveredTokens: Bool { answerCharacters + thinkingCharacters > 0 || toolCallDelivered }
    public var toolCallDelivered: Bool
    /// The failure follows from what the answer says, and would come again, or its reader had held it up: no retry mends it, and it does not
    /// count against health.
    public var failureIsOfContent: Bool
    /// Events after the answer's end, without effect on the outcome.
    public var notes: [String]
    /// Any of the request left this machine; `nil` unknown. What was never sent costs nothing.
    public var wasSent: Bool?
    /// The names by which the provider keeps the exchange, by header.
    package var exchangeNames: [String: String] { headers.filter { Self.exchangeHeaders.contains($0.key) } }

    /// Of vendors, and of the clouds that sell their models.
    package static let exchangeHeaders: Set<String> = [
        "x-request-id", "request-id", "apim-request-id", "x-ms-request-id", "x-amzn-requestid",
        "mistral-correlation-id",
        "x-ds-trace-id",
    ]
    /// A connection that was kept from an earlier request ended before a byte of an answer: the server had closed it meanwhile, and a fresh one
    /// may be answered at once.
    public var wasStaleConnection: Bool

    public init(
        id: AttemptID, model: ModelID, endpoint: String, simulated: Bool, key: KeyFingerprint? = nil,
        timings: AttemptTimings,
        outcome: AttemptClass, failure: ProviderFailure? = nil, status: Int? = nil, usage: UsageReading? = nil,
        rateLimit: RateLimitReading? = nil, headers: [String: String] = [:], servedModel: String? = nil,
        responseID: String? = nil,
        systemFingerprint: String? = nil, finish: FinishReason? = nil, answerCharacters: Int = 0,
        thinkingCharacters: Int = 0,
        toolCallDelivered: Bool = false, failureIsOfContent: Bool = false, notes: [String] = [],
        wasSent: Bool? = nil, wasStaleConnection: Bool = false
    ) {
        self.id = id
        self.model = model
        self.endpoint = endpoint
        self.simulated = simulated
        self.key = key
        self.timings = timings
        self.outcome = outcome
        self.failure = failure
        self.status = status
        self.usage = usage
        self.rateLimit = rateLimit
        self.headers = headers
        self.servedModel = servedModel
        self.responseID = responseID
        self.systemFingerprint = systemFingerprint
        self.finish = finish
        self.answerCharacters = answerCharacters
        self.thinkingCharacters = thinkingCharacters
        self.toolCallDelivered = toolCallDelivered
        self.failureIsOfContent = failureIsOfContent
        self.notes = notes
        self.wasSent = wasSent
        self.wasStaleConnection = wasStaleConnection
    }

    /// The answer counts as whole although the word with which it finished is unknown: it is kept as it is, and never cached.
    public var finishIsUnknown: Bool { outcome == .ok && finish?.kind == .other }

    /// The model answered nothing because its tokens went into reasoning: with less of it there is room for an answer.
    public var isSpentOnReasoning: Bool {
        guard outcome == .emptyOutput || outcome == .lengthTruncated, answerCharacters == 0, !toolCallDelivered else {
            return false
        }
        return thinkingCharacters > 0 || usage?.tokens.reasoningTokens ?? 0 > 0
    }
}

/// A failure in the provider's own words, redacted and cut to a length that logs can bear.
public struct ProviderFailure: Sendable, Hashable, Codable {
    public var status: Int?
    /// The provider's `type` or `status` word.
    public var type: String?
    public var code: String?
    public var param: String?
    /// Never holds a key; control characters removed; at most 500 characters.
    public var message: String
    /// Tokens of a prompt that did not fit, where the provider reported it; `nil` unknown. Not stored.
    public var promptTokens: Int?
    /// Tokens that the model's context holds, where the provider reported it; `nil` unknown. Not stored.
    public var contextLimit: Int?

    public init(status: Int? = nil, type: String? = nil, code: String? = nil, param: String? = nil, message: String) {
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.message = message
    }
}
