import LLMCore

extension JSONValue {
    /// Equal as data: `1`, `1.0` and `1e0` are the same number, text is compared in NFC, members in any order.
    func isSameData(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)): left.isSameNumber(as: right)
        // Swift compares strings by canonical equivalence.
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSameData(as: $1) }
        case (.object(let left), .object(let right)): left.isSameData(as: right)
        default: self == other
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

extension JSONNumber {
    fileprivate func isSameNumber(as other: JSONNumber) -> Bool {
        if literal == other.literal { return true }
        // Digits beyond a double's precision still tell whole numbers apart; `-0` is 0.
        if isWholeLiteral, other.isWholeLiteral { return double == 0 && other.double == 0 }
        return double == other.double
    }
}
