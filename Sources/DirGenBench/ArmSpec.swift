public import LLMCore

/// A model to compare as a user writes it: `provider/model`, or `provider/model@effort=low,temperature=0.2` to fix
/// parameters over those of the cases.
public struct ArmSpec: Sendable, Hashable {
    /// The model as written: `provider/model`, or a bare name for the catalogue to resolve.
    public var model: String
    public var parameters: GenerationParameters

    /// - Throws: ``InputError`` naming the parameter that is not known or whose value does not fit.
    public init(_ text: String) throws(InputError) {
        model = text
        parameters = GenerationParameters()
        guard let at = text.lastIndex(of: "@"), text[at...].contains("=") else { return }
        model = String(text[..<at])
        for setting in text[text.index(after: at)...].split(separator: ",", omittingEmptySubsequences: false) {
            let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[1].isEmpty else {
                throw InputError("'\(text)': expected key=value after '@', found '\(setting)'")
            }
            try set(String(pair[0]), String(pair[1]), in: text)
        }
    }

    private mutating func set(_ key: String, _ value: String, in text: String) throws(InputError) {
        switch key {
        case "temperature": parameters.temperature = try number(value, key, in: text)
        case "top_p": parameters.topP = try number(value, key, in: text)
        case "max_tokens": parameters.maxOutputTokens = Int(try number(value, key, in: text))
        case "effort": parameters.reasoningEffort = value
        case "tier": parameters.serviceTier = value
        default:
            throw InputError(
                "'\(text)': unknown parameter '\(key)'; known are temperature, top_p, max_tokens, effort, tier")
        }
    }

    private func number(_ value: String, _ key: String, in text: String) throws(InputError) -> Double {
        guard let number = Double(value), number.isFinite, number >= 0, number < 1e9 else {
            throw InputError("'\(text)': \(key) must be a number, found '\(value)'")
        }
        return number
    }
}

/// An unusable input of the user: a code with its facts. Names no command.
public struct InputError: Error, Sendable, Hashable {
    /// Stable words.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case invalidInput = "invalid_input"
        case noProvider = "no_provider"
        case unknownModel = "unknown_model"
        case unknownRun = "unknown_run"
        /// A model without a price, where a budget is to be kept.
        case unpriced
    }
    public var code: Code
    public var message: String
    /// A hint that follows from the facts; `nil` when there is none.
    public var advice: String?

    public init(_ code: Code = .invalidInput, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    public init(_ message: String, advice: String? = nil) { self.init(.invalidInput, message, advice: advice) }
}
