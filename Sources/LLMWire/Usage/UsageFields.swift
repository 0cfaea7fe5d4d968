import LLMCore

/// Counts of a usage object by name.
struct UsageFields {
    /// More tokens than any answer can hold; keeps sums far from overflow.
    private static let ceiling = 1 << 48
    private let usage: JSONValue

    init(_ usage: JSONValue) { self.usage = usage }

    /// The usage holds a count of tokens.
    var holdsCounts: Bool {
        usage.object?.contains { Self.isCount($0.key) && Self.amount($0.value) != nil } ?? false
    }

    /// False when a count is negative or absurd: then none of them can be trusted.
    var isSound: Bool { Self.isSound(usage) }

    /// The total is less than prompt and output together: then none of them can be trusted.
    var totalIsBelowItsParts: Bool {
        let total = total
        let prompt = self["prompt_tokens"] ?? self["input_tokens"] ?? self["promptTokenCount"]
        let output = self["completion_tokens"] ?? self["output_tokens"] ?? self["candidatesTokenCount"]
        guard let total, total > 0, let parts = Self.sum(prompt, output) else { return false }
        return total < parts
    }

    /// The total is more than all the parts that were read: something was counted that none of them holds.
    func totalExceeds(_ tokens: TokenUsage) -> Bool {
        guard let total, let parts = Self.sum(tokens.promptTokens, tokens.outputTokens) else { return false }
        return total > parts
    }

    var total: Int? { self["total_tokens"] ?? self["totalTokenCount"] ?? self["totalTokens"] }

    subscript(name: String) -> Int? { usage[name].flatMap(Self.count) }

    subscript(object: String, name: String) -> Int? { usage[object]?[name].flatMap(Self.count) }

    /// The largest of the counts that are given under `names` in the objects `details`, and under `own` beside those: one of two names
    /// may hold a zero that nobody filled in.
    func largest(_ names: [String], within details: [String], or own: [String]) -> Int? {
        var largest: Int?
        func take(_ member: JSONObject.Member) {
            if let count = Self.count(member.value) { largest = max(largest ?? count, count) }
        }
        // Member by member: a usage holds far fewer of them than there are names for a count.
        for member in usage.object?.members ?? [] {
            if own.contains(member.key) { take(member) }
            guard let object = member.value.object, details.contains(member.key) else { continue }
            for part in object.members where names.contains(part.key) { take(part) }
        }
        return largest
    }

    /// An absurd count is none: a sum of such could not be held.
    private static func count(_ value: JSONValue) -> Int? {
        amount(value).flatMap { Int(exactly: $0) }.flatMap { (-ceiling...ceiling).contains($0) ? $0 : nil }
    }

    /// A number: `12`, `12.0`. One in quotes is not trusted.
    static func amount(_ value: JSONValue) -> Double? { value.double }

    /// `nil` when any is unknown.
    static func sum(_ counts: Int?...) -> Int? {
        counts.reduce(Optional(0)) { sum, count in
            guard let sum, let count else { return nil }
            return sum + count
        }
    }

    private static func isCount(_ name: String) -> Bool {
        name.hasSuffix("_tokens") || name.hasSuffix("TokenCount") || name.hasSuffix("Tokens")
    }

    private static func isSound(_ value: JSONValue) -> Bool {
        guard let object = value.object else { return true }
        return object.allSatisfy { member in
            if member.value.object != nil { return isSound(member.value) }
            guard isCount(member.key) else { return true }
            return amount(member.value).map { Int(exactly: $0).map { (0...ceiling).contains($0) } ?? false } ?? true
        }
    }
}
