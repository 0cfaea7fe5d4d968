import LLMCore

/// A reader of one schema document. It goes on after a fault, so that all of them are reported at once.
struct JSONSchemaReader {
    let document: JSONValue
    private var rules: [JSONSchema.Rules] = []
    private var places: [JSONSchemaPlace] = []
    private var indexOfPath: [[JSONLocations.Step]: Int] = [:]
    private var faults: [JSONSchema.Invalid.Fault] = []

    init(document: JSONValue) { self.document = document }

    /// Reads the schema at a place, once however often it is referred to.
    mutating func node(_ place: JSONSchemaPlace) -> JSONSchema.Node {
        switch place.value {
        case .bool(let allowed): return allowed ? .anything : .nothing
        case .object(let object) where object.isEmpty: return .anything
        case .object:
            if let index = indexOfPath[place.path] { return .rules(index) }
            let index = rules.count
            indexOfPath[place.path] = index
            // Its place is taken before its contents are read: they may refer to it.
            rules.append(JSONSchema.Rules())
            places.append(place)
            rules[index] = read(place)
            return .rules(index)
        default:
            add(place.fault("expected a schema (an object, true or false), found \(place.value.kind)"))
            return .anything
        }
    }

    mutating func finish() throws(JSONSchema.Invalid) -> [JSONSchema.Rules] {
        if faults.isEmpty { findCycles() }
        guard faults.isEmpty else { throw JSONSchema.Invalid(faults: faults) }
        return rules
    }

    mutating func add(_ fault: JSONSchema.Invalid.Fault) { faults.append(fault) }

    private mutating func read(_ place: JSONSchemaPlace) -> JSONSchema.Rules {
        reportUnknown(place)
        var rules = JSONSchema.Rules()
        rules.types = types(place["type"])
        rules.enumeration = values(place["enum"])
        rules.constant = place["const"]?.value
        rules.text = .init(length: counts("minLength", "maxLength", of: place), pattern: pattern(place["pattern"]))
        rules.number = .init(
            range: .init(least: number(place["minimum"]), most: number(place["maximum"])),
            exclusive: .init(least: number(place["exclusiveMinimum"]), most: number(place["exclusiveMaximum"])),
            multipleOf: divisor(place["multipleOf"]))
        rules.array = arrayRules(place)
        rules.object = objectRules(place)
        rules.combined = combined(place)
        for key in ["$defs", "definitions"] { _ = namedNodes(place[key]) }
        return rules
    }

    private mutating func reportUnknown(_ place: JSONSchemaPlace) {
        for (key, member) in place.members ?? [] {
            let isKnown = JSONSchema.assertions.contains(key) || JSONSchema.annotations.contains(key)
            // By convention of the standard's authors, `x-` marks what no validator reads.
            if isKnown || key.hasPrefix("x-") { continue }
            let known = JSONSchema.assertions.sorted().joined(separator: ", ")
            add(member.fault("keyword \(key.shown(limit: 40)) is not supported; known: \(known)"))
        }
        if let id = place["$id"], !place.path.isEmpty {
            add(id.fault("$id is understood at the top of a schema only"))
        }
    }

    private mutating func arrayRules(_ place: JSONSchemaPlace) -> JSONSchema.ArrayRules {
        var rules = JSONSchema.ArrayRules(count: counts("minItems", "maxItems", of: place))
        rules.prefix = nodes(place["prefixItems"])
        if let items = place["items"] {
            if items.value.array != nil {
                add(items.fault("expected a schema for every item; for the first few, write \"prefixItems\""))
            } else {
                rules.items = node(items)
            }
        }
        rules.contains = place["contains"].map { node($0) }
        rules.containsCount = counts("minContains", "maxContains", of: place)
        rules.isUnique = flag(place["uniqueItems"])
        return rules
    }

    private mutating func objectRules(_ place: JSONSchemaPlace) -> JSONSchema.ObjectRules {
        var rules = JSONSchema.ObjectRules(
            required: strings(place["required"]), count: counts("minProperties", "maxProperties", of: place))
        rules.properties = Dictionary(namedNodes(place["properties"]).map { ($0.name, $0.node) }) { $1 }
        for (name, member) in objectMembers(place["patternProperties"]) {
            let found = pattern(JSONSchemaPlace(value: .string(name), path: member.path))
            let node = node(member)
            if let found { rules.patterns.append((found, node)) }
        }
        if let additional = place["additionalProperties"] { rules.additional = node(additional) }
        rules.names = place["propertyNames"].map { node($0) }
        for (name, member) in objectMembers(place["dependentRequired"]) {
            rules.dependentRequired.append((name, strings(member)))
        }
        rules.dependent = namedNodes(place["dependentSchemas"])
        return rules
    }

    private mutating func combined(_ place: JSONSchemaPlace) -> JSONSchema.Combined {
        JSONSchema.Combined(
            reference: place["$ref"].flatMap { reference($0) }, all: nodes(place["allOf"]), any: nodes(place["anyOf"]),
            one: nodes(place["oneOf"]), not: place["not"].map { node($0) }, condition: place["if"].map { node($0) },
            then: place["then"].map { node($0) }, otherwise: place["else"].map { node($0) })
    }

    private mutating func reference(_ place: JSONSchemaPlace) -> JSONSchema.Node? {
        guard let text = place.value.string else {
            add(place.fault("expected a string, found \(place.value.kind)"))
            return nil
        }
        var rest = Substring(text)
        if let id = document["$id"]?.string?.split(separator: "#").first, rest.hasPrefix(id) {
            rest = rest.dropFirst(id.count)
        }
        let root = JSONSchemaPlace(value: document, path: [])
        guard rest.isEmpty || rest.first == "#" else {
            add(place.fault("\(text.shown(limit: 60)) lies outside of this schema; write \"#/$defs/…\""))
            return nil
        }
        let fragment = rest.dropFirst()
        let target =
            fragment.isEmpty || fragment.first == "/" ? root.following(pointer: fragment) : root.anchored(fragment)
        guard let target else {
            add(place.fault("\(text.shown(limit: 60)) leads nowhere in this schema"))
            return nil
        }
        return node(target)
    }

    /// A schema that leads back to itself for the same value could never be decided.
    private mutating func findCycles() {
        var state = [Bool?](repeating: nil, count: rules.count)
        for start in rules.indices where state[start] == nil {
            // Depth first with a stack of its own: a chain of references may be long.
            var stack = [(index: start, next: 0)]
            state[start] = false
            while let top = stack.last {
                let inner = rules[top.index].sameValueNodes
                guard top.next < inner.count else {
                    state[top.index] = true
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                guard case .rules(let index) = inner[top.next] else { continue }
                if state[index] == false {
                    add(places[top.index].fault("refers to itself without going into an item or a member"))
                    return
                }
                if state[index] == nil {
                    state[index] = false
                    stack.append((index, 0))
                }
            }
        }
    }
}

extension JSONSchema.Rules {
    /// The schemas that judge the same value as this one.
    fileprivate var sameValueNodes: [JSONSchema.Node] {
        let combined = combined
        let single = [combined.reference, combined.not, combined.condition, combined.then, combined.otherwise]
        return single.compactMap { $0 } + combined.all + combined.any + combined.one + object.dependent.map(\.node)
    }
}

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
