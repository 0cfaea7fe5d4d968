import LLMCore

/// The page of `keys issued`.
struct VirtualKeysPage {
    let text: String

    init(_ keys: [VirtualKey], now: Int64) {
        var table = TextTable([
            ("NAME", .left), ("KEY", .left), ("ROLE", .left), ("STATE", .left), ("BUDGET", .right), ("SPENT", .right),
            ("SET ASIDE", .right), ("REQUESTS", .right), ("TOKENS", .right), ("LIMITS", .left), ("ID", .left),
        ])
        for key in keys {
            table.add([
                key.name, key.fingerprint.rawValue, key.role.rawValue, VirtualKeysPage.state(of: key, now: now),
                key.limits.budget.map { NumberText.dollars($0) } ?? NumberText.unknown,
                VirtualKeysPage.spent(key.usage), NumberText.dollars(key.reserved), String(key.usage.requests),
                String(key.usage.tokens), key.rulesText ?? NumberText.unknown, key.id.rawValue,
            ])
        }
        text = table.text
    }

    private static func state(of key: VirtualKey, now: Int64) -> String {
        let state = key.state(at: now)
        let instant = state == .revoked ? key.revokedAt : key.expiresAt
        guard let instant else { return state.rawValue }
        let relative = NumberText.relative(instant, to: now)
        return state == .active ? "active, expires \(relative)" : "\(state.rawValue) \(relative)"
    }

    /// A sum that leaves requests out is at least that.
    private static func spent(_ usage: VirtualKeyUsage) -> String {
        (usage.unpriced > 0 ? "≥ " : "") + NumberText.dollars(usage.spent)
            + (usage.assumed > .zero ? " (\(NumberText.dollars(usage.assumed)) assumed)" : "")
    }
}

extension VirtualKey {
    /// `groq/*, auto; 60 requests and 90000 tokens a minute`; `nil` without any.
    var rulesText: String? {
        let rates = [
            limits.requestsPerMinute.map { "\($0) request\($0 == 1 ? "" : "s")" },
            limits.tokensPerMinute.map { "\($0) token\($0 == 1 ? "" : "s")" },
        ].compactMap(\.self)
        let parts = [
            limits.models.isEmpty ? nil : limits.models.map(\.description).joined(separator: ", "),
            rates.isEmpty ? nil : rates.joined(separator: " and ") + " a minute",
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// All limits in a sentence.
    var limitsText: String {
        let parts = [
            "role \(role.rawValue)", limits.budget.map { "budget \($0) USD" }, rulesText,
            expiresAt.map { "expires \(NumberText.timestamp(microseconds: $0))" },
        ].compactMap(\.self)
        return parts.joined(separator: "; ")
    }
}
