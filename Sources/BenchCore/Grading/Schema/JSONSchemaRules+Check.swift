import LLMCore

extension JSONSchema.Rules {
    /// The rule that `value` itself breaks, its items, members and combined schemas aside.
    func broken(by value: JSONValue) -> String? {
        if let types, !types.contains(where: { $0.admits(value) }) {
            return "expected \(types.map(\.rawValue).joined(separator: " or ")), found \(value.kind)"
        }
        if let enumeration, !enumeration.contains(where: { $0.isSameData(as: value) }) {
            return "\(value.text.shown(limit: 40)) is not one of the values allowed"
        }
        if let constant, !constant.isSameData(as: value) {
            return "expected \(constant.text.shown(limit: 40)), found \(value.text.shown(limit: 40))"
        }
        switch value {
        case .null, .bool: return nil
        // In NFC, so that the two spellings of one letter have one length.
        case .string(let text): return text.isEmpty ? length(0) : length(text.nfc.unicodeScalars.count)
        case .number(let number): return self.number.broken(by: ExactNumber(number))
        case .array(let items): return array.broken(by: items)
        case .object(let members): return object.broken(by: members)
        }
    }

    private func length(_ count: Int) -> String? { text.length.broken(by: count, " characters") }
}

extension JSONSchema.NumberRules {
    fileprivate func broken(by number: ExactNumber) -> String? {
        if let broken = range.broken(by: number, "") { return broken }
        if let least = exclusive.least, !(number > least) { return "expected more than \(least), found \(number)" }
        if let most = exclusive.most, !(number < most) { return "expected less than \(most), found \(number)" }
        if let multipleOf, !number.isMultiple(of: multipleOf) {
            return "expected a multiple of \(multipleOf), found \(number)"
        }
        return nil
    }
}

extension JSONSchema.ArrayRules {
    fileprivate func broken(by items: [JSONValue]) -> String? {
        if let broken = count.broken(by: items.count, " items") { return broken }
        guard isUnique, Set(items.map(\.dataKey)).count < items.count else { return nil }
        return "expected items that differ, found one twice"
    }
}

extension JSONSchema.ObjectRules {
    fileprivate func broken(by object: JSONObject) -> String? {
        if !required.isEmpty {
            let names = Set(object.keys)
            if let missing = required.first(where: { !names.contains($0) }) {
                return "\(missing.shown(limit: 40)) is missing"
            }
        }
        return count.broken(by: object.count, " members")
    }
}

extension JSONSchema.Bounds {
    fileprivate func broken(by value: Bound, _ what: String) -> String? {
        if let least, !(value >= least) { return "expected at least \(least)\(what), found \(value)" }
        if let most, !(value <= most) { return "expected at most \(most)\(what), found \(value)" }
        return nil
    }
}

extension JSONSchema.TypeName {
    fileprivate func admits(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.null, .null), (.boolean, .bool), (.object, .object), (.array, .array), (.number, .number),
            (.string, .string):
            true
        // As the standard has it: a number whose fraction is zero, however large.
        case (.integer, .number(let number)): ExactNumber(number).isWhole
        default: false
        }
    }
}
