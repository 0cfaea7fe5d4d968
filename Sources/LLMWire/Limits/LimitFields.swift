import LLMCore

/// The structured fields of the IETF's draft: `ratelimit: "burst";r=50;t=30` beside `ratelimit-policy: "burst";q=100;w=60`, and the
/// earlier `ratelimit: limit=100, remaining=50, reset=30`.
enum LimitFields {
    private struct Item {
        var name: String
        var parameters: [String: String]

        func whole(_ keys: String...) -> Int? {
            keys.lazy.compactMap { parameters[$0] }.compactMap { Double($0) }.compactMap { Int(exactly: $0.rounded()) }
                .first { $0 >= 0 }
        }
    }

    private static let names = ["ratelimit", "x-ratelimit", "rate-limit"]

    static func buckets(_ headers: HeaderList, now: Int64?) -> [RateLimitReading.Bucket] {
        let limits = names.lazy.map { items(headers.values($0)) }.first { !$0.isEmpty } ?? []
        let policies = names.lazy.map { items(headers.values($0 + "-policy")) }.first { !$0.isEmpty } ?? []
        return merged(limits).compactMap { item in
            // A policy without a name, or the only one, is everybody's.
            let policy = policies.first { $0.name == item.name } ?? (policies.count == 1 ? policies.first : nil)
            return bucket(item, policy, now: now)
        }
    }

    private static func bucket(_ item: Item, _ policy: Item?, now: Int64?) -> RateLimitReading.Bucket? {
        let limit = item.whole("limit", "l", "q") ?? policy?.whole("q", "limit") ?? policy.flatMap { Int($0.name) }
        let remaining = item.whole("remaining", "r")
        let reset = (item.parameters["t"] ?? item.parameters["reset"]).flatMap { ResetValue.wait($0, now: now) }
        guard remaining != nil || reset != nil else { return nil }
        let seconds = policy?.whole("w", "window") ?? item.whole("w", "window")
        let words = MessageWords(
            [item.name, policy?.name ?? "", policy?.parameters["qu"] ?? ""].joined(separator: " "))
        return RateLimitReading.Bucket(
            resource: words.has(["token", "tokens"]) ? .tokens : .requests,
            window: seconds.map(window) ?? .unknown, limit: limit, remaining: remaining,
            resetAfter: reset)
    }

    private static func window(_ seconds: Int) -> LimitWindow {
        switch seconds {
        case ..<3_600: .minute
        case ..<86_400: .hour
        case ..<604_800: .day
        case ..<2_419_200: .week
        default: .month
        }
    }

    /// The earlier form gives one limit in several items without names: `limit=100, remaining=50`.
    private static func merged(_ items: [Item]) -> [Item] {
        guard items.count > 1, items.allSatisfy({ $0.name.isEmpty }) else { return items }
        return [Item(name: "", parameters: items.reduce(into: [:]) { $0.merge($1.parameters) { first, _ in first } })]
    }

    private static func items(_ values: [String]) -> [Item] {
        values.flatMap { parts(of: $0, at: ",") }.compactMap { text in
            var item = Item(name: "", parameters: [:])
            for part in parts(of: text, at: ";") {
                let pair = part.split(separator: "=", maxSplits: 1).map { bare(String($0)) }
                if pair.count == 2 {
                    item.parameters[pair[0].lowercased()] = pair[1]
                } else if item.name.isEmpty, let name = pair.first {
                    item.name = name
                }
            }
            return item.name.isEmpty && item.parameters.isEmpty ? nil : item
        }
    }

    /// Split outside of quotes.
    private static func parts(of text: String, at separator: Character) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == separator, !isQuoted {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.filter { !$0.trimmed.isEmpty }
    }

    private static func bare(_ text: String) -> String { text.trimming { $0 == "\"" || $0.isWhitespace } }
}
