public import LLMCore

/// In what a server differs from others of its dialect, as data: code asks these fields and never who the server is.
///
/// The presets are in ``presets``; a user's own provider starts from ``generic`` and states only what differs. Decoding takes
/// every missing field from ``generic``.
public struct DialectQuirks: Sendable, Hashable {
    // MARK: Requests

    /// Put before the dialect's paths: what the vendor's own SDK appends to the base URL (`/openai/v1` at Groq).
    public var pathPrefix: String
    /// The field of a chat request's output limit: `max_completion_tokens`, or `max_tokens` where only that is known.
    public var outputLimitField: String
    /// Sent when the request names no output limit; Anthropic refuses a request without one.
    public var defaultOutputLimit: Int?
    /// Temperatures above are lowered to it, because the server would refuse the request.
    public var maximumTemperature: Double?
    /// Chat streams are asked for their usage with `stream_options.include_usage`.
    public var asksForStreamUsage: Bool
    /// The role of system messages: `system` or `developer`.
    public var systemRole: String
    /// Top-level request fields this server refuses: never sent.
    public var omittedFields: Set<String>
    /// The handling of `cache_control` in a chat request.
    public var cacheControl: CacheControlHandling

    /// A handling of `cache_control`, by which clients of Anthropic and of gateways mark what a provider shall cache.
    public enum CacheControlHandling: String, Sendable, Hashable, Codable {
        /// The server reads it: a client of any dialect may use it.
        case taken
        /// Unknown: it stays in requests of the server's own dialect and is added to no other.
        case passed
        /// The server answers it with an error: it is taken out.
        case refused
    }

    // MARK: Answers

    /// The fields of visible reasoning in a chat message or delta; the first that holds text counts.
    public var reasoningFields: [String]
    /// Further places of a chat stream's usage object, read when `usage` is missing.
    public var usagePaths: [[String]]
    /// Reasoning tokens are outside the output count when the totals of an answer do not decide it.
    public var reasoningOutsideOutput: Bool
    /// The usage field that holds the billed amount in units of 1e-10 USD.
    public var billedTicksField: String?
    /// A chat stream is complete with its finish reason, `[DONE]` or not.
    public var doneMarkerOptional: Bool

    // MARK: Limits

    /// The window of `x-ratelimit-*-requests`.
    public var requestLimitWindow: LimitWindow
    /// The window of `x-ratelimit-*-tokens`.
    public var tokenLimitWindow: LimitWindow

    public init(
        pathPrefix: String = "", outputLimitField: String = "max_tokens", defaultOutputLimit: Int? = nil,
        maximumTemperature: Double? = nil, asksForStreamUsage: Bool = true, systemRole: String = "system",
        omittedFields: Set<String> = [], cacheControl: CacheControlHandling = .passed,
        reasoningFields: [String] = ["reasoning_content", "reasoning"],
        usagePaths: [[String]] = [], reasoningOutsideOutput: Bool = false, billedTicksField: String? = nil,
        doneMarkerOptional: Bool = false, requestLimitWindow: LimitWindow = .unknown,
        tokenLimitWindow: LimitWindow = .unknown
    ) {
        self.pathPrefix = pathPrefix
        self.outputLimitField = outputLimitField
        self.defaultOutputLimit = defaultOutputLimit
        self.maximumTemperature = maximumTemperature
        self.asksForStreamUsage = asksForStreamUsage
        self.systemRole = systemRole
        self.omittedFields = omittedFields
        self.cacheControl = cacheControl
        self.reasoningFields = reasoningFields
        self.usagePaths = usagePaths
        self.reasoningOutsideOutput = reasoningOutsideOutput
        self.billedTicksField = billedTicksField
        self.doneMarkerOptional = doneMarkerOptional
        self.requestLimitWindow = requestLimitWindow
        self.tokenLimitWindow = tokenLimitWindow
    }
}
