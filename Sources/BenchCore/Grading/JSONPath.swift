import LLMCore

/// A path into JSON, of RFC 9535: members, indexes, `*`, `..`, slices and lists of them. Filters are not supported.
struct JSONPath: Hashable {
    struct Invalid: Error {
        var message: String
    }
    struct TooMany: Error {}

    fileprivate enum Selector: Hashable {
        case name(String)
        case index(Int)
        case all
        case slice(Int?, Int?, Int)
    }
    fileprivate struct Segment: Hashable {
        var selectors: [Selector]
        /// `..`: of the value and everything in it.
        var descends: Bool
    }

    private var segments: [Segment] = []

    /// A path of `..` in `..` could visit more than there is.
    private static let mostValues = 200_000

    /// At most one value can be there: only names and indexes.
    var isSingular: Bool {
        segments.allSatisfy { segment in
            guard !segment.descends, segment.selectors.count == 1 else { return false }
            switch segment.selectors[0] {
            case .name, .index: return true
            case .all, .slice: return false
            }
        }
    }

    /// The values at the path, in the order of the document.
    func values(in root: JSONValue) throws(TooMany) -> [JSONValue] {
        var found = [root]
        for segment in segments {
            let from = segment.descends ? try JSONPath.withDescendants(found) : found
            var next: [JSONValue] = []
            for value in from {
                for selector in segment.selectors { next += selector.values(in: value) }
                guard next.count <= JSONPath.mostValues else { throw TooMany() }
            }
            found = next
        }
        return found
    }

    private static func withDescendants(_ values: [JSONValue]) throws(TooMany) -> [JSONValue] {
        var all: [JSONValue] = []
        var open = Array(values.reversed())
        while let value = open.popLast() {
            all.append(value)
            guard all.count <= mostValues else { throw TooMany() }
            if let items = value.array { open += items.reversed() }
            if let object = value.object { open += object.map(\.value).reversed() }
        }
        return all
    }
}

extension JSONPath.Selector {
    fileprivate func values(in value: JSONValue) -> [JSONValue] {
        switch self {
        case .name(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            guard let items = value.array else { return [] }
            let place = index < 0 ? items.count + index : index
            return items.indices.contains(place) ? [items[place]] : []
        case .all: return value.array ?? value.object?.map(\.value) ?? []
        case .slice(let start, let end, let step): return value.array.map { slice($0, start, end, step) } ?? []
        }
    }

    private func slice(_ items: [JSONValue], _ start: Int?, _ end: Int?, _ step: Int) -> [JSONValue] {
        let count = items.count
        func bound(_ value: Int, _ range: ClosedRange<Int>) -> Int {
            min(max(value < 0 ? count + value : value, range.lowerBound), range.upperBound)
        }
        if step > 0 {
            let first = bound(start ?? 0, 0...count)
            return stride(from: first, to: bound(end ?? count, 0...count), by: step).map { items[$0] }
        }
        guard step < 0, count > 0 else { return [] }
        let first = start.map { bound($0, -1...(count - 1)) } ?? count - 1
        let last = end.map { bound($0, -1...(count - 1)) } ?? -1
        return stride(from: first, to: last, by: step).map { items[$0] }
    }
}

extension JSONPath {
    init(_ text: String) throws(Invalid) {
        var reader = JSONPathReader(text)
        segments = try reader.read().map { Segment(selectors: $0.selectors, descends: $0.descends) }
    }

    private struct JSONPathReader {
        private let scalars: [Unicode.Scalar]
        private var place = 0

        init(_ text: String) { scalars = Array(text.unicodeScalars) }

        private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

        private func invalid(_ message: String) -> Invalid {
            Invalid(message: "\(message) at character \(place + 1) of the path")
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard next == scalar else { return false }
            place += 1
            return true
        }

        mutating func read() throws(Invalid) -> [(selectors: [Selector], descends: Bool)] {
            guard take("$") else { throw invalid("expected \"$\"") }
            var segments: [(selectors: [Selector], descends: Bool)] = []
            while next != nil {
                if take("[") {
                    segments.append((try bracket(), false))
                } else if take(".") {
                    let descends = take(".")
                    if descends, take("[") {
                        segments.append((try bracket(), true))
                    } else {
                        segments.append(([take("*") ? .all : .name(try name())], descends))
                    }
                } else {
                    throw invalid("expected \".\" or \"[\"")
                }
            }
            return segments
        }

        private mutating func name() throws(Invalid) -> String {
            let start = place
            while let scalar = next, scalar.isWordPart || scalar == "-" { place += 1 }
            guard place > start else { throw invalid("expected a name") }
            return String(String.UnicodeScalarView(scalars[start..<place]))
        }

        private mutating func bracket() throws(Invalid) -> [Selector] {
            var selectors: [Selector] = []
            repeat {
                skipSpaces()
                selectors.append(try selector())
                skipSpaces()
            } while take(",")
            guard take("]") else { throw invalid("expected \"]\"") }
            return selectors
        }

        private mutating func selector() throws(Invalid) -> Selector {
            if take("*") { return .all }
            if next == "?" { throw invalid("filters are not supported") }
            if let quote = next, quote == "'" || quote == "\"" { return .name(try quoted(quote)) }
            let start = try integer()
            skipSpaces()
            guard take(":") else {
                guard let start else { throw invalid("expected a name in quotes, an index, \"*\" or a slice") }
                return .index(start)
            }
            skipSpaces()
            let end = try integer()
            skipSpaces()
            var step: Int?
            if take(":") {
                skipSpaces()
                step = try integer()
            }
            return .slice(start, end, step ?? 1)
        }

        private mutating func quoted(_ quote: Unicode.Scalar) throws(Invalid) -> String {
            place += 1
            var name = String.UnicodeScalarView()
            while let scalar = next, scalar != quote {
                place += 1
                guard scalar == "\\" else {
                    name.append(scalar)
                    continue
                }
                guard let escaped = next else { break }
                name.append(escaped)
                place += 1
            }
            guard take(quote) else { throw invalid("a name in quotes does not end") }
            return String(name)
        }

        private mutating func integer() throws(Invalid) -> Int? {
            let start = place
            _ = take("-")
            while let digit = next, digit.isASCIIDigit { place += 1 }
            guard place > start else { return nil }
            guard let value = Int(String(String.UnicodeScalarView(scalars[start..<place]))), value.magnitude < 1 << 53
            else { throw invalid("expected a whole number") }
            return value
        }

        private mutating func skipSpaces() {
            while next == " " { place += 1 }
        }
    }
}
