import LLMCore

/// The service tier of a caller of one dialect at a provider of another.
enum ServiceTier {
    /// Names that several vendors mean the same by; all others, as `auto` and `default`, are each vendor's own and left out.
    private static let shared: Set<String> = ["flex", "priority"]

    /// The tier to send; `nil` leaves the provider's default.
    static func sent(_ request: ChatRequest, to dialect: WireDialect) -> String? {
        guard let tier = request.parameters.serviceTier else { return nil }
        guard let source = request.original?.dialect, family(source) != family(dialect) else {
            return tier
        }
        return dialect != .anthropic && shared.contains(tier) ? tier : nil
    }

    private static func family(_ dialect: WireDialect) -> WireDialect {
        dialect == .openaiResponses ? .openai : dialect
    }
}
