import LLMCore

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
