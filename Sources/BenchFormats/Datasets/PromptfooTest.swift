import BenchCore
import LLMCore

/// A test of promptfoo: variables and assertions.
struct PromptfooTest {
    private(set) var description: String?
    private var variables = JSONObject()
    private var assertions: [JSONValue] = []
    private var threshold: JSONValue?
    private var metadata = JSONObject()
    private var providers: [String] = []
    private(set) var prefix = ""
    private(set) var suffix = ""
    /// Lists of values stay lists.
    private var keepsLists = false

    init() {}

    /// Rows with a test's members, or with the columns of its CSV.
    static func recognises(_ table: SourceTable) -> Bool {
        guard let row = table.rows.first?.object, row["input"] == nil, row["messages"] == nil, row["id"] == nil else {
            return false
        }
        if table.form == .columns { return row.keys.contains { $0.hasPrefix("__") } }
        return row["vars"]?.object != nil && Set(row.keys).isSubset(of: known)
    }

    private static let known: Set<String> = [
        "description", "vars", "assert", "threshold", "metadata", "provider", "providers", "options",
    ]

    /// `defaultTest`, whose members stand in for those that a test leaves out.
    static func defaults(_ value: JSONValue?) throws(SourceRow.Fault) -> PromptfooTest {
        guard let value else { return PromptfooTest() }
        guard value.object != nil else {
            throw SourceRow.Fault(message: "defaultTest: expected an object, found \(value.kind)")
        }
        do throws(SourceRow.Fault) {
            var test = try PromptfooTest(SourceRow(value, line: 0), templates: JSONObject())
            test.description = nil
            return test
        } catch {
            throw SourceRow.Fault(message: "defaultTest: \(error.message)")
        }
    }

    init(_ source: SourceRow, templates: JSONObject) throws(SourceRow.Fault) {
        try source.check()
        var row = source
        if source.object.keys.contains(where: { $0.hasPrefix("__") }) {
            row = SourceRow(.object(try PromptfooColumns.test(source.object)), line: source.line)
        }
        description = try row.optionalText("description")
        variables = try PromptfooTest.object(row.take("vars"), "vars")
        assertions = try PromptfooAssertions.read(row.take("assert"), templates: templates)
        threshold = row.take("threshold")
        metadata = try PromptfooTest.object(row.take("metadata"), "metadata")
        for key in ["provider", "providers"] {
            guard let value = row.take(key) else { continue }
            let names = (value.array ?? [value]).compactMap(\.string)
            guard !names.isEmpty else { throw SourceRow.Fault(message: "\(key): expected a name, found \(value.kind)") }
            providers += names
        }
        try readOptions(PromptfooTest.object(row.take("options"), "options"))
        guard row.rest.isEmpty else {
            throw SourceRow.Fault(message: "\(row.rest.keys.joined(separator: ", ")): cannot be carried over")
        }
        try checkVariables()
    }

    private static func object(_ value: JSONValue?, _ key: String) throws(SourceRow.Fault) -> JSONObject {
        guard let value else { return JSONObject() }
        guard let object = value.object else {
            throw SourceRow.Fault(message: "\(key): expected an object, found \(value.kind)")
        }
        return object
    }

    private mutating func readOptions(_ options: JSONObject) throws(SourceRow.Fault) {
        for option in options {
            switch (option.key, option.value) {
            case ("prefix", .string(let text)): prefix = text
            case ("suffix", .string(let text)): suffix = text
            case ("disableVarExpansion", .bool(let flag)): keepsLists = flag
            case ("transform", _), ("postprocess", _), ("transformVars", _):
                throw SourceRow.Fault(message: "options.\(option.key): JavaScript is not run; write a code assertion")
            default: throw SourceRow.Fault(message: "options.\(option.key): cannot be carried over")
            }
        }
    }

    private func checkVariables() throws(SourceRow.Fault) {
        for variable in variables {
            for text in PromptfooTest.texts(of: variable.value) {
                if text.hasPrefix("file://") || text.hasPrefix("package:") {
                    throw SourceRow.Fault(
                        message: "vars.\(variable.key): a file's content cannot be carried over; write it in place")
                }
                // promptfoo renders it once more; here a value is never looked into.
                if text.contains("{{") || text.contains("{%") {
                    throw SourceRow.Fault(
                        message: "vars.\(variable.key): a variable within a variable cannot be carried over")
                }
            }
        }
    }

    private static func texts(of value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let items): items.flatMap(texts)
        case .object(let object): object.flatMap { texts(of: $0.value) }
        default: []
        }
    }

    /// With what the configuration gives every test: the test's own members win, assertions are put behind.
    func filled(from defaults: PromptfooTest) -> PromptfooTest {
        var test = self
        test.variables = defaults.variables.merged(with: variables)
        test.assertions = defaults.assertions + assertions
        test.threshold = threshold ?? defaults.threshold
        test.metadata = defaults.metadata.merged(with: metadata)
        test.providers = providers.isEmpty ? defaults.providers : providers
        test.prefix = prefix.isEmpty ? defaults.prefix : prefix
        test.suffix = suffix.isEmpty ? defaults.suffix : suffix
        test.keepsLists = keepsLists || defaults.keepsLists
        return test
    }

    /// From which an id is made.
    var content: JSONValue { ["vars": .object(variables), "assert": .array(assertions)] }

    /// Each choice of one value from each list, with the ending of its id: `#lang=es`.
    var combinations: [(variables: JSONObject, label: String)] {
        variables.reduce(into: [(JSONObject(), "")]) { combinations, variable in
            guard !keepsLists, let values = variable.value.array, !values.isEmpty else {
                for index in combinations.indices { combinations[index].0[variable.key] = variable.value }
                return
            }
            combinations = combinations.flatMap { combination in
                values.map { value in
                    var variables = combination.0
                    variables[variable.key] = value
                    let text = value.string ?? value.text
                    return (variables, "\(combination.1)#\(variable.key)=\(text.prefix(40))")
                }
            }
        }
    }

    /// The row but for its id and its prompt.
    func row(_ variables: JSONObject, only names: PromptfooProviders) throws(SourceRow.Fault) -> JSONObject {
        var row: JSONObject = ["vars": .object(variables.asText)]
        if !assertions.isEmpty { row["assert"] = .array(assertions) }
        row["threshold"] = threshold
        var only: [JSONValue] = []
        for provider in providers { only.append(.string(try names.pattern(provider))) }
        if !only.isEmpty { row["only"] = .array(only) }
        var metadata = metadata
        metadata["description"] = description.map(JSONValue.string) ?? metadata["description"]
        if !metadata.isEmpty { row["metadata"] = .object(metadata) }
        return row
    }
}

extension JSONObject {
    /// Lists that stay lists are put in as JSON text; nothing is an empty text.
    fileprivate var asText: JSONObject {
        JSONObject(
            map { member in
                switch member.value {
                case .array: Member(key: member.key, value: .string(member.value.text))
                case .null: Member(key: member.key, value: "")
                default: member
                }
            })
    }
}
