import LLMCore

extension AssertionForm {
    /// `null` is a value that an answer can equal; everywhere else it is an absent one.
    static let equals = AssertionForm(["value"]) { field, assertion, errors in
        assertion.value = field.value["value"] ?? field.needed("value", of: assertion.kind, &errors)?.value
    }

    static let text = AssertionForm(["value"]) { field, assertion, errors in
        let value = field.needed("value", of: assertion.kind, &errors)
        _ = value?.name(&errors)
        assertion.value = value?.value
    }

    static let texts = AssertionForm(["value"]) { field, assertion, errors in
        let value = field.needed("value", of: assertion.kind, &errors)
        value?.names(&errors)
        assertion.value = value?.value
    }

    static let regex = AssertionForm(["value"]) { field, assertion, errors in
        guard let value = field.needed("value", of: assertion.kind, &errors) else { return }
        assertion.value = value.value
        guard let pattern = value.name(&errors) else { return }
        do throws(RegexMatcher.InvalidPattern) {
            _ = try RegexMatcher(pattern)
        } catch {
            errors.append(value.error("not a regular expression: \(error.message)"))
        }
    }

    static let levenshtein = AssertionForm(["value", "threshold"]) { field, assertion, errors in
        text.read(field, &assertion, &errors)
        // More edits than anybody allows would make every two texts alike, and take long to count.
        assertion.threshold =
            field["threshold"]?.integer(&errors, "a whole number of edits, from 0 to 10000", in: 0...10_000)
            .map(Double.init)
    }

    static let rouge = AssertionForm(["value", "threshold"]) { field, assertion, errors in
        text.read(field, &assertion, &errors)
        assertion.threshold = field.share(&errors)
    }

    static let bleu = AssertionForm(["value", "threshold"]) { field, assertion, errors in
        let value = field.needed("value", of: assertion.kind, &errors)
        value?.nameOrNames(&errors)
        assertion.value = value?.value
        assertion.threshold = field.share(&errors)
    }

    /// A number, or its limits.
    static let count = AssertionForm(["value"]) { field, assertion, errors in
        let what = "a whole number, or an object with \"min\" or \"max\""
        guard let value = field.needed("value", of: assertion.kind, what, &errors) else { return }
        assertion.value = value.value
        guard value.value.object != nil else {
            _ = value.integer(&errors, what, in: 0...Int.max)
            return
        }
        value.onlyMembers(["min", "max"], &errors)
        let least = value["min"]?.integer(&errors, "a whole number, 0 or more", in: 0...Int.max)
        let most = value["max"]?.integer(&errors, "a whole number, 0 or more", in: 0...Int.max)
        if value["min"] == nil, value["max"] == nil { errors.append(value.error("expected \"min\" or \"max\"")) }
        if let least, let most, least > most { errors.append(value.error("\"min\" is more than \"max\"")) }
    }

    static let numeric = AssertionForm(["value", "tolerance", "relative", "after"]) { field, assertion, errors in
        let value = field.needed("value", of: assertion.kind, "a number", &errors)
        _ = value?.number(&errors)
        assertion.value = value?.value
        _ = field["tolerance"]?.number(&errors, "a number, 0 or more") { $0 >= 0 }
        _ = field["relative"]?.number(&errors, "a share of the value, 0 or more and below 1") { (0..<1).contains($0) }
        checkMarker(field["after"], &errors)
        if field["tolerance"] != nil, let relative = field["relative"] {
            errors.append(relative.error("conflicts with \"tolerance\": give one of them"))
        }
    }

    /// A marker that consists of signs only could not be told from their other uses.
    static func checkMarker(_ field: Field?, _ errors: inout [FieldError]) {
        guard let field, let marker = field.name(&errors) else { return }
        if PlainAnswer(marker).scalars.allSatisfy(\.isInvisible) {
            errors.append(field.error("expected a marker with signs in it"))
        }
    }

    /// A letter, or all of several.
    static let choice = AssertionForm(["value"]) { field, assertion, errors in
        guard let value = field.needed("value", of: assertion.kind, "a letter, or a list of letters", &errors) else {
            return
        }
        assertion.value = value.value
        let items = value.value.string == nil ? value.array(&errors, "a letter or an array of letters") ?? [] : [value]
        if items.isEmpty, value.value.array != nil { errors.append(value.error("expected at least one letter")) }
        var seen: Set<String> = []
        for item in items {
            guard let letter = item.string(&errors) else { continue }
            guard letter.unicodeScalars.count == 1, letter.unicodeScalars.allSatisfy(\.isASCIILetter) else {
                errors.append(item.error("expected one letter from A to Z, found \(letter.shown(limit: 40))"))
                continue
            }
            if !seen.insert(letter.uppercased()).inserted { errors.append(item.error("stands twice")) }
        }
    }

    /// `latency` and `cost`.
    static let limit = AssertionForm(["threshold"]) { field, assertion, errors in
        let isTime = assertion.kind == .latency
        let unit = isTime ? "milliseconds above 0" : "US dollars, 0 or more"
        let threshold = field.needed("threshold", of: assertion.kind, unit, &errors)
        assertion.threshold = threshold?.number(&errors, unit) { isTime ? $0 > 0 : $0 >= 0 }
    }
}
