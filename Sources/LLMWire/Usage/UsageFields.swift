import LLMCore

/// Counts of a usage object by name.
struct UsageFields {
    /// More tokens than any answer can hold; keeps sums far from overflow.
    private static let ceiling = 1 << 48
    private let usage: JSONValue

    init(_ usage: JSONValue) { self.usage = usage }

    /// The usage holds a count of tokens.
    var holdsCounts: Bool {
        usage.object?.contains { Self.isCount($0.key) && $0.value.number != nil } ?? false
    }

    /// False when a count is negative or absurd: then none of them can be trusted.
    var isSound: Bool { Self.isSound(usage) }

    /// The total is less than prompt and output together: then none of them can be trusted.
    var totalIsBelowItsParts: Bool {
        let total = self["total_tokens"] ?? self["totalTokenCount"]
        let prompt = self["prompt_tokens"] ?? self["input_tokens"] ?? self["promptTokenCount"]
        let output = self["completion_tokens"] ?? self["output_tokens"] ?? self["candidatesTokenCount"]
        guard let total, total > 0, let parts = Self.sum(prompt, output) else { return false }
        return total < parts
    }

    subscript(path: String...) -> Int? {
        path.reduce(Optional(usage)) { $0?[$1] }?.int
    }

    /// `nil` when any is unknown.
    static func sum(_ counts: Int?...) -> Int? {
        counts.reduce(Optional(0)) { sum, count in
            guard let sum, let count else { return nil }
            return sum + count
        }
    }

    private static func isCount(_ name: String) -> Bool { name.hasSuffix("_tokens") || name.hasSuffix("TokenCount") }

    private static func isSound(_ value: JSONValue) -> Bool {
        guard let object = value.object else { return true }
        return object.allSatisfy { member in
            if member.value.object != nil { return isSound(member.value) }
            guard isCount(member.key) else { return true }
            return member.value.number == nil || member.value.int.map { (0...ceiling).contains($0) } ?? false
        }
    }
}
