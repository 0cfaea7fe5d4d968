package import LLMCore

extension JSONSchema {
    /// A value could not be decided in time.
    package struct Undecided: Error {
        package var reason: String
    }

    /// The first way in which `value` breaks the schema, as `modules[2].name: expected …`; `nil` when it keeps it.
    ///
    /// - Parameter isOver: Asked while values and patterns are searched; `true` stops it.
    package func violation(
        of value: JSONValue, isOver: @escaping @Sendable () -> Bool = { false }
    ) throws(Undecided) -> String? {
        var check = JSONSchemaCheck(rules: rules, isOver: isOver)
        return try check.violation(of: value, by: root, at: "")
    }
}

/// A check of one value against a schema.
struct JSONSchemaCheck {
    let rules: [JSONSchema.Rules]
    let isOver: @Sendable () -> Bool
    private var steps = 0
    private var depth = 0

    /// Deepest nesting of values and schemas together: a schema that refers to itself goes as deep as the answer does.
    private static let mostDepth = 2_000
    /// Steps between two looks at the clock. Alternatives that contain themselves double with each level of the answer.
    private static let stepsPerLook = 256

    init(rules: [JSONSchema.Rules], isOver: @escaping @Sendable () -> Bool) {
        self.rules = rules
        self.isOver = isOver
    }

    mutating func violation(of value: JSONValue, by node: JSONSchema.Node, at place: String)
        throws(JSONSchema.Undecided) -> String?
    {
        switch node {
        case .anything: return nil
        case .nothing: return "\(place.label)is not allowed"
        case .rules(let index):
            steps += 1
            if steps % JSONSchemaCheck.stepsPerLook == 0, isOver() {
                throw JSONSchema.Undecided(reason: "stopped: the schema takes too long")
            }
            depth += 1
            defer { depth -= 1 }
            guard depth <= JSONSchemaCheck.mostDepth else {
                throw JSONSchema.Undecided(reason: "stopped: the value and the schema are nested too deep")
            }
            return try violation(of: value, by: rules[index], at: place)
        }
    }

    private mutating func violation(of value: JSONValue, by rules: JSONSchema.Rules, at place: String)
        throws(JSONSchema.Undecided) -> String?
    {
        if let broken = rules.broken(by: value) { return place.label + broken }
        if let found = try combinedViolation(of: value, by: rules.combined, at: place) { return found }
        switch value {
        case .null, .bool, .number: return nil
        case .string(let text):
            guard let pattern = rules.text.pattern, try !matches(pattern, text) else { return nil }
            return "\(place.label)\(text.shown(limit: 40)) does not match \(pattern.text.shown(limit: 60))"
        case .array(let items): return try violation(of: items, by: rules.array, at: place)
        case .object(let object): return try violation(of: object, by: rules.object, at: place)
        }
    }

    private mutating func violation(of items: [JSONValue], by rules: JSONSchema.ArrayRules, at place: String)
        throws(JSONSchema.Undecided) -> String?
    {
        for (index, item) in items.enumerated() {
            let node = index < rules.prefix.count ? rules.prefix[index] : rules.items
            if let found = try violation(of: item, by: node, at: "\(place)[\(index)]") { return found }
        }
        guard let wanted = rules.contains else { return nil }
        var count = 0
        for item in items where try violation(of: item, by: wanted, at: "") == nil { count += 1 }
        let least = rules.containsCount.least ?? 1
        if count < least { return "\(place.label)expected at least \(least) fitting items, found \(count)" }
        guard let most = rules.containsCount.most, count > most else { return nil }
        return "\(place.label)expected at most \(most) fitting items, found \(count)"
    }

    private mutating func violation(of object: JSONObject, by rules: JSONSchema.ObjectRules, at place: String)
        throws(JSONSchema.Undecided) -> String?
    {
        for member in object {
            let key = String(member.key.shown(limit: 40).dropFirst().dropLast())
            let inner = place.isEmpty ? key : "\(place).\(key)"
            if let names = rules.names, let found = try violation(of: .string(member.key), by: names, at: "") {
                return "\(inner): its name: \(found)"
            }
            var isNamed = false
            if let node = rules.properties[member.key] {
                isNamed = true
                if let found = try violation(of: member.value, by: node, at: inner) { return found }
            }
            for (pattern, node) in rules.patterns where try matches(pattern, member.key) {
                isNamed = true
                if let found = try violation(of: member.value, by: node, at: inner) { return found }
            }
            if !isNamed, let found = try violation(of: member.value, by: rules.additional, at: inner) { return found }
        }
        guard !rules.dependentRequired.isEmpty || !rules.dependent.isEmpty else { return nil }
        let names = Set(object.keys)
        for (name, others) in rules.dependentRequired where names.contains(name) {
            if let missing = others.first(where: { !names.contains($0) }) {
                return "\(place.label)\(missing.shown(limit: 40)) is missing beside \(name.shown(limit: 40))"
            }
        }
        for (name, node) in rules.dependent where names.contains(name) {
            if let found = try violation(of: .object(object), by: node, at: place) { return found }
        }
        return nil
    }

    private mutating func combinedViolation(of value: JSONValue, by rules: JSONSchema.Combined, at place: String)
        throws(JSONSchema.Undecided) -> String?
    {
        for node in rules.all + (rules.reference.map { [$0] } ?? []) {
            if let found = try violation(of: value, by: node, at: place) { return found }
        }
        if !rules.any.isEmpty {
            let (fitting, reason) = try fitting(value, rules.any, at: place, enough: 1)
            if fitting == 0 { return "\(place.label)fits none of anyOf: \(reason)" }
        }
        if !rules.one.isEmpty {
            let (fitting, reason) = try fitting(value, rules.one, at: place, enough: 2)
            if fitting == 0 { return "\(place.label)fits none of oneOf: \(reason)" }
            if fitting > 1 { return "\(place.label)fits more than one of oneOf" }
        }
        if let node = rules.not, try violation(of: value, by: node, at: place) == nil {
            return "\(place.label)fits what it must not"
        }
        guard let condition = rules.condition else { return nil }
        let holds = try violation(of: value, by: condition, at: place) == nil
        return try (holds ? rules.then : rules.otherwise).flatMap { node throws(JSONSchema.Undecided) in
            try violation(of: value, by: node, at: place)
        }
    }

    /// The number of schemas that the value keeps, counted up to `enough`, and the reason of the last that it breaks.
    private mutating func fitting(_ value: JSONValue, _ nodes: [JSONSchema.Node], at place: String, enough: Int)
        throws(JSONSchema.Undecided) -> (count: Int, reason: String)
    {
        var count = 0
        var reason = ""
        for node in nodes where count < enough {
            if let found = try violation(of: value, by: node, at: place) { reason = found } else { count += 1 }
        }
        return (count, reason)
    }

    private func matches(_ pattern: JSONSchema.Pattern, _ text: String) throws(JSONSchema.Undecided) -> Bool {
        switch pattern.matcher.search(text, isOver: isOver) {
        case .found: return true
        case .notFound: return false
        case .stopped(let reason): throw JSONSchema.Undecided(reason: reason)
        }
    }
}

extension String {
    fileprivate var label: String { isEmpty ? "" : self + ": " }
}

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
