package import LLMCore

extension ExportLineDocument {
    /// A call as it is stored, without its attempts.
    package struct Call: Document {
        package var origin: CallOrigin
        /// `open` until it has ended, then `closed`.
        package var state: String
        package var simulated: Bool
        package var startedAt: Int64
        package var duration: Double?
        package var task: TaskType?
        package var requested: String?
        package var model: ModelID?
        package var endpoint: String?
        package var outcome: AttemptClass?
        package var cost: USD?
        package var decision: JSONValue?
        package var answer: String?
        package var thinking: String?
        package var refusal: String?
        package var toolCalls: JSONValue?
        package var error: String?
        /// The budget that kept it from going on.
        package var stoppedBy: JSONValue?
        package var virtualKey: String?
        package var tags: JSONValue?

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
            case virtualKey = "virtual_key"
            case tags
        }
    }

    /// A call that never ended, with its attempts.
    package typealias OpenCall = Joined<OpenCallAttempts, Call>

    /// The name and the attempts of a call that never ended.
    package struct OpenCallAttempts: Document {
        package var id: CallID
        package var attempts: [Attempt]

        private enum CodingKeys: String, CodingKey {
            case id
            case attempts = "attempt_list"
        }
    }

    /// An attempt as it is stored.
    package struct Attempt: Document {
        package var id: AttemptID
        package var number: Int
        /// `reserved` before it is sent, `settled` when its cost is known.
        package var state: String
        package var model: ModelID
        package var endpoint: String
        package var simulated: Bool
        package var key: KeyFingerprint?
        package var reservedAt: Int64?
        package var worst: USD?
        package var outcome: AttemptClass?
        package var limitWindow: String?
        package var status: Int?
        package var failureType: String?
        package var failureCode: String?
        package var failureParam: String?
        package var failureMessage: String?
        package var sent: Double?
        package var connect: Double?
        package var ttfb: Double?
        package var ttft: Double?
        package var ttfa: Double?
        package var lastToken: Double?
        package var e2e: Double?
        package var gapCount: Int?
        package var maxGap: Double?
        package var p95Gap: Double?
        package var firstTokenChars: Int?
        package var promptTokens: Int?
        package var cacheReadTokens: Int?
        package var cacheWriteTokens: Int?
        package var cacheWrite1hTokens: Int?
        package var outputTokens: Int?
        package var reasoningTokens: Int?
        package var webSearches: Int?
        package var usageRaw: JSONValue?
        package var priceContext: JSONValue?
        package var usageSource: UsageSource?
        package var servedModel: String?
        package var responseId: String?
        package var systemFingerprint: String?
        package var finishReason: String?
        package var finishRaw: String?
        package var answerChars: Int?
        package var thinkingChars: Int?
        package var toolCallDelivered: Bool?
        package var headers: JSONValue?
        package var rateLimit: JSONValue?
        package var retryAfter: Double?
        package var computed: USD?
        package var billed: USD?
        package var priceAsOf: String?
        package var priceSource: String?
        package var priceUnknown: String?
        package var lease: Double?
        /// Its process was killed, and it was settled at its worst case.
        package var assumed: Bool

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
            case usageSource = "usage_source"
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
