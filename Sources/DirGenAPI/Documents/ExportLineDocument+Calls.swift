public import LLMCore

extension ExportLineDocument {
    /// A call as it is stored, without its attempts.
    public struct Call: Document {
        public var origin: CallOrigin
        /// `open` until it has ended, then `closed`.
        public var state: String
        public var simulated: Bool
        public var startedAt: Int64
        public var duration: Double?
        public var task: TaskType?
        public var requested: String?
        public var model: ModelID?
        public var endpoint: String?
        public var outcome: AttemptClass?
        public var cost: USD?
        public var decision: JSONValue?
        public var answer: String?
        public var thinking: String?
        public var refusal: String?
        public var toolCalls: JSONValue?
        public var error: String?
        /// The budget that kept it from going on.
        public var stoppedBy: JSONValue?

        private enum CodingKeys: String, CodingKey {
            case origin, state, simulated
            case startedAt = "started_at"
            case duration = "duration_ms"
            case task, requested, model, endpoint, outcome
            case cost = "cost_usd"
            case decision, answer, thinking, refusal
            case toolCalls = "tool_calls"
            case error
            case stoppedBy = "stopped_by"
        }
    }

    /// A call that never ended, with its attempts.
    public typealias OpenCall = Joined<OpenCallAttempts, Call>

    /// The name and the attempts of a call that never ended.
    public struct OpenCallAttempts: Document {
        public var id: CallID
        public var attempts: [Attempt]

        private enum CodingKeys: String, CodingKey {
            case id
            case attempts = "attempt_list"
        }
    }

    /// An attempt as it is stored.
    public struct Attempt: Document {
        public var id: AttemptID
        public var number: Int
        /// `reserved` before it is sent, `settled` when its cost is known.
        public var state: String
        public var model: ModelID
        public var endpoint: String
        public var simulated: Bool
        public var key: KeyFingerprint?
        public var reservedAt: Int64?
        public var worst: USD?
        public var outcome: AttemptClass?
        public var limitWindow: String?
        public var status: Int?
        public var failureType: String?
        public var failureCode: String?
        public var failureParam: String?
        public var failureMessage: String?
        public var sent: Double?
        public var connect: Double?
        public var ttfb: Double?
        public var ttft: Double?
        public var ttfa: Double?
        public var lastToken: Double?
        public var e2e: Double?
        public var gapCount: Int?
        public var maxGap: Double?
        public var p95Gap: Double?
        public var firstTokenChars: Int?
        public var promptTokens: Int?
        public var cacheReadTokens: Int?
        public var cacheWriteTokens: Int?
        public var cacheWrite1hTokens: Int?
        public var outputTokens: Int?
        public var reasoningTokens: Int?
        public var webSearches: Int?
        public var usageRaw: JSONValue?
        public var priceContext: JSONValue?
        public var servedModel: String?
        public var responseId: String?
        public var systemFingerprint: String?
        public var finishReason: String?
        public var finishRaw: String?
        public var answerChars: Int?
        public var thinkingChars: Int?
        public var toolCallDelivered: Bool?
        public var headers: JSONValue?
        public var rateLimit: JSONValue?
        public var retryAfter: Double?
        public var computed: USD?
        public var billed: USD?
        public var priceAsOf: String?
        public var priceSource: String?
        public var priceUnknown: String?
        public var lease: Double?
        /// Its process was killed, and it was settled at its worst case.
        public var assumed: Bool

        private enum CodingKeys: String, CodingKey {
            case id, number, state, model, endpoint, simulated
            case key = "key_fingerprint"
            case reservedAt = "reserved_at"
            case worst = "worst_usd"
            case outcome = "class"
            case limitWindow = "limit_window"
            case status
            case failureType = "failure_type"
            case failureCode = "failure_code"
            case failureParam = "failure_param"
            case failureMessage = "failure_message"
            case sent = "sent_ms"
            case connect = "connect_ms"
            case ttfb = "ttfb_ms"
            case ttft = "ttft_ms"
            case ttfa = "ttfa_ms"
            case lastToken = "last_token_ms"
            case e2e = "e2e_ms"
            case gapCount = "n_gaps"
            case maxGap = "max_gap_ms"
            case p95Gap = "p95_gap_ms"
            case firstTokenChars = "first_token_chars"
            case promptTokens = "prompt_tokens"
            case cacheReadTokens = "cache_read_tokens"
            case cacheWriteTokens = "cache_write_tokens"
            case cacheWrite1hTokens = "cache_write_1h_tokens"
            case outputTokens = "output_tokens"
            case reasoningTokens = "reasoning_tokens"
            case webSearches = "web_searches"
            case usageRaw = "usage_raw"
            case priceContext = "price_context"
            case servedModel = "served_model"
            case responseId = "response_id"
            case systemFingerprint = "system_fingerprint"
            case finishReason = "finish_reason"
            case finishRaw = "finish_raw"
            case answerChars = "answer_chars"
            case thinkingChars = "thinking_chars"
            case toolCallDelivered = "tool_call_delivered"
            case headers
            case rateLimit = "rate_limit"
            case retryAfter = "retry_after_ms"
            case computed = "computed_usd"
            case billed = "billed_usd"
            case priceAsOf = "price_as_of"
            case priceSource = "price_source"
            case priceUnknown = "price_unknown"
            case lease = "lease_ms"
            case assumed
        }
    }
}
