/// A chat request, in no provider's dialect.
///
/// Encodable with all its parts, so that a field that is added is in every cache key without anybody remembering it.
public struct ChatRequest: Sendable, Hashable, Encodable {
    /// System messages stand in front, in order.
    public var messages: [Message]
    public var parameters: GenerationParameters
    public var tools: [ToolDefinition]
    public var toolChoice: ToolChoice?
    /// `false`: at most one call an answer; `nil` leaves the provider's default.
    public var parallelToolCalls: Bool?
    public var stream: Bool
    /// The client's own bytes, when it came through a compatible endpoint: a provider of the same dialect gets those.
    public var original: OriginalRequest?

    public init(
        messages: [Message], parameters: GenerationParameters = .init(), tools: [ToolDefinition] = [],
        toolChoice: ToolChoice? = nil, parallelToolCalls: Bool? = nil, stream: Bool = true,
        original: OriginalRequest? = nil
    ) {
        self.messages = messages
        self.parameters = parameters
        self.tools = tools
        self.toolChoice = toolChoice
        self.parallelToolCalls = parallelToolCalls
        self.stream = stream
        self.original = original
    }

    /// An estimate of its tokens: ``TokenEstimate`` over the text, and four a message.
    public var estimatedInputTokens: Int { TokenEstimate.tokens(inBytes: worstCaseInputTokens) }

    /// UTF-8 bytes of all text plus sixteen per message: an upper bound of its tokens, for worst-case cost.
    public var worstCaseInputTokens: Int {
        messages.reduce(0) { sum, message in
            sum + 16 + message.parts.reduce(0) { $0 + $1.utf8Count }
        } + tools.reduce(0) { $0 + $1.name.utf8.count + ($1.description?.utf8.count ?? 0) + $1.parameters.bytes.count }
    }
}

/// An estimate of tokens from text, without any provider's tokeniser: four UTF-8 bytes make a token.
///
/// Tokenisers take 3 to 5 bytes a token of English prose and of code, so the estimate is off by up to a third either way.
/// Chinese, Japanese and Korean take 2 to 3: up to twice as many tokens. An image in base 64 counts by its bytes, far too many.
/// For forecasts and for cutting a conversation; money is reserved for ``ChatRequest/worstCaseInputTokens``.
package enum TokenEstimate {
    package static func tokens(inBytes bytes: Int) -> Int { bytes / 4 }
}

/// The generation parameters of a request. `nil` leaves the provider's default.
public struct GenerationParameters: Sendable, Hashable, Codable {
    public var temperature: Double?
    public var topP: Double?
    /// Output limit in tokens, hidden reasoning included where the provider counts it so.
    public var maxOutputTokens: Int?
    public var seed: Int?
    public var stop: [String]?
    /// `minimal`, `low`, `medium`, `high`: as the provider spells it.
    public var reasoningEffort: String?
    public var presencePenalty: Double?
    public var frequencyPenalty: Double?
    /// The kinds of content that the answer may hold, as `text` and `image`.
    public var outputModalities: [String]?
    /// The voice of an answer with sound, as the provider calls it.
    public var speechVoice: String?
    /// The number of tokens whose log probabilities are told beside each of the answer; 0 tells the chosen one's alone, `nil` none.
    public var topLogprobs: Int?
    public var serviceTier: String?
    /// A JSON Schema the answer must follow.
    public var responseSchema: JSONValue?

    public init(
        temperature: Double? = nil, topP: Double? = nil, maxOutputTokens: Int? = nil, seed: Int? = nil,
        stop: [String]? = nil,
        reasoningEffort: String? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil,
        outputModalities: [String]? = nil, speechVoice: String? = nil, topLogprobs: Int? = nil,
        serviceTier: String? = nil,
        responseSchema: JSONValue? = nil
    ) {
        self.temperature = temperature
        self.topP = topP
        self.maxOutputTokens = maxOutputTokens
        self.seed = seed
        self.stop = stop
        self.reasoningEffort = reasoningEffort
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.outputModalities = outputModalities
        self.speechVoice = speechVoice
        self.topLogprobs = topLogprobs
        self.serviceTier = serviceTier
        self.responseSchema = responseSchema
    }

    /// `self` where set, else `fallback`.
    public func filled(from fallback: GenerationParameters) -> GenerationParameters {
        GenerationParameters(
            temperature: temperature ?? fallback.temperature, topP: topP ?? fallback.topP,
            maxOutputTokens: maxOutputTokens ?? fallback.maxOutputTokens, seed: seed ?? fallback.seed,
            stop: stop ?? fallback.stop,
            reasoningEffort: reasoningEffort ?? fallback.reasoningEffort,
            presencePenalty: presencePenalty ?? fallback.presencePenalty,
            frequencyPenalty: frequencyPenalty ?? fallback.frequencyPenalty,
            outputModalities: outputModalities ?? fallback.outputModalities,
            speechVoice: speechVoice ?? fallback.speechVoice,
            topLogprobs: topLogprobs ?? fallback.topLogprobs,
            serviceTier: serviceTier ?? fallback.serviceTier,
            responseSchema: responseSchema ?? fallback.responseSchema)
    }
}

/// The tool that the model may or must call.
public enum ToolChoice: Sendable, Hashable, Encodable {
    case auto, none, required
    case tool(String)
}

/// The API families spoken on the wire.
public enum WireDialect: String, Sendable, Hashable, Codable, CaseIterable {
    case openai
    case openaiResponses = "openai-responses"
    case anthropic
    case gemini

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let dialect = WireDialect(rawValue: name) else {
            let known = WireDialect.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(name)' is none of \(known)")
        }
        self = dialect
    }
}

/// A request as it arrived from a client, for pass-through.
public struct OriginalRequest: Sendable, Hashable, Encodable {
    public var dialect: WireDialect
    public var body: [UInt8]
    /// Headers that say how the body is to be read, as `anthropic-beta`.
    public var headers: Headers
    /// The models that made the sealed reasoning in the body, by seal, as far as they are known.
    package var makers: [String: ModelID] = [:]
    public init(dialect: WireDialect, body: [UInt8], headers: Headers = [:]) {
        self.dialect = dialect
        self.body = body
        self.headers = headers
    }

    // Without the makers, which follow from the body.
    private enum CodingKeys: String, CodingKey { case dialect, body, headers }

    /// Header fields in the order of their names, so that equal ones make equal cache keys.
    public struct Headers: Sendable, Hashable, Encodable, ExpressibleByDictionaryLiteral {
        public struct Field: Sendable, Hashable, Encodable {
            /// In lower case.
            public let name: String
            public let value: String
        }

        public let fields: [Field]

        public init(_ fields: some Sequence<(name: String, value: String)>) {
            self.fields = fields.map { Field(name: $0.name.lowercased(), value: $0.value) }
                .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        }

        public init(dictionaryLiteral elements: (String, String)...) {
            self.init(elements.map { (name: $0.0, value: $0.1) })
        }
    }
}

extension MessagePart {
    package var utf8Count: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .image(let image):
            switch image.source {
            case .url(let url): url.utf8.count
            case .base64(_, let data): data.utf8.count
            }
        case .file(let file):
            switch file.source {
            case .url(let text), .base64(let text): text.utf8.count
            }
        case .toolCall(let call): call.name.utf8.count + call.arguments.utf8.count
        case .toolResult(let result): result.content.utf8.count
        case .thinking(let text, let signature): text.utf8.count + (signature?.utf8.count ?? 0)
        case .unknown(let value), .native(_, let value): value.bytes.count
        }
    }
}

/// Reasoning efforts by name or as a budget in tokens, in their order.
package enum ReasoningEffort {
    /// The words of all providers, from none to most.
    package static let names = ["none", "default", "minimal", "low", "medium", "high", "xhigh", "max"]

    /// An effort that leaves room for an answer where this one left none; `nil` when there is none lower, or the name is not known.
    ///
    /// - Parameter effort: `nil` is the provider's default.
    package static func lower(than effort: String?) -> String? {
        guard let effort else { return "low" }
        if let budget = Int(effort) { return budget > leastBudget ? String(max(leastBudget, budget / 4)) : nil }
        switch effort.lowercased() {
        case "max", "xhigh", "high", "medium": return "low"
        case "low": return "minimal"
        default: return nil
        }
    }

    private static let leastBudget = 1_024
}
