public import LLMCore

extension BenchCase {
    /// The whole row as it is stored: everything but the line, with defaults and variables applied. It is a valid row of a
    /// dataset, and ``init(canonicalJSON:line:hash:)`` gives the same case back.
    public var canonicalJSON: JSONValue {
        var object = canonicalObject
        if !badAnswers.isEmpty { object["bad_answers"] = .array(badAnswers.map(JSONValue.string)) }
        // So that code with double braces survives being read as a dataset again.
        object["template"] = false
        return .object(object)
    }

    /// Reads what ``canonicalJSON`` wrote.
    ///
    /// - Parameter hash: As it was stored with the row; computed again when `nil`.
    /// - Throws: ``DatasetErrors`` when the value is not a row.
    public init(canonicalJSON: JSONValue, line: Int = 0, hash: String? = nil) throws(DatasetErrors) {
        var errors: [FieldError] = []
        let row = Field(canonicalJSON)
        // Not rendered: what looks like a variable in it was a value or meant as text.
        let fields = RowFields(row, &errors)
        let built = CaseBuilder().build(fields, at: row, line: line, hash: hash, &errors)
        guard let built, errors.isEmpty else {
            throw DatasetErrors(errors.map { DatasetError(path: "stored case", message: $0.message) })
        }
        self = built
    }

    /// SHA-256 of the row with sorted keys, text in NFC and numbers in shortest form: the pairing key between runs.
    ///
    /// Known-bad answers are left out: they test the assertions, and change neither what is asked nor how it is graded.
    public var contentHash: String { ContentHash.sha256(JSONValue.object(canonicalObject).normalized.canonicalText) }

    /// The part of a row that a model is told, and that its answer is compared with.
    var judgedObject: JSONObject { canonicalObject }

    private var canonicalObject: JSONObject {
        var object: JSONObject = [
            "id": .string(id), "task": .string(task.rawValue), "messages": MessageCoding.encode(messages),
        ]
        func texts(_ values: [String]) -> JSONValue? { values.isEmpty ? nil : .array(values.map(JSONValue.string)) }
        object["group"] = group.map(JSONValue.string)
        object["target"] = texts(target)
        object["reference"] = reference.map(JSONValue.string)
        object["assert"] = assertions.isEmpty ? nil : .array(assertions.map(AssertionCoding.encode))
        object["threshold"] = JSONValue(threshold)
        object["choices"] = texts(choices)
        let params = parameters.json
        object["params"] = params.isEmpty ? nil : .object(params)
        object["repeat"] = repeats.map { JSONValue($0) }
        object["only"] = texts(only)
        object["skip"] = texts(skip)
        object["slo"] = slo.map(BenchCase.encode)
        object["at_ms"] = at.map { JSONValue($0) }
        object["weight"] = JSONValue(weight)
        object["split"] = .string(split.rawValue)
        object["tags"] = texts(tags)
        object["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        return object
    }

    private static func encode(_ slo: ServiceLevel) -> JSONValue {
        var object = JSONObject()
        object["ttfa_ms"] = slo.ttfa.map { JSONValue($0) }
        object["resp_ms"] = slo.resp.map { JSONValue($0) }
        return .object(object)
    }

    /// Returns `true` when the row's `only` and `skip` admit the model.
    public func admits(_ model: ModelID) -> Bool {
        let name = model.description
        return (only.isEmpty || only.contains { Glob.matches($0, name) }) && !skip.contains { Glob.matches($0, name) }
    }
}

extension JSONValue {
    /// Text in NFC and numbers in shortest form, so that one content has one hash.
    var normalized: JSONValue {
        switch self {
        case .null, .bool: self
        case .string(let text): .string(text.nfc)
        case .number(let number): .number(number.shortest)
        case .array(let values): .array(values.map(\.normalized))
        case .object(let object):
            .object(JSONObject(object.map { JSONObject.Member(key: $0.key.nfc, value: $0.value.normalized) }))
        }
    }
}

extension JSONNumber {
    /// Written without fraction and exponent.
    var isWholeLiteral: Bool { literal.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) } }

    /// Whole numbers keep their digits, however many; the rest print as the shortest text that reads back the same.
    fileprivate var shortest: JSONNumber {
        if isWholeLiteral { return literal == "-0" ? JSONNumber(0) : self }
        return JSONNumber(double) ?? self
    }
}
