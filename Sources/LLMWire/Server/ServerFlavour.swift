package import LLMCore

/// A server's variant of its dialect, as data: encoders branch on these fields, never on a provider's name.
///
/// A compatible endpoint of ours uses ``openAIChat``, ``openAIResponses``, ``anthropic`` and ``gemini``; the simulator uses all.
package struct ServerFlavour: Sendable, Hashable {
    /// The shape of error bodies, and the table that turns an ``AttemptClass`` into status, type and code.
    package enum ErrorShape: String, Sendable, Hashable, CaseIterable {
        case openai, groq, xai, anthropic, gemini
        case llamaCpp = "llama.cpp"
        /// Docker Model Runner's own: a line of text.
        case plainText = "plain-text"
    }

    /// Names and formats of rate-limit headers.
    package enum LimitHeaders: Sendable, Hashable {
        case none
        /// `x-ratelimit-*`, with `x-ratelimit-reset-*` as a duration in Go's notation when asked for.
        case ratelimit(resets: Bool)
        /// `anthropic-ratelimit-*`, resets as RFC 3339 instants.
        case anthropic
    }

    /// When a chat stream carries usage.
    package enum StreamUsage: Sendable, Hashable {
        /// In a chunk without choices, when `stream_options.include_usage` asks for it.
        case whenAsked
        /// Inside `x_groq` of the finish chunk always; twice more when asked for.
        case groq
    }

    /// Timings beside the usage object.
    package enum Timings: Sendable, Hashable {
        case none
        /// `queue_time` and the like inside `usage`, in seconds.
        case groqSeconds
        /// A `timings` object, in milliseconds.
        case llamaMilliseconds
    }

    package enum ModelListShape: Sendable, Hashable {
        case openai, groq, xai, anthropic, gemini, modelRunner
    }

    package var dialect: WireDialect
    package var errors: ErrorShape
    package var limitHeaders: LimitHeaders
    package var modelList: ModelListShape
    package var rules: RequestRules

    /// The field of visible reasoning in a chat delta or message; `nil` when reasoning is never shown.
    package var reasoningField: String?
    /// `channel: "analysis"` beside each piece of reasoning.
    package var reasoningChannel: Bool
    /// Reasoning tokens are counted beside the output, not inside.
    package var reasoningOutsideOutput: Bool
    package var streamUsage: StreamUsage
    package var timings: Timings
    /// A chat stream opens with a chunk that holds the role alone; else the first piece carries it.
    package var opensWithRole: Bool
    /// That chunk's content is `null`, not `""`.
    package var opensWithNull: Bool
    /// Chunks spell out `finish_reason: null`.
    package var spellsNullFinish: Bool
    /// Chunks spell out `logprobs: null`.
    package var spellsLogprobs: Bool
    /// Chunks spell out `usage: null` when usage was asked for.
    package var spellsNullUsage: Bool
    /// A padding field in every event, so that lengths say nothing of the text.
    package var obfuscates: Bool
    /// Spaces before the closing brace of stream events.
    package var pads: Bool
    /// The zeros of token details that do not apply are spelled out.
    package var detailsInFull: Bool
    /// `cost_in_usd_ticks`, `num_sources_used` and modality counts.
    package var billsInTicks: Bool
    /// Whole answers are indented.
    package var pretty: Bool
    /// Stream lines end in CRLF.
    package var crlf: Bool

    package init(
        dialect: WireDialect, errors: ErrorShape, limitHeaders: LimitHeaders = .none, modelList: ModelListShape,
        rules: RequestRules, reasoningField: String? = nil, reasoningChannel: Bool = false,
        reasoningOutsideOutput: Bool = false, streamUsage: StreamUsage = .whenAsked, timings: Timings = .none,
        opensWithRole: Bool = true, opensWithNull: Bool = false, spellsNullFinish: Bool = true,
        spellsLogprobs: Bool = true, spellsNullUsage: Bool = false, obfuscates: Bool = false, pads: Bool = false,
        detailsInFull: Bool = true, billsInTicks: Bool = false, pretty: Bool = false, crlf: Bool = false
    ) {
        self.dialect = dialect
        self.errors = errors
        self.limitHeaders = limitHeaders
        self.modelList = modelList
        self.rules = rules
        self.reasoningField = reasoningField
        self.reasoningChannel = reasoningChannel
        self.reasoningOutsideOutput = reasoningOutsideOutput
        self.streamUsage = streamUsage
        self.timings = timings
        self.opensWithRole = opensWithRole
        self.opensWithNull = opensWithNull
        self.spellsNullFinish = spellsNullFinish
        self.spellsLogprobs = spellsLogprobs
        self.spellsNullUsage = spellsNullUsage
        self.obfuscates = obfuscates
        self.pads = pads
        self.detailsInFull = detailsInFull
        self.billsInTicks = billsInTicks
        self.pretty = pretty
        self.crlf = crlf
    }
}

/// A server's limits on requests, beyond its dialect's grammar.
package struct RequestRules: Sendable, Hashable {
    /// Highest temperature; the lowest is 0 everywhere.
    package var maxTemperature: Double
    /// The output limit must be given.
    package var requiresOutputLimit: Bool
    /// Fields answered with 400.
    package var refusedFields: [String]
    /// `n` above 1 is refused.
    package var onlyOneChoice: Bool

    package init(
        maxTemperature: Double = 2, requiresOutputLimit: Bool = false, refusedFields: [String] = [],
        onlyOneChoice: Bool = false
    ) {
        self.maxTemperature = maxTemperature
        self.requiresOutputLimit = requiresOutputLimit
        self.refusedFields = refusedFields
        self.onlyOneChoice = onlyOneChoice
    }
}
