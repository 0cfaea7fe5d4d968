import LLMCore

extension ChatRequest {
    /// The request as `model` may read it: signed, redacted and encrypted reasoning goes back to the model that made it alone, as every
    /// other refuses a signature that is not its own.
    ///
    /// A request of a caller in another dialect tells nobody's name, but for seals that were marked: all others are of its own dialect.
    func addressed(to model: ModelID?) -> ChatRequest {
        var request = self
        if original != nil {
            request.messages = messages.map { $0.opened(for: model?.provider) }
        } else if let model, messages.contains(where: { $0.isForeign(to: model) }) {
            request.messages = messages.map { $0.isForeign(to: model) ? $0.withoutSeals : $0 }
        }
        return request
    }

    /// The first compacted history that `model` cannot read: unlike reasoning it cannot be left out.
    func foreignHistory(for model: ModelID?, in dialect: WireDialect) -> String? {
        guard original == nil else { return nil }
        let index = messages.firstIndex { message in
            message.parts.contains { part in
                guard case .native(let own, let item) = part, ReasoningSeal.isHistory(item) else { return false }
                return own != dialect || model.map(message.isForeign) ?? false
            }
        }
        return index.map { "messages[\($0)] compaction" }
    }
}

extension Message {
    fileprivate func isForeign(to model: ModelID) -> Bool { origin.map { $0 != model } ?? false }

    /// With the seals that this provider made, and no other.
    fileprivate func opened(for provider: ProviderID?) -> Message {
        var message = self
        message.parts = parts.map { part in
            guard case .thinking(let text, let signature) = part else { return part }
            return .thinking(text: text, signature: ReasoningSeal.opened(signature, for: provider))
        }
        return message
    }

    /// Visible reasoning stays, for dialects that can say it unsigned.
    fileprivate var withoutSeals: Message {
        var message = self
        message.parts = parts.compactMap { part in
            switch part {
            case .thinking(let text, _): text.isEmpty ? nil : .thinking(text: text, signature: nil)
            case .native: nil
            case .text, .image, .file, .toolCall, .toolResult, .unknown: part
            }
        }
        return message
    }
}

/// Gemini's check of the signatures on function calls.
enum GeminiSignature {
    /// Google's documented stand-in for calls that no Gemini model signed.
    static let standIn = "skip_thought_signature_validator"

    /// Returns `true` for models that refuse a call without a signature: generation 3 and later.
    static func isRequired(by model: String) -> Bool {
        guard let name = model.split(separator: "/").last?.lowercased(), name.hasPrefix("gemini-") else { return false }
        return Int(name.dropFirst("gemini-".count).prefix { $0.isASCII && $0.isNumber }).map { $0 >= 3 } ?? false
    }
}
