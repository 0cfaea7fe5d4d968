/// A value of a price file with the way to it, so that what is wrong can be pointed at.
struct PriceFileNode {
    struct Failure: Error {
        var path: [JSONLocations.Step]
        var message: String
    }

    let value: JSONValue
    let path: [JSONLocations.Step]

    func fail(_ message: String) -> Failure { Failure(path: path, message: message) }

    func expected(_ what: String) -> Failure { fail("expected \(what), found \(value.kind)") }

    /// A member that is there and not null.
    func optional(_ key: String) -> PriceFileNode? {
        guard let member = value[key], !member.isNull else { return nil }
        return PriceFileNode(value: member, path: path + [.key(key)])
    }

    func required(_ key: String) throws(Failure) -> PriceFileNode {
        guard let member = optional(key) else { throw fail("\"\(key)\" is missing") }
        return member
    }

    func elements() throws(Failure) -> [PriceFileNode] {
        guard let array = value.array else { throw expected("an array") }
        return array.enumerated().map { PriceFileNode(value: $1, path: path + [.index($0)]) }
    }

    func members() throws(Failure) -> [(key: String, node: PriceFileNode)] {
        guard let object = value.object else { throw expected("an object") }
        return object.map { ($0.key, PriceFileNode(value: $0.value, path: path + [.key($0.key)])) }
    }

    func string() throws(Failure) -> String {
        guard let string = value.string else { throw expected("a string") }
        return string
    }

    func count() throws(Failure) -> Int {
        guard let count = value.int, count >= 0 else { throw expected("a count") }
        return count
    }

    func flag() throws(Failure) -> Bool {
        guard let flag = value.bool else { throw expected("true or false") }
        return flag
    }

    /// A price or a multiplier: a JSON number or a decimal string, never negative.
    func amount() throws(Failure) -> ExactDecimal {
        guard let amount = (value.number?.literal ?? value.string).flatMap({ ExactDecimal($0) }) else {
            throw expected("a number")
        }
        guard amount >= .zero else { throw fail("a price cannot be negative") }
        return amount
    }

    func day() throws(Failure) -> CalendarDay {
        guard let day = CalendarDay(try string()) else { throw fail("expected a day like 2026-08-21") }
        return day
    }

    /// Refuses members that nothing reads: a misspelt price must not be taken for none.
    func allow(_ keys: Set<String>) throws(Failure) {
        for (key, node) in try members() where !keys.contains(key) { throw node.fail("unknown key \"\(key)\"") }
    }
}
