/// The unit compared: a model with its effective parameters, prompt variant and endpoint.
public struct Arm: Sendable, Hashable, Codable {
    public var model: ModelID
    /// Parameters this arm fixes over those of each case; empty for the defaults.
    public var parameters: GenerationParameters
    public var promptVariant: String?
    /// The address without credentials; `simulator` for the built-in one.
    public var endpoint: String
    public var simulated: Bool

    public init(
        model: ModelID, parameters: GenerationParameters = .init(), promptVariant: String? = nil, endpoint: String,
        simulated: Bool
    ) {
        self.model = model
        self.parameters = parameters
        self.promptVariant = promptVariant
        self.endpoint = endpoint
        self.simulated = simulated
    }

    /// With defaults, the model; else the model and what differs: `openai/gpt-5 temperature=0.2 effort=low`.
    ///
    /// The endpoint is not in it: rows keep endpoint and `simulated` beside the arm, and every evidence query asks for both.
    public var id: ArmID {
        var text = model.description
        if let value = parameters.temperature { text += " temperature=\(JSONNumber(value)?.literal ?? "nan")" }
        if let value = parameters.topP { text += " top_p=\(JSONNumber(value)?.literal ?? "nan")" }
        if let value = parameters.maxOutputTokens { text += " max_tokens=\(value)" }
        if let value = parameters.reasoningEffort { text += " effort=\(value)" }
        if let value = parameters.serviceTier { text += " tier=\(value)" }
        if let promptVariant { text += " prompt=\(promptVariant)" }
        return ArmID(rawValue: text)
    }
}

/// Names an arm in trials, selection rows and tables.
public struct ArmID: Sendable, Hashable, Comparable, Codable, RawRepresentable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }
    public init(from decoder: any Decoder) throws { rawValue = try decoder.singleValueContainer().decode(String.self) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    public var description: String { rawValue }
    public static func < (left: ArmID, right: ArmID) -> Bool { left.rawValue < right.rawValue }
}
