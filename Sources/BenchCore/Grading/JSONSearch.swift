import LLMCore

/// Finds JSON inside prose: objects, and arrays too when a schema says what to look for (prose is full of `[1]`).
struct JSONSearch {
    enum Outcome {
        case found, notFound
        /// The best reason there is why none fitted.
        case noneFits(String)
        case undecided(String)
    }
    let schema: JSONSchema?
    let isOver: @Sendable () -> Bool

    /// Each byte may be read this often in attempts that fail: `[[[[…` would otherwise be read once per bracket.
    private static let mostReadings = 64

    /// Goes from left to right over the outermost values.
    func search(_ text: String) -> Outcome {
        let bytes = Array(text.utf8)
        var budget = bytes.count * JSONSearch.mostReadings + 1_000_000
        var offset = 0
        var reason: String?
        while let start = nextOpening(bytes, from: offset) {
            let (value, end) = JSONValue.scanPrefix(of: bytes, at: start)
            budget -= end - start
            guard budget > 0 else { return .undecided("too many brackets are opened and never closed") }
            offset = value == nil ? start + 1 : end
            guard let value else { continue }
            guard let schema else { return .found }
            do throws(JSONSchema.Undecided) {
                guard let violation = try schema.violation(of: value, isOver: isOver) else { return .found }
                // The last one is kept: answers end with their result.
                reason = violation
            } catch {
                return .undecided(error.reason)
            }
        }
        return reason.map(Outcome.noneFits) ?? .notFound
    }

    private func nextOpening(_ bytes: [UInt8], from offset: Int) -> Int? {
        bytes[offset...].firstIndex { $0 == UInt8(ascii: "{") || (schema != nil && $0 == UInt8(ascii: "[")) }
    }
}
