/// The names in a PromQL expression: the samples it selects, and the labels it uses of them.
struct MetricQuery {
    private(set) var metrics: Set<String> = []
    private(set) var labels: Set<String> = []

    private static let words: Set<String> = [
        "and", "or", "unless", "bool", "offset", "group_left", "group_right", "sum", "min", "max", "avg", "count",
    ]
    /// Words after which labels stand in brackets.
    private static let groupings: Set<String> = ["by", "without", "on", "ignoring"]

    init(_ expression: String) {
        var rest = Substring(expression)
        while let character = rest.first {
            if character == "\"" {
                MetricQuery.skipString(&rest)
            } else if character == "[" {
                rest = rest.drop { $0 != "]" }
            } else if character == "{" {
                readMatchers(&rest)
            } else if MetricQuery.isNameStart(character) {
                readName(&rest)
            } else if character.isNumber {
                // A number may end in a unit or an exponent.
                rest = rest.drop { MetricQuery.isName($0) || $0 == "." }
            } else {
                rest.removeFirst()
            }
        }
    }

    private mutating func readName(_ rest: inout Substring) {
        let name = String(rest.prefix(while: MetricQuery.isName))
        rest.removeFirst(name.count)
        let next = rest.drop { $0.isWhitespace }
        if MetricQuery.groupings.contains(name), next.first == "(" {
            let list = next.dropFirst().prefix { $0 != ")" }
            labels.formUnion(list.split(separator: ",").map { $0.filter { !$0.isWhitespace } })
            rest = next[list.endIndex...].dropFirst()
        } else if !MetricQuery.words.contains(name), !MetricQuery.groupings.contains(name), next.first != "(" {
            metrics.insert(name)
        }
    }

    private mutating func readMatchers(_ rest: inout Substring) {
        rest.removeFirst()
        while let character = rest.first, character != "}" {
            if character == "\"" {
                MetricQuery.skipString(&rest)
            } else if MetricQuery.isNameStart(character) {
                let name = String(rest.prefix(while: MetricQuery.isName))
                labels.insert(name)
                rest.removeFirst(name.count)
            } else {
                rest.removeFirst()
            }
        }
    }

    private static func skipString(_ rest: inout Substring) {
        rest.removeFirst()
        while let character = rest.popFirst(), character != "\"" { if character == "\\" { rest = rest.dropFirst() } }
    }

    private static func isNameStart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character == "_" || character == ":")
    }

    private static func isName(_ character: Character) -> Bool {
        isNameStart(character) || character.isASCII && character.isNumber
    }
}
