import LLMCore

/// Reads members of a client's JSON object, strictly: a member that is there with the wrong type is a rejection, `null` is absence.
struct FieldReader {
    let object: JSONObject
    let path: String

    init(_ value: JSONValue, path: String) throws(RequestRejection) {
        guard let object = value.object else {
            throw RequestRejection(path, .wrongType(expected: "object", found: value.kind))
        }
        self.object = object
        self.path = path
    }

    func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The first of several spellings that is there and not null.
    func value(_ keys: String...) -> JSONValue? {
        for key in keys { if let value = object[key], !value.isNull { return value } }
        return nil
    }

    func string(_ key: String) throws(RequestRejection) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw mismatch(key, "string", value) }
        return text
    }

    func requiredString(_ key: String) throws(RequestRejection) -> String {
        guard let text = try string(key) else { throw RequestRejection(name(key), .missing) }
        return text
    }

    func bool(_ key: String) throws(RequestRejection) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { throw mismatch(key, "boolean", value) }
        return flag
    }

    func int(_ key: String, atLeast minimum: Int? = nil) throws(RequestRejection) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.number, let int = number.int else { throw mismatch(key, "integer", value) }
        if let minimum, int < minimum {
            throw RequestRejection(name(key), .outOfRange(number, minimum: Double(minimum), maximum: .infinity))
        }
        return int
    }

    func double(_ key: String, _ range: ClosedRange<Double>? = nil) throws(RequestRejection) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.number else { throw mismatch(key, "number", value) }
        if let range, !range.contains(number.double) {
            throw RequestRejection(
                name(key), .outOfRange(number, minimum: range.lowerBound, maximum: range.upperBound))
        }
        return number.double
    }

    func array(_ key: String) throws(RequestRejection) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard let array = value.array else { throw mismatch(key, "array", value) }
        return array
    }

    func requiredArray(_ key: String) throws(RequestRejection) -> [JSONValue] {
        guard let array = try array(key) else { throw RequestRejection(name(key), .missing) }
        guard !array.isEmpty else { throw RequestRejection(name(key), .empty) }
        return array
    }

    func object(_ key: String) throws(RequestRejection) -> FieldReader? {
        guard let value = value(key) else { return nil }
        return try FieldReader(value, path: name(key))
    }

    /// A string or an array of strings.
    func strings(_ key: String) throws(RequestRejection) -> [String]? {
        guard let value = value(key) else { return nil }
        if let text = value.string { return [text] }
        guard let array = value.array else { throw mismatch(key, "array", value) }
        var out: [String] = []
        for element in array {
            guard let text = element.string else { throw mismatch(key, "string", element) }
            out.append(text)
        }
        return out
    }

    func mismatch(_ key: String, _ expected: String, _ found: JSONValue) -> RequestRejection {
        RequestRejection(name(key), .wrongType(expected: expected, found: found.kind))
    }
}
