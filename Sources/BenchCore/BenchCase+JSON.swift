public import LLMCore

extension BenchCase {
    /// The whole row in the words of the dataset format, defaults left out; `line` and `hash` are kept beside it.
    ///
    /// A store keeps this, so that a report, a regrade or a resume never needs the file again.
    public var json: JSONValue {
        var row: JSONObject = ["id": .string(id), "task": .string(task.rawValue)]
        row["group"] = group.map(JSONValue.string)
        row["messages"] = .array(messages.map(\.json))
        row["target"] = target.isEmpty ? nil : .strings(target)
        row["reference"] = reference.map(JSONValue.string)
        row["assert"] = assertions.isEmpty ? nil : .array(assertions.map(\.json))
        row["threshold"] = threshold == 1 ? nil : JSONValue(threshold)
        row["choices"] = choices.isEmpty ? nil : .strings(choices)
        row["params"] = parameters.json.isEmpty ? nil : .object(parameters.json)
        row["repeat"] = repeats.map { JSONValue($0) }
        row["only"] = only.isEmpty ? nil : .strings(only)
        row["skip"] = skip.isEmpty ? nil : .strings(skip)
        row["slo"] = slo?.json
        row["at_ms"] = at.map { JSONValue($0) }
        row["weight"] = weight == 1 ? nil : JSONValue(weight)
        row["split"] = split == .select ? nil : .string(split.rawValue)
        row["tags"] = tags.isEmpty ? nil : .strings(tags)
        row["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        return .object(row)
    }

    /// Reads what ``json`` wrote. Datasets, which people write, have a reader of their own with places and advice.
    public init(json: JSONValue, line: Int, hash: String) throws(RowFormatError) {
        guard let id = json["id"]?.string else { throw RowFormatError(field: "id") }
        guard let task = json["task"]?.string else { throw RowFormatError(field: "task") }
        guard let values = json["messages"]?.array else { throw RowFormatError(field: "messages") }
        var messages: [Message] = []
        for value in values { messages.append(try Message(json: value)) }
        var assertions: [Assertion] = []
        for value in json["assert"]?.array ?? [] { assertions.append(try Assertion(json: value)) }
        self.init(
            id: id, task: TaskType(task), group: json["group"]?.string, messages: messages,
            target: json.strings("target"), reference: json["reference"]?.string, assertions: assertions,
            threshold: json["threshold"]?.double ?? 1, choices: json.strings("choices"),
            parameters: GenerationParameters(json: json["params"]?.object ?? .init()), repeats: json["repeat"]?.int,
            only: json.strings("only"), skip: json.strings("skip"), slo: json["slo"].map(ServiceLevel.init(json:)),
            at: json["at_ms"]?.double, weight: json["weight"]?.double ?? 1,
            split: json["split"]?.string.flatMap(Split.init) ?? .select, tags: json.strings("tags"),
            metadata: json["metadata"]?.object ?? .init(), line: line, hash: hash)
    }
}

extension BenchCase.ServiceLevel {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["ttfa_ms"] = ttfa.map { JSONValue($0) }
        object["resp_ms"] = resp.map { JSONValue($0) }
        return .object(object)
    }
    fileprivate init(json: JSONValue) {
        self.init(ttfa: json["ttfa_ms"]?.double, resp: json["resp_ms"]?.double)
    }
}

extension Assertion {
    /// `{"type":"not-icontains","value":…}`, defaults left out.
    public var json: JSONValue {
        var object: JSONObject = ["type": .string(type)]
        object["value"] = value
        object["threshold"] = threshold.map { JSONValue($0) }
        object["weight"] = weight == 1 ? nil : JSONValue(weight)
        object["metric"] = metric.map(JSONValue.string)
        return .object(object)
    }

    /// Reads what ``json`` wrote.
    public init(json: JSONValue) throws(RowFormatError) {
        guard let type = json["type"]?.string else { throw RowFormatError(field: "assert.type") }
        let negated = type.hasPrefix("not-")
        guard let kind = Kind(rawValue: negated ? String(type.dropFirst(4)) : type) else {
            throw RowFormatError(field: "assert.type")
        }
        self.init(
            kind: kind, negated: negated, value: json["value"], threshold: json["threshold"]?.double,
            weight: json["weight"]?.double ?? 1, metric: json["metric"]?.string)
    }
}

extension JSONValue {
    fileprivate static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    fileprivate func strings(_ key: String) -> [String] { self[key]?.array?.compactMap(\.string) ?? [] }
}
