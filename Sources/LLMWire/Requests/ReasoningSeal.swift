package import LLMCore

/// The mark on the sealed reasoning of one provider in a dialect that another one speaks: it says who can read the seal.
///
/// A caller sends reasoning back as it got it, to whatever model comes next. The seal goes to its maker alone: every other refuses it.
package enum ReasoningSeal {
    static let mark = "dirgen:"

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

    /// A request in the caller's own dialect without the reasoning that other providers sealed; every other byte stays where there is none.
    static func cleaned(_ body: [UInt8], dialect: WireDialect) throws(WireError) -> [UInt8] {
        let key: String
        switch dialect {
        case .anthropic: key = "messages"
        case .openaiResponses: key = "input"
        case .openai, .gemini: return body
        }
        guard mentions(body) else { return body }
        var splicer = try JSONSplicer(body)
        guard let values = splicer.value(of: key)?.array else { return body }
        splicer.set(key, to: .array(values.compactMap { dialect == .anthropic ? message($0) : item($0) }))
        return splicer.result()
    }

    private static func item(_ value: JSONValue) -> JSONValue? {
        isMarked(value["encrypted_content"]?.string) ? nil : value
    }

    private static func message(_ value: JSONValue) -> JSONValue? {
        guard var fields = value.object, let blocks = fields["content"]?.array else { return value }
        let kept = blocks.filter { !isMarked($0["signature"]?.string) }
        guard !kept.isEmpty || blocks.isEmpty else { return nil }
        fields["content"] = .array(kept)
        return .object(fields)
    }

    private static func mentions(_ body: [UInt8]) -> Bool {
        let pattern = Array(mark.utf8)
        return body.withUnsafeBytes { bytes in
            guard bytes.count >= pattern.count else { return false }
            return (0...bytes.count - pattern.count).contains { start in
                bytes[start] == pattern[0] && bytes[start + 1] == pattern[1]
                    && bytes[start..<start + pattern.count].elementsEqual(pattern)
            }
        }
    }
}
