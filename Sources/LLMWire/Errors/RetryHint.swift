import LLMCore

/// What an error's sentence says about waiting, when no header or field does.
enum RetryHint {
    private static let openings = ["try again in ", "retry in ", "retry after "]

    /// The wait in "Please try again in 5.289s", "… in 6m0s", "retry in 48.9s", "retry after 30 seconds".
    static func delay(in message: String) -> Duration? {
        let text = message.lowercased()
        for opening in openings {
            guard let rest = text.tail(after: opening) else { continue }
            let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
            // The sentence's full stop is no part of the figure.
            let figure = word.last == "." ? word.dropLast() : word
            if let duration = GoDuration.parse(String(figure)), !figure.isEmpty { return duration }
            if let number = GoDuration.seconds(String(figure)) {
                return rest.dropFirst(figure.count).hasPrefix(" minute") ? number * 60 : number
            }
        }
        return nil
    }

    /// The window of a rate limit: by Google's quota names, by the sentence, else by the one bucket that is empty.
    static func window(quotas: [QuotaViolation], message: String, buckets: [RateLimitReading.Bucket]) -> LimitWindow {
        let text = message.lowercased()
        if quotas.contains(where: { $0.window == .day }) || daily.contains(where: text.contains) { return .day }
        if quotas.contains(where: { $0.window == .minute }) || minutely.contains(where: text.contains) {
            return .minute
        }
        let spent = Set(buckets.filter { $0.remaining == 0 }.map(\.window))
        return spent.count == 1 ? spent.first ?? .unknown : .unknown
    }

    private static let daily = ["per day", "(rpd)", "(tpd)", "daily limit", "requests/day", "tokens/day"]
    private static let minutely = ["per min", "(rpm)", "(tpm)", "requests/min", "tokens/min"]
}

extension String {
    fileprivate func tail(after text: String) -> Substring? {
        var from = startIndex
        while from < endIndex {
            if self[from...].hasPrefix(text) { return self[index(from, offsetBy: text.count)...] }
            from = index(after: from)
        }
        return nil
    }
}
