import LLMCore

/// A row, or a header's defaults, as written: typed, but nothing filled in or rendered yet.
struct RowFields {
    var id: String?
    var task: TaskType?
    var group: String?
    var input: String?
    var messages: [Message]?
    var vars = JSONObject()
    var target: [String]?
    var reference: String?
    var badAnswers: [String]?
    var assertions: [Assertion] = []
    var threshold: Double?
    var choices: [String]?
    var parameters = GenerationParameters()
    var repeats: Int?
    var only: [String]?
    var skip: [String]?
    var slo: BenchCase.ServiceLevel?
    var at: Double?
    var weight: Double?
    var split: BenchCase.Split?
    var tags: [String]?
    var metadata = JSONObject()
    var template: Bool?
    /// Members that no part of the format reads; kept, and warned of.
    var unknown = JSONObject()

    /// Keys a header's `defaults` may give.
    static let defaultKeys: Set<String> = [
        "task", "group", "vars", "assert", "threshold", "params", "repeat", "only", "skip", "slo", "weight", "split",
        "tags", "metadata", "template",
    ]
    static let rowKeys = defaultKeys.union([
        "id", "input", "messages", "target", "reference", "bad_answers", "choices", "at_ms",
    ])

    /// Keys whose texts hold variables. `vars` are values, never rendered; `metadata` is kept as the user wrote it.
    static let renderedKeys = rowKeys.subtracting(["vars", "template", "metadata"])

    init() {}

    init(_ row: Field, _ errors: inout [FieldError]) {
        id = row["id"].flatMap { RowFields.identifier($0, &errors) }
        task = row["task"]?.name(&errors).map { TaskType($0) }
        group = row["group"]?.name(&errors)
        vars = row["vars"].flatMap { RowFields.variables($0, &errors) } ?? JSONObject()
        target = row["target"]?.strings(&errors)
        reference = row["reference"]?.string(&errors)
        badAnswers = row["bad_answers"]?.array(&errors, "an array of strings")?.compactMap { $0.string(&errors) }
        choices = row["choices"]?.array(&errors, "an array of strings")?.compactMap { $0.string(&errors) }
        at = row["at_ms"]?.number(&errors, "milliseconds, 0 or more") { $0 >= 0 }
        readPrompt(row, &errors)
        readGrading(row, &errors)
        readPlan(row, &errors)
        metadata = row["metadata"]?.object(&errors) ?? JSONObject()
        template = row["template"]?.flag(&errors)
        readUnknown(row, &errors)
    }

    private mutating func readUnknown(_ row: Field, _ errors: inout [FieldError]) {
        guard let object = row.value.object else { return }
        for member in object where !RowFields.rowKeys.contains(member.key) {
            guard let advice = ForeignKeys.advice(for: member.key) else {
                unknown[member.key] = member.value
                continue
            }
            errors.append(
                Field(member.value, path: row.path + [.key(member.key)]).error(
                    "not a key of dirgen.dataset/1: \(advice)"))
        }
    }

    private mutating func readPrompt(_ row: Field, _ errors: inout [FieldError]) {
        messages = row["messages"].flatMap { MessageCoding.decode($0, &errors) }
        guard let given = row["input"] else { return }
        if row["messages"] != nil {
            errors.append(given.error("conflicts with \"messages\": a row has one prompt"))
        }
        switch given.value {
        case .string(let text): input = text
        case .array: messages = MessageCoding.decode(given, &errors)
        default: _ = given.array(&errors, "a string or an array of messages")
        }
    }

    private mutating func readGrading(_ row: Field, _ errors: inout [FieldError]) {
        threshold = row["threshold"]?.number(&errors, "a number from 0 to 1") { (0...1).contains($0) }
        let list = row["assert"]?.array(&errors, "an array of assertions") ?? []
        assertions = list.compactMap { AssertionCoding.decode($0, &errors) }
    }

    private mutating func readPlan(_ row: Field, _ errors: inout [FieldError]) {
        parameters = row["params"].map { ParameterCoding.decode($0, &errors) } ?? GenerationParameters()
        repeats = row["repeat"]?.integer(&errors, "a whole number from 1 to 1000", in: 1...1_000)
        only = row["only"]?.strings(&errors)
        skip = row["skip"]?.strings(&errors)
        weight = row["weight"]?.number(&errors, "a number above 0") { $0 > 0 }
        split = row["split"]?.word(&errors, of: BenchCase.Split.self)
        tags = row["tags"]?.strings(&errors)
        guard let slo = row["slo"], slo.object(&errors) != nil else { return }
        slo.onlyMembers(["ttfa_ms", "resp_ms"], &errors)
        self.slo = BenchCase.ServiceLevel(
            ttfa: slo["ttfa_ms"]?.number(&errors, "milliseconds above 0") { $0 > 0 },
            resp: slo["resp_ms"]?.number(&errors, "milliseconds above 0") { $0 > 0 })
    }

    private static func identifier(_ field: Field, _ errors: inout [FieldError]) -> String? {
        guard let id = field.name(&errors) else { return nil }
        guard id.unicodeScalars.count <= 200,
            id.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            errors.append(field.error("expected at most 200 characters, none of them a control character"))
            return nil
        }
        return id
    }

    private static func variables(_ field: Field, _ errors: inout [FieldError]) -> JSONObject? {
        guard let object = field.object(&errors) else { return nil }
        for member in object {
            switch member.value {
            case .null, .array:
                let value = Field(member.value, path: field.path + [.key(member.key)])
                errors.append(
                    value.error("expected a string, number, boolean or object, found \(member.value.kind)"))
            default: continue
            }
        }
        return object
    }

    /// Fills the row from `defaults`: parameters, variables and metadata key by key, the row's key winning; assertions
    /// and tags are the defaults' followed by the row's.
    func filled(from defaults: RowFields) -> RowFields {
        var row = self
        row.task = task ?? defaults.task
        row.group = group ?? defaults.group
        row.vars = defaults.vars.merging(vars)
        row.assertions = defaults.assertions + assertions
        row.threshold = threshold ?? defaults.threshold
        row.parameters = parameters.filled(from: defaults.parameters)
        row.repeats = repeats ?? defaults.repeats
        row.only = only ?? defaults.only
        row.skip = skip ?? defaults.skip
        row.slo = slo ?? defaults.slo
        row.weight = weight ?? defaults.weight
        row.split = split ?? defaults.split
        row.tags = RowFields.union(defaults.tags, tags)
        row.metadata = defaults.metadata.merging(metadata)
        row.template = template ?? defaults.template
        return row
    }

    private static func union(_ first: [String]?, _ second: [String]?) -> [String]? {
        guard let first, let second else { return first ?? second }
        return first + second.filter { !first.contains($0) }
    }
}

extension JSONObject {
    /// The members of both, `other` winning.
    func merging(_ other: JSONObject) -> JSONObject {
        var result = self
        for member in other { result[member.key] = member.value }
        return result
    }
}
