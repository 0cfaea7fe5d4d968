import LLMCore

extension JSONSchema {
    /// A pattern could not be decided in time.
    struct Undecided: Error {
        var reason: String
    }

    /// The first way in which `value` breaks the schema, as `modules[2].name: expected …`; `nil` when it keeps it.
    ///
    /// - Parameter isOver: Asked while a pattern is searched; `true` stops it.
    func violation(
        of value: JSONValue, at place: String = "", isOver: @escaping @Sendable () -> Bool
    ) throws(Undecided) -> String? {
        switch self {
        case .anything: return nil
        case .nothing: return "\(place.label)is not allowed"
        case .rules(let rules):
            if let broken = rules.broken(by: value) { return place.label + broken }
            switch value {
            case .string(let text): return try rules.patternViolation(text, isOver).map { place.label + $0 }
            case .array(let values):
                for (index, item) in values.enumerated() {
                    if let found = try rules.items.violation(of: item, at: "\(place)[\(index)]", isOver: isOver) {
                        return found
                    }
                }
            case .object(let object):
                for member in object {
                    let schema = rules.properties[member.key] ?? rules.additional
                    let key = String(member.key.shown(limit: 40).dropFirst().dropLast())
                    let inner = place.isEmpty ? key : "\(place).\(key)"
                    if let found = try schema.violation(of: member.value, at: inner, isOver: isOver) { return found }
                }
            default: break
            }
            return nil
        }
    }
}

extension JSONSchema.Rules {
    /// The constraint that `value` itself breaks, its items and members aside.
    fileprivate func broken(by value: JSONValue) -> String? {
        if let types, !types.contains(where: { $0.admits(value) }) {
            return "expected \(types.map(\.rawValue).joined(separator: " or ")), found \(value.kind)"
        }
        if let enumeration, !enumeration.contains(where: { $0.isSameData(as: value) }) {
            return "\(value.text.shown(limit: 40)) is not one of the values allowed"
        }
        switch value {
        case .string(let text): return length.broken(by: text.unicodeScalars.count, " characters")
        case .number(let number): return broken(by: number.double)
        case .array(let values): return itemCount.broken(by: values.count, " items")
        case .object(let object):
            let names = Set(object.keys)
            if let missing = required.first(where: { !names.contains($0) }) {
                return "\(missing.shown(limit: 40)) is missing"
            }
            return memberCount.broken(by: object.count, " members")
        case .null, .bool: return nil
        }
    }

    private func broken(by number: Double) -> String? {
        if let broken = self.number.broken(by: number, "") { return broken }
        if let least = exclusive.least, !(number > least) { return "expected more than \(least), found \(number)" }
        if let most = exclusive.most, !(number < most) { return "expected less than \(most), found \(number)" }
        return nil
    }

    fileprivate func patternViolation(_ text: String, _ isOver: @escaping @Sendable () -> Bool)
        throws(JSONSchema.Undecided) -> String?
    {
        guard let pattern, let matcher = try? RegexMatcher(pattern) else { return nil }
        switch matcher.search(text, isOver: isOver) {
        case .found: return nil
        case .notFound: return "\(text.shown(limit: 40)) does not match \(pattern.shown(limit: 60))"
        case .stopped(let reason): throw JSONSchema.Undecided(reason: reason)
        }
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
        case (.integer, .number(let number)): number.double.isFinite && number.double == number.double.rounded()
        default: false
        }
    }
}

extension String {
    fileprivate var label: String { isEmpty ? "" : self + ": " }
}
