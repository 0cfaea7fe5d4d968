import LLMCore

/// The reader of `assert` entries, by promptfoo's names. Whatever could not be judged is refused here, before anything is paid for.
enum AssertionCoding {
    static func decode(_ field: Field, _ errors: inout [FieldError]) -> Assertion? {
        guard field.object(&errors) != nil else { return nil }
        guard let type = field["type"] else {
            errors.append(field.error("expected a \"type\""))
            return nil
        }
        guard let name = type.string(&errors) else { return nil }
        guard let (kind, negated) = Assertion.kind(ofType: name) else {
            let known = Assertion.Kind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            errors.append(type.error("unknown assertion \(name.shown(limit: 40)); known: \(known), each also as not-…"))
            return nil
        }
        let valued = kind != .latency && kind != .cost
        field.onlyMembers(["type", "weight", "metric", valued ? "value" : "threshold"], &errors)
        let before = errors.count
        var assertion = Assertion(kind: kind, negated: negated)
        assertion.weight = field["weight"]?.number(&errors, "a number, 0 or more") { $0 >= 0 } ?? 1
        assertion.metric = field["metric"]?.name(&errors)
        if valued {
            assertion.value = value(of: kind, in: field, &errors)
        } else {
            assertion.threshold = threshold(of: kind, in: field, &errors)
        }
        return errors.count == before ? assertion : nil
    }

    private static func threshold(of kind: Assertion.Kind, in field: Field, _ errors: inout [FieldError]) -> Double? {
        let unit = kind == .latency ? "milliseconds above 0" : "US dollars, 0 or more"
        guard let threshold = field["threshold"] else {
            errors.append(field.error("\(kind.rawValue) needs a \"threshold\": \(unit)"))
            return nil
        }
        return threshold.number(&errors, unit) { kind == .latency ? $0 > 0 : $0 >= 0 }
    }

    private static func value(of kind: Assertion.Kind, in field: Field, _ errors: inout [FieldError]) -> JSONValue? {
        // `null` is a value that an answer can equal; everywhere else it is an absent one.
        if kind == .equals, let value = field.value["value"] { return value }
        let value = field["value"]
        if kind == .isJSON || kind == .containsJSON {
            if let value { checkSchema(value, &errors) }
            return value?.value
        }
        guard let value else {
            errors.append(field.error("\(kind.rawValue) needs a \"value\""))
            return nil
        }
        switch kind {
        case .containsAny, .containsAll, .icontainsAny, .icontainsAll:
            let items = value.array(&errors, "an array of strings")
            if items?.isEmpty == true { errors.append(value.error("expected at least one string")) }
            for item in items ?? [] { _ = item.name(&errors) }
        case .regex:
            if let pattern = value.name(&errors) { checkPattern(pattern, at: value, &errors) }
        default: _ = value.name(&errors)
        }
        return value.value
    }

    private static func checkPattern(_ pattern: String, at field: Field, _ errors: inout [FieldError]) {
        do throws(RegexMatcher.InvalidPattern) {
            _ = try RegexMatcher(pattern)
        } catch {
            errors.append(field.error("not a regular expression: \(error.message)"))
        }
    }

    private static func checkSchema(_ field: Field, _ errors: inout [FieldError]) {
        do throws(JSONSchema.Invalid) {
            _ = try JSONSchema(field.value)
        } catch {
            errors += error.faults.map { Field($0.value, path: field.path + $0.path).error($0.message) }
        }
    }

    static func encode(_ assertion: Assertion) -> JSONValue {
        var object: JSONObject = ["type": .string(assertion.type)]
        object["value"] = assertion.value
        object["threshold"] = assertion.threshold.map { JSONValue($0) }
        if assertion.weight != 1 { object["weight"] = JSONValue(assertion.weight) }
        object["metric"] = assertion.metric.map(JSONValue.string)
        return .object(object)
    }
}

extension Assertion {
    /// Reads a type as a dataset writes it, `not-icontains`; `nil` for an unknown one.
    static func kind(ofType name: String) -> (kind: Kind, negated: Bool)? {
        let negated = name.hasPrefix("not-")
        return Kind(rawValue: negated ? String(name.dropFirst(4)) : name).map { ($0, negated) }
    }
}
