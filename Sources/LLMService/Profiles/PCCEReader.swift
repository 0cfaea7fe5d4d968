import LLMCore

/// Reads the members of one object of a PCCE by any of their names, with the path for errors.
struct PCCEReader {
    let object: JSONObject
    let path: String

    init(_ value: JSONValue, path: String) throws(ProfileError) {
        guard let object = value.object else {
            throw ProfileError(path: path, message: "expected a mapping, found \(value.kind)")
        }
        self.object = object
        self.path = path
    }

    /// The one of the names that is there and not null. Two names for one thing contradict each other, or soon will.
    func find(_ names: [String]) throws(ProfileError) -> (name: String, value: JSONValue)? {
        var found: (name: String, value: JSONValue)?
        for name in names {
            guard let value = object[name], !value.isNull else { continue }
            if let found {
                throw ProfileError(
                    path: path.isEmpty ? name : "\(path).\(name)",
                    message: "stands beside \(found.name), which means the same")
            }
            found = (name, value)
        }
        return found
    }

    func string(_ names: String...) throws(ProfileError) -> String? {
        guard let (name, value) = try find(names) else { return nil }
        guard let text = value.string, !text.isEmpty else { throw mismatch(name, "a text", value) }
        return text
    }

    func bool(_ names: String...) throws(ProfileError) -> Bool? {
        guard let (name, value) = try find(names) else { return nil }
        guard let flag = value.bool ?? value.string.flatMap({ Self.words[$0.lowercased()] }) else {
            throw mismatch(name, "true or false", value)
        }
        return flag
    }

    /// The platform writes its documents for a reader of YAML 1.1, to which these are no texts.
    private static let words = ["yes": true, "on": true, "no": false, "off": false]

    func int(_ names: String...) throws(ProfileError) -> Int? {
        guard let (name, value) = try find(names) else { return nil }
        guard let number = value.int, number > 0 else { throw mismatch(name, "a whole number above 0", value) }
        return number
    }

    func number(_ names: String..., in range: ClosedRange<Double>) throws(ProfileError) -> Double? {
        guard let (name, value) = try find(names) else { return nil }
        guard let number = value.double, range.contains(number) else {
            let bounds = range.upperBound.isInfinite ? "at least \(range.lowerBound)" : "\(range)"
            throw mismatch(name, "a number in \(bounds)", value)
        }
        return number
    }

    /// Money: the literal is read as a decimal, never through floating point.
    func usd(_ names: String...) throws(ProfileError) -> USD? {
        guard let (name, value) = try find(names) else { return nil }
        guard let amount = (value.number?.literal ?? value.string).flatMap(USD.init), amount >= .zero else {
            throw mismatch(name, "an amount in USD such as 0.01", value)
        }
        return amount
    }

    func strings(_ names: String...) throws(ProfileError) -> [String] {
        guard let (name, value) = try find(names) else { return [] }
        guard let list = value.array, !list.contains(where: { $0.string == nil }) else {
            throw mismatch(name, "a list of texts", value)
        }
        return list.compactMap(\.string)
    }

    func section(_ names: String...) throws(ProfileError) -> PCCEReader? {
        guard let (name, value) = try find(names) else { return nil }
        return try PCCEReader(value, path: "\(path).\(name)")
    }

    /// A constraint that is misspelt would silently not constrain.
    func refuseUnknown(_ known: [String]) throws(ProfileError) {
        for key in object.keys where !known.contains(key) {
            throw ProfileError(path: "\(path).\(key)", message: "unknown; known are \(known.joined(separator: ", "))")
        }
    }

    /// Others may write what they like into a profile; what is nearly one of the names is meant as it, and must not be lost.
    func refuseNearly(_ known: [String]) throws(ProfileError) {
        for key in object.keys where !known.contains(key) {
            guard let hint = Suggestion.hint(for: key, among: known) else { continue }
            throw ProfileError(path: "\(path).\(key)", message: "unknown; \(hint)")
        }
    }

    func mismatch(_ name: String, _ expected: String, _ value: JSONValue) -> ProfileError {
        ProfileError(path: "\(path).\(name)", message: "expected \(expected), found \(value.text)")
    }
}

/// An error in a PCCE, with its place.
public struct ProfileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `perfiles_agentes[1].restricciones.costo_max_usd`.
    public var path: String
    public var message: String

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
