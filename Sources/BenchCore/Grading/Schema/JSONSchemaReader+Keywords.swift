import LLMCore

extension JSONSchemaReader {
    mutating func types(_ place: JSONSchemaPlace?) -> [JSONSchema.TypeName]? {
        guard let place else { return nil }
        let names = place.value.array ?? [place.value]
        let types = names.map { $0.string.flatMap(JSONSchema.TypeName.init(rawValue:)) }
        guard types.allSatisfy({ $0 != nil }) else {
            let known = JSONSchema.TypeName.allCases.map(\.rawValue).joined(separator: ", ")
            add(place.fault("expected one or several of \(known)"))
            return nil
        }
        if types.isEmpty { add(place.fault("expected at least one type")) }
        return types.compactMap { $0 }
    }

    mutating func values(_ place: JSONSchemaPlace?) -> [JSONValue]? {
        guard let place else { return nil }
        guard let values = place.value.array, !values.isEmpty else {
            add(place.fault("expected an array of at least one value"))
            return nil
        }
        return values
    }

    mutating func pattern(_ place: JSONSchemaPlace?) -> JSONSchema.Pattern? {
        guard let place, let text = string(place) else { return nil }
        do throws(RegexMatcher.InvalidPattern) {
            return JSONSchema.Pattern(text: text, matcher: try RegexMatcher(text))
        } catch {
            add(place.fault("not a regular expression: \(error.message)"))
            return nil
        }
    }

    private mutating func string(_ place: JSONSchemaPlace) -> String? {
        if let text = place.value.string { return text }
        add(place.fault("expected a string, found \(place.value.kind)"))
        return nil
    }

    mutating func flag(_ place: JSONSchemaPlace?) -> Bool {
        guard let place else { return false }
        if let flag = place.value.bool { return flag }
        add(place.fault("expected true or false, found \(place.value.kind)"))
        return false
    }

    mutating func strings(_ place: JSONSchemaPlace?) -> [String] {
        guard let place else { return [] }
        let strings = place.value.array?.compactMap(\.string)
        guard let strings, strings.count == place.value.array?.count else {
            add(place.fault("expected an array of strings"))
            return []
        }
        return strings
    }

    mutating func nodes(_ place: JSONSchemaPlace?) -> [JSONSchema.Node] {
        guard let place else { return [] }
        guard let items = place.items, !items.isEmpty else {
            add(place.fault("expected an array of at least one schema"))
            return []
        }
        return items.map { node($0) }
    }

    mutating func namedNodes(_ place: JSONSchemaPlace?) -> [(name: String, node: JSONSchema.Node)] {
        objectMembers(place).map { ($0.key, node($0.place)) }
    }

    mutating func objectMembers(_ place: JSONSchemaPlace?) -> [(key: String, place: JSONSchemaPlace)] {
        guard let place else { return [] }
        if let members = place.members { return members }
        add(place.fault("expected an object, found \(place.value.kind)"))
        return []
    }

    mutating func counts(_ least: String, _ most: String, of place: JSONSchemaPlace) -> JSONSchema.Bounds<Int> {
        .init(least: count(place[least]), most: count(place[most]))
    }

    private mutating func count(_ place: JSONSchemaPlace?) -> Int? {
        guard let place else { return nil }
        if let count = place.value.int, count >= 0 { return count }
        add(place.fault("expected a whole number, 0 or more"))
        return nil
    }

    mutating func number(_ place: JSONSchemaPlace?) -> ExactNumber? {
        guard let place else { return nil }
        if let number = place.value.number { return ExactNumber(number) }
        add(place.fault("expected a number, found \(place.value.kind)"))
        return nil
    }

    mutating func divisor(_ place: JSONSchemaPlace?) -> ExactNumber? {
        guard let place, let number = number(place) else { return nil }
        if number.isDivisor { return number }
        add(place.fault("expected a number above 0 of at most \(ExactNumber.mostDivisorDigits) digits"))
        return nil
    }
}
