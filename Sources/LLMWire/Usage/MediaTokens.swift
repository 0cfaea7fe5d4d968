package import LLMCore

/// The tokens of media inside the counts of a usage, as far as its provider tells them apart.
package struct MediaTokens: Sendable, Hashable {
    /// A medium by Gemini's word, and by the first word of OpenAI's count.
    enum Medium: String, CaseIterable {
        case audio, image, video, document
    }

    private(set) var prompt: [Medium: Int] = [:]
    private(set) var output: [Medium: Int] = [:]

    package init() {}

    /// - Parameter usage: As the provider wrote it, in any dialect.
    package init(_ usage: JSONValue) {
        for name in ["promptTokensDetails", "toolUsePromptTokensDetails"] {
            prompt.merge(Self.modalities(usage[name]), uniquingKeysWith: Self.sum)
        }
        output = Self.modalities(usage["candidatesTokensDetails"])
        for name in ["prompt_tokens_details", "input_tokens_details"] {
            prompt.merge(Self.counts(usage[name])) { max($0, $1) }
        }
        for name in ["completion_tokens_details", "output_tokens_details"] {
            output.merge(Self.counts(usage[name])) { max($0, $1) }
        }
    }

    private static func modalities(_ details: JSONValue?) -> [Medium: Int] {
        let counts = (details?.array ?? []).compactMap { detail -> (Medium, Int)? in
            guard let medium = detail["modality"]?.string.flatMap({ Medium(rawValue: $0.lowercased()) }),
                let count = UsageFields(detail)["tokenCount"], count > 0
            else { return nil }
            return (medium, count)
        }
        return Dictionary(counts, uniquingKeysWith: sum)
    }

    private static func counts(_ details: JSONValue?) -> [Medium: Int] {
        guard let details else { return [:] }
        let fields = UsageFields(details)
        let counts = Medium.allCases.compactMap { medium in fields["\(medium.rawValue)_tokens"].map { (medium, $0) } }
        return Dictionary(counts.filter { $0.1 > 0 }) { $1 }
    }

    /// Counts are far from overflow: ``UsageFields`` reads none that is absurd.
    private static func sum(_ first: Int, _ second: Int) -> Int { first + second }

    // MARK: Writing

    /// The counts as members of OpenAI's details, the sound's always: its SDKs expect it.
    static func openAI(_ counts: [Medium: Int], into details: inout JSONObject) {
        details["audio_tokens"] = JSONValue(counts[.audio] ?? 0)
        if let images = counts[.image] { details["image_tokens"] = JSONValue(images) }
    }

    /// The counts as Gemini's details, with the text that is left of the whole; `nil` where they exceed it, or there are none.
    static func gemini(_ counts: [Medium: Int], of whole: Int?) -> JSONValue? {
        guard let whole, !counts.isEmpty else { return nil }
        let text = whole - counts.values.reduce(0, +)
        guard text >= 0 else { return nil }
        let media = Medium.allCases.compactMap { medium in counts[medium].map { (medium.rawValue.uppercased(), $0) } }
        return .array(
            ((text > 0 ? [("TEXT", text)] : []) + media).map { name, count in
                ["modality": .string(name), "tokenCount": JSONValue(count)]
            })
    }
}
