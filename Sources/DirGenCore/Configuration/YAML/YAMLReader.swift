import LLMCore
import Yams

/// Reads a document strictly: every mistake is noted with its place, and reading goes on to find the next.
final class YAMLReader {
    let name: String
    private var noted: [(line: Int, column: Int, problem: ConfigurationError.Problem)] = []

    /// In the order of the document.
    var problems: [ConfigurationError.Problem] {
        noted.sorted { ($0.line, $0.column) < ($1.line, $1.column) }.map(\.problem)
    }

    init(name: String) { self.name = name }

    func place(_ node: Node?) -> String { node?.mark.map { "\(name):\($0.line):\($0.column)" } ?? name }

    func report(_ node: Node?, _ message: String, hint: String? = nil) {
        let problem = ConfigurationError.Problem(place: place(node), message: message, hint: hint)
        noted.append((node?.mark?.line ?? 0, node?.mark?.column ?? 0, problem))
    }

    /// The members of a mapping by key. Unknown keys are mistakes.
    func members(_ node: Node?, known: [String], of what: String) -> [String: Node] {
        guard let node, !isNull(node) else { return [:] }
        guard let mapping = node.mapping else {
            report(node, "\(what): expected a mapping of keys to values", hint: booleanHint(node))
            return [:]
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            let word = key.string ?? ""
            guard known.contains(word) else {
                report(key, "\(what): unknown key '\(word)'", hint: unknownHint(word, known))
                continue
            }
            members[word] = value
        }
        return members
    }

    private func unknownHint(_ word: String, _ known: [String]) -> String {
        let secrets = ["key", "api_key", "apikey", "token", "secret", "password"]
        if secrets.contains(word.lowercased()) { return "keys come from the environment: name the variable in key_env" }
        return Suggestion.hint(for: word, among: known) ?? "known keys: \(known.joined(separator: ", "))"
    }

    func items(_ node: Node?, of what: String) -> [Node] {
        guard let node, !isNull(node) else { return [] }
        guard let sequence = node.sequence else {
            report(node, "\(what): expected a list")
            return []
        }
        return Array(sequence)
    }

    func string(_ node: Node?, _ what: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            report(node, "\(what): expected a text")
            return nil
        }
        return text
    }

    func int(_ node: Node?, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard let number = node.int, range.contains(number) else {
            report(node, "\(what): expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    func bool(_ node: Node?, _ what: String) -> Bool? {
        guard let node else { return nil }
        guard let value = node.bool else {
            report(node, "\(what): expected true or false", hint: booleanHint(node))
            return nil
        }
        return value
    }

    /// `30` and `30s` are seconds; `250ms` and `5m` are read too.
    func duration(_ node: Node?, _ what: String) -> Duration? {
        guard let node else { return nil }
        guard let value = node.scalar.flatMap({ Duration(configured: $0.string) }), value > .zero else {
            report(node, "\(what): expected a time such as 30, 30s, 250ms or 5m")
            return nil
        }
        return value
    }

    /// Reads an age: `90s`, `12h`, `7d`, `2w`; at most ten years.
    func age(_ node: Node?, _ what: String) -> Duration? {
        guard let node else { return nil }
        let text = node.scalar?.string ?? ""
        let days: [Character: Int] = ["d": 1, "w": 7]
        let long = text.last.flatMap { days[$0] }.flatMap { unit in
            Int(text.dropLast().filter { $0 != " " }).flatMap { (1...3_650).contains($0 * unit) ? $0 * unit : nil }
        }
        if let long { return .seconds(long * 86_400) }
        guard let value = Duration(configured: text), value > .zero else {
            report(node, "\(what): expected a time such as 90s, 12h, 7d or 2w")
            return nil
        }
        return value
    }

    /// `500kB`, `32MiB`, `2GB`, or a plain number of bytes; a terabyte at most.
    func bytes(_ node: Node?, _ what: String) -> Int? {
        guard let node else { return nil }
        let text = node.scalar?.string ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = [
            "": 1, "B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20,
            "GiB": 1 << 30,
        ]
        let unit = units[String(text.dropFirst(digits.count).drop { $0 == " " })]
        guard digits.count <= 13, let unit, let count = Int(digits),
            !count.multipliedReportingOverflow(by: unit).overflow, (0...1_000_000_000_000).contains(count * unit)
        else {
            report(node, "\(what): expected a size such as 500kB, 32MB or 2GB")
            return nil
        }
        return count * unit
    }

    /// A share of one: `5%` or `0.05`.
    func share(_ node: Node?, _ what: String) -> Double? {
        guard let node else { return nil }
        let text = node.scalar?.string ?? ""
        let value = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let value, (0...1).contains(value) else {
            report(node, "\(what): expected a share such as 5% or 0.05")
            return nil
        }
        return value
    }

    /// Decodes a value of a type that knows its own form; what its decoder objects to is reported at its place.
    func decode<Value: Decodable>(_ type: Value.Type, _ node: Node, of what: String) -> Value? {
        do {
            return try YAMLDecoder().decode(type, from: node)
        } catch let error as DecodingError {
            report(error, node, what)
        } catch {
            report(node, "\(what): \(error)")
        }
        return nil
    }

    private func report(_ error: DecodingError, _ node: Node, _ what: String) {
        let (context, message): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
            case .typeMismatch(_, let context), .dataCorrupted(let context), .valueNotFound(_, let context):
                (context, context.debugDescription)
            @unknown default: (.init(codingPath: [], debugDescription: ""), "cannot be read")
            }
        var place = node
        for key in context.codingPath {
            let next =
                key.intValue.flatMap { index in place.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                }
                ?? place.mapping?.first { $0.key.string == key.stringValue }?.value
            guard let next else { break }
            place = next
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        report(place, path.isEmpty ? "\(what): \(message)" : "\(what): \(path): \(message)")
    }

    /// Words that were booleans before YAML 1.2.
    private func booleanHint(_ node: Node) -> String? {
        switch node.scalar?.string.lowercased() {
        case "yes", "on": "write true"
        case "no", "off": "write false"
        default: nil
        }
    }

    private func isNull(_ node: Node) -> Bool { node.tag.rawValue == Tag.Name.null.rawValue }
}

extension Duration {
    /// Reads `30`, `30s`, `250ms`, `5m`, `1.5s`; `nil` for anything else, and beyond a day.
    package init?(configured text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(digits) else { return nil }
        let seconds: Double
        switch text.dropFirst(digits.count).drop(while: { $0 == " " }) {
        case "", "s": seconds = value
        case "ms": seconds = value / 1_000
        case "m", "min": seconds = value * 60
        case "h": seconds = value * 3_600
        default: return nil
        }
        guard seconds <= 86_400 else { return nil }
        self = .microseconds(Int64((seconds * 1_000_000).rounded()))
    }
}
