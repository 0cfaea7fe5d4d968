package import LLMCore

/// The mark on the sealed reasoning of one provider in a dialect that another one speaks: it says who can read the seal.
///
/// A caller sends reasoning back as it got it, to whatever model comes next. The seal goes to its maker alone: every other refuses it.
package enum ReasoningSeal {
    private static let word: StaticString = "dirgen:"
    static let mark = "\(word)"
    private static let markPattern = BytePattern(word)

    /// The signature as the caller of another dialect gets it; `nil` where the dialect brings no reasoning back.
    ///
    /// - Parameter signature: `nil` for reasoning that its maker did not sign, which no other must be sent either.
    package static func marked(_ signature: String?, by provider: ProviderID, for dialect: WireDialect) -> String? {
        switch dialect {
        case .anthropic, .openaiResponses: "\(mark)\(provider.rawValue):\(signature ?? "")"
        case .openai, .gemini: nil
        }
    }

    static func isMarked(_ signature: String?) -> Bool { signature?.hasPrefix(mark) == true }

    /// The signature that this provider made; `nil` where another did, or none.
    static func opened(_ signature: String?, for provider: ProviderID?) -> String? {
        guard let signature, let provider else { return nil }
        let own = "\(mark)\(provider.rawValue):"
        return signature.hasPrefix(own) && signature != own ? String(signature.dropFirst(own.count)) : nil
    }

    /// The seals that a model cannot read: those of other providers.
    ///
    /// Anthropic's own are read wherever its models are served.
    static func foreign(to model: ModelID, _ makers: [String: ModelID]) -> Set<String> {
        Set(
            makers.filter { _, maker in
                maker.provider != model.provider && !(isClaude(maker.name) && isClaude(model.name))
            }.keys)
    }

    private static func isClaude(_ name: String) -> Bool { name.lowercased().contains("claude") }

    /// The seals of a conversation in its caller's dialect.
    package static func seals(of messages: [Message]) -> [String] {
        messages.flatMap { message in message.parts.compactMap { $0.seal } }
    }

    /// The seal of a part in its provider's own form.
    package static func seal(of part: JSONValue) -> String? {
        (part["encrypted_content"] ?? part["signature"] ?? part["data"])?.string
    }

    /// A request in the caller's own dialect without the reasoning that other providers sealed; every other byte stays where there is none.
    ///
    /// - Parameter foreign: Seals that are known to be others', beside the marked ones.
    static func cleaned(
        _ body: [UInt8], of foreign: Set<String> = [], dialect: WireDialect
    ) throws(WireError) -> [UInt8] {
        let key: String
        switch dialect {
        case .anthropic: key = "messages"
        case .openaiResponses: key = "input"
        case .openai, .gemini: return body
        }
        guard !foreign.isEmpty || markPattern.occurs(in: body) else { return body }
        var splicer = try JSONSplicer(body)
        guard let values = splicer.value(of: key)?.array else { return body }
        let isForeign = { (part: JSONValue) in
            guard let seal = seal(of: part) else { return false }
            return isMarked(seal) || foreign.contains(seal)
        }
        guard dialect == .anthropic else {
            // It stands for turns of the conversation: to leave it out would be to answer another question.
            if let index = values.firstIndex(where: { isHistory($0) && isForeign($0) }) {
                throw WireError(
                    .unsupported, "\(key)[\(index)] compaction can be read by the provider that made it alone")
            }
            splicer.set(key, to: .array(values.filter { $0["type"] != "reasoning" || !isForeign($0) }))
            return splicer.result()
        }
        splicer.set(key, to: .array(values.compactMap { message($0, isForeign) }))
        if wantsThought(values, without: isForeign) { splicer.remove("thinking") }
        return splicer.result()
    }

    /// A conversation's older turns, compacted and encrypted by the model.
    static func isHistory(_ item: JSONValue) -> Bool { item["type"] == "compaction" }

    private static func message(_ value: JSONValue, _ isForeign: (JSONValue) -> Bool) -> JSONValue? {
        guard var fields = value.object, let blocks = fields["content"]?.array else { return value }
        let kept = blocks.filter { !isThought($0) || !isForeign($0) }
        guard !kept.isEmpty || blocks.isEmpty else { return nil }
        fields["content"] = .array(kept)
        return .object(fields)
    }

    private static func isThought(_ block: JSONValue) -> Bool {
        block["type"] == "thinking" || block["type"] == "redacted_thinking"
    }

    /// A turn of tools lost the thought it began with: Anthropic goes on with one only where it does not think.
    private static func wantsThought(_ messages: [JSONValue], without isForeign: (JSONValue) -> Bool) -> Bool {
        guard messages.last?["content"]?.array?.contains(where: { $0["type"] == "tool_result" }) == true,
            let turn = messages.last(where: { $0["role"] == "assistant" })?["content"]?.array
        else { return false }
        let thoughts = turn.filter(isThought)
        return !thoughts.isEmpty && thoughts.allSatisfy(isForeign)
    }
}

extension MessagePart {
    /// The seal of reasoning as its caller sent it; `nil` for a part without one.
    fileprivate var seal: String? {
        switch self {
        case .thinking(_, let signature): signature
        case .native(_, let value): ReasoningSeal.seal(of: value)
        case .text, .image, .file, .toolCall, .toolResult, .unknown: nil
        }
    }
}
