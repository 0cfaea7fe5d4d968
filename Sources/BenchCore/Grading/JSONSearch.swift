import LLMCore

/// A search for JSON inside prose: objects, and arrays too when a schema says what to look for (prose is full of `[1]`).
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
            do throws(JSONSchema.Undecided) {
                let violation = try schema?.violation(of: value, isOver: isOver)
                // The last one is kept: answers end with their result.
                reason = violation ?? AnswerJSON(value, bytes[start..<end]).ambiguity
                if reason == nil { return .found }
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

/// A JSON value as a key: equal for values that are the same data.
indirect enum JSONDataKey: Hashable {
    case null
    case bool(Bool)
    case number(ExactNumber)
    // Swift compares and hashes strings by canonical equivalence.
    case string(String)
    case array([JSONDataKey])
    case object([String: JSONDataKey])
}

extension JSONValue {
    /// Equal as data: `1`, `1.0` and `1e0` are the same number, however many digits; text is compared by canonical
    /// equivalence, members in any order.
    func isSameData(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)):
            left.literal == right.literal || ExactNumber(left) == ExactNumber(right)
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSameData(as: $1) }
        case (.object(let left), .object(let right)): left.isSameData(as: right)
        default: self == other
        }
    }

    var dataKey: JSONDataKey {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): .number(ExactNumber(number))
        case .string(let text): .string(text)
        case .array(let items): .array(items.map(\.dataKey))
        case .object(let object): .object(Dictionary(object.map { ($0.key, $0.value.dataKey) }) { $1 })
        }
    }
}

extension JSONObject {
    fileprivate func isSameData(as other: JSONObject) -> Bool {
        guard count == other.count else { return false }
        // A dictionary, because an answer may have a hundred thousand members.
        let others = Dictionary(other.map { ($0.key, $0.value) }) { $1 }
        return allSatisfy { member in others[member.key].map { member.value.isSameData(as: $0) } ?? false }
    }
}
