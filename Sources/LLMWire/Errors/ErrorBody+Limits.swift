import LLMCore

/// The limits that an error body reports outside of its sentences: `retryDelay`, `resets_in_seconds`, `retry_after_ms`,
/// headers as a member.
extension ErrorBody {
    private static let deepest = 8
    /// The most members that are searched.
    private static let most = 256

    mutating func readLimits(_ json: JSONValue, depth: Int) {
        guard depth < Self.deepest else { return }
        switch json {
        case .array(let values): for value in values.prefix(Self.most) { readLimits(value, depth: depth + 1) }
        case .object(let object):
            for member in object.prefix(Self.most) { readLimit(member.key, member.value, depth: depth) }
        default: break
        }
    }

    private mutating func readLimit(_ key: String, _ value: JSONValue, depth: Int) {
        let name = key.lowercased()
        if LimitHeader(name) != nil || name.hasPrefix("retry-after"), let text = Self.text(value) {
            headers.append((key, text))
        } else if let unit = Self.unit(of: key), let text = Self.text(value) {
            waits.append((text, unit))
        } else {
            readLimits(value, depth: depth + 1)
        }
    }

    private static func text(_ value: JSONValue) -> String? { value.string ?? value.number?.literal }

    /// The unit of a field that reports a reset or a retry; `nil` for any other.
    private static func unit(of key: String) -> ResetValue.Unit? {
        let words = MessageWords(key)
        let isWait =
            words.pair(
                ["retry", "reset", "resets"], ["after", "delay", "in", "at", "time", "timestamp", "date"], gap: 1)
            || words.pair(["next"], ["flush", "reset"]) || ["reset", "resets", "retryin"].contains(key.lowercased())
        guard isWait else { return nil }
        return words.has(["ms", "millis", "milliseconds"]) ? .milliseconds : .seconds
    }

    /// The longest wait that fields name.
    ///
    /// - Parameter now: Wall clock in microseconds since 1970, for dates.
    func wait(now: Int64?) -> Duration? { waits.map { ResetValue.wait($0.value, now: now, unit: $0.unit) }.longest }
}
