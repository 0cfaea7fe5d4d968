import LLMCore

/// The coding of `assert` entries, by promptfoo's names. Whatever could not be judged is refused here, before anything is paid for.
enum AssertionCoding {
    /// Members of every kind.
    private static let common: Set<String> = ["type", "weight", "metric"]
    /// Sets in sets deeper than anybody writes.
    private static let mostLevels = 8

    static func decode(_ field: Field, _ errors: inout [FieldError]) -> Assertion? { decode(field, level: 0, &errors) }

    private static func decode(_ field: Field, level: Int, _ errors: inout [FieldError]) -> Assertion? {
        guard field.object(&errors) != nil else { return nil }
        guard let type = field["type"] else {
            errors.append(field.error("expected a \"type\""))
            return nil
        }
        guard let name = type.string(&errors) else { return nil }
        guard let (kind, negated) = Assertion.kind(ofType: name) else {
            errors.append(type.error(unknown(name)))
            return nil
        }
        let form = AssertionForm(of: kind)
        field.onlyMembers(common.union(form.members), &errors)
        let before = errors.count
        var assertion = Assertion(kind: kind, negated: negated)
        assertion.weight = field["weight"]?.number(&errors, "a number, 0 or more") { $0 >= 0 } ?? 1
        assertion.metric = field["metric"]?.name(&errors)
        if kind == .assertSet { assertion.nested = nested(field, level: level, &errors) }
        form.read(field, &assertion, &errors)
        for member in field.value.object ?? JSONObject() where isOption(member.key) {
            assertion.options[member.key] = member.value
        }
        return errors.count == before ? assertion : nil
    }

    private static func nested(_ field: Field, level: Int, _ errors: inout [FieldError]) -> [Assertion] {
        guard let list = field.needed("assert", of: .assertSet, &errors)?.array(&errors, "an array of assertions")
        else { return [] }
        if list.isEmpty { errors.append(field.error("an assert-set needs at least one assertion")) }
        guard level < mostLevels else {
            errors.append(field.error("sets are nested deeper than \(mostLevels)"))
            return []
        }
        return list.compactMap { decode($0, level: level + 1, &errors) }
    }

    private static func isOption(_ key: String) -> Bool {
        !common.contains(key) && key != "value" && key != "threshold" && key != "assert"
    }

    /// The reason why a type that is no kind of ours is refused.
    private static func unknown(_ name: String) -> String {
        let base = name.hasPrefix("not-") ? String(name.dropFirst(4)) : name
        if ["javascript", "python", "ruby", "webhook", "fn", "js"].contains(base) {
            return
                "\(base.shown()) would run a program of the dataset's unguarded: not supported; \"code\" runs the answer against tests in a sandbox, in Python, Swift, JavaScript or shell"
        }
        // Whether a row passes would depend on which other models ran, so that neither runs nor tables could be compared.
        if ["select-best", "max-score"].contains(base) {
            return
                "\(base) compares the answers of all models, so that a grade would depend on which others ran; write pairwise, which compares with the reference"
        }
        let known = Assertion.Kind.allCases.map(\.rawValue).sorted().joined(separator: ", ")
        return "unknown assertion \(name.shown(limit: 40)); known: \(known), each also as not-…"
    }

    static func encode(_ assertion: Assertion) -> JSONValue {
        var object: JSONObject = ["type": .string(assertion.type)]
        object["value"] = assertion.value
        object["threshold"] = assertion.threshold.map { JSONValue($0) }
        for option in assertion.options { object[option.key] = option.value }
        if !assertion.nested.isEmpty { object["assert"] = .array(assertion.nested.map(encode)) }
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
