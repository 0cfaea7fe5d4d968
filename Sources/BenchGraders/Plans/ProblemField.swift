import BenchCore
import LLMCore

/// A value of a problem's statement with its place. Each reader appends what it finds wrong and gives `nil`.
struct ProblemField {
    let value: JSONValue
    let place: String

    init(_ value: JSONValue, place: String = "") {
        self.value = value
        self.place = place
    }

    /// The member of that name; `null` counts as absent.
    subscript(key: String) -> ProblemField? {
        guard let member = value[key], !member.isNull else { return nil }
        return ProblemField(member, place: place.isEmpty ? key : "\(place).\(key)")
    }

    func fault(_ message: String) -> String { place.isEmpty ? message : "\(place): \(message)" }

    private func expected(_ what: String) -> String { fault("expected \(what), found \(value.kind)") }

    /// A string with something in it.
    func name(_ faults: inout [String]) -> String? {
        guard let text = value.string, !text.isEmpty else {
            faults.append(expected("a string that is not empty"))
            return nil
        }
        return text
    }

    func flag(_ faults: inout [String]) -> Bool? {
        guard let flag = value.bool else {
            faults.append(expected("true or false"))
            return nil
        }
        return flag
    }

    func number(_ faults: inout [String]) -> Double? {
        guard let number = value.double, number.isFinite else {
            faults.append(expected("a number"))
            return nil
        }
        return number
    }

    func amount(_ faults: inout [String]) -> Double? {
        guard let number = number(&faults) else { return nil }
        guard number >= 0 else {
            faults.append(fault("expected a number, 0 or more"))
            return nil
        }
        return number
    }

    func count(_ faults: inout [String]) -> Int? {
        guard let number = value.int, number >= 0 else {
            faults.append(expected("a whole number, 0 or more"))
            return nil
        }
        return number
    }

    func array(_ faults: inout [String]) -> [ProblemField]? {
        guard let values = value.array else {
            faults.append(expected("an array"))
            return nil
        }
        return values.enumerated().map { ProblemField($1, place: "\(place)[\($0)]") }
    }

    /// The members, each with its name.
    func members(_ faults: inout [String]) -> [(name: String, field: ProblemField)]? {
        guard let object = value.object else {
            faults.append(expected("an object"))
            return nil
        }
        return object.map { ($0.key, ProblemField($0.value, place: place.isEmpty ? $0.key : "\(place).\($0.key)")) }
    }

    /// One of the names that are declared elsewhere in the problem.
    func name(among known: Set<String>, _ faults: inout [String]) -> String? {
        guard let name = name(&faults) else { return nil }
        guard known.contains(name) else {
            faults.append(fault("\(name.shown(limit: 40)) is not declared"))
            return nil
        }
        return name
    }

    /// One name, or an array of them, of those declared elsewhere.
    func names(among known: Set<String>, _ faults: inout [String]) -> [String] {
        if value.string != nil { return name(among: known, &faults).map { [$0] } ?? [] }
        return (array(&faults) ?? []).compactMap { $0.name(among: known, &faults) }
    }

    /// An array of pairs of declared names.
    func pairs(among known: Set<String>, _ faults: inout [String]) -> [NamePair] {
        (array(&faults) ?? []).compactMap { pair in
            guard let items = pair.array(&faults), items.count == 2 else {
                faults.append(pair.fault("expected a pair of names"))
                return nil
            }
            guard let first = items[0].name(among: known, &faults), let second = items[1].name(among: known, &faults)
            else { return nil }
            return NamePair(first: first, second: second)
        }
    }

    /// Reports members that nothing reads.
    func onlyMembers(_ known: Set<String>, _ faults: inout [String]) {
        for key in value.object?.keys ?? [] where !known.contains(key) {
            faults.append("\(place.isEmpty ? key : "\(place).\(key)"): unknown key")
        }
    }
}

/// Two names in an order that matters.
struct NamePair: Hashable {
    let first: String
    let second: String
}
