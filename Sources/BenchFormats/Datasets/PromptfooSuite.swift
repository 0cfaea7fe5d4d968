import BenchCore
import LLMCore

/// A promptfoo configuration, or its tests alone: prompts times tests are cases, its providers are models.
struct PromptfooSuite {
    private let path: String
    private var prompts: [PromptfooPrompt] = []
    private var tests: [SourceRow]
    private var defaults = PromptfooTest()
    private let providers: PromptfooProviders
    private let templates: JSONObject
    private var errors: [DatasetError] = []

    /// The providers, as `provider/model@parameter=value`.
    var models: [String] { providers.models }

    /// Members of a configuration that change no answer and no grade.
    private static let harmless: Set<String> = [
        "$schema", "description", "tags", "outputPath", "sharing", "writeLatestResults", "commandLineOptions",
        "metadata",
    ]
    private static let known: Set<String> = [
        "prompts", "providers", "targets", "tests", "defaultTest", "assertionTemplates", "evaluateOptions",
    ]

    /// `nil` where the table is no promptfoo file.
    ///
    /// - Throws: ``BenchCore/DatasetErrors`` with all that cannot be carried over.
    init?(_ table: SourceTable, reading: DatasetReading) throws(DatasetErrors) {
        let shared = table.shared
        let isConfiguration =
            shared["prompts"] != nil
            && (shared["tests"] != nil || table.listKey == "tests" || shared["providers"] != nil)
            || (table.listKey == "tests" && (shared["providers"] != nil || shared["targets"] != nil))
        guard isConfiguration || PromptfooTest.recognises(table) else { return nil }
        path = reading.path
        tests = table.allRows
        templates = shared["assertionTemplates"]?.object ?? JSONObject()
        guard isConfiguration else {
            providers = PromptfooProviders()
            // Where promptfoo is given no prompts, a variable of that name is the prompt.
            prompts = [PromptfooPrompt(content: "{{prompt}}")]
            return
        }
        var found: [String] = []
        for key in shared.keys where !Self.harmless.union(Self.known).contains(key) {
            found.append("\(key): cannot be carried over")
        }
        providers = PromptfooProviders(shared["providers"] ?? shared["targets"] ?? .array([]), &found)
        do throws(SourceRow.Fault) {
            defaults = try PromptfooTest.defaults(shared["defaultTest"])
            try Self.checkOptions(shared["evaluateOptions"])
        } catch {
            found.append(error.message)
        }
        for entry in shared["prompts"].map({ $0.array ?? [$0] }) ?? ["{{prompt}}"] {
            do throws(SourceRow.Fault) {
                prompts += try PromptfooPrompt.read(entry, reading.load)
            } catch {
                found.append("prompts: \(error.message)")
            }
        }
        errors = found.map { DatasetError(path: reading.path, message: $0) }
        if let files = shared["tests"] { try readTests(in: files, reading) }
        if tests.isEmpty, table.listKey == nil, shared["tests"] == nil { tests = [SourceRow(["vars": [:]], line: 1)] }
    }

    /// Tests in files of their own, beside the configuration.
    private mutating func readTests(in value: JSONValue, _ reading: DatasetReading) throws(DatasetErrors) {
        tests = []
        for name in value.array ?? [value] {
            guard let text = name.string, let load = reading.load else {
                errors.append(DatasetError(path: path, message: "tests: \(name.kind) cannot be read here"))
                continue
            }
            let file = String(text.hasPrefix("file://") ? text.dropFirst(7) : text[...])
            guard let table = try SourceTable.read(try load(file), path: file), PromptfooTest.recognises(table) else {
                errors.append(
                    DatasetError(path: path, message: "tests: \(file.shown(limit: 60)) holds no promptfoo tests"))
                continue
            }
            tests += table.allRows
        }
    }

    private static func checkOptions(_ value: JSONValue?) throws(SourceRow.Fault) {
        let harmless: Set<String> = ["maxConcurrency", "showProgressBar", "cache"]
        for key in value?.object?.keys ?? [] where !harmless.contains(key) {
            throw SourceRow.Fault(message: "evaluateOptions.\(key): cannot be carried over; give it to the run")
        }
    }

    /// The cases as rows, each test for each prompt and each combination of its lists of values.
    func rows() throws(DatasetErrors) -> [DatasetRow] {
        var errors = errors
        var read: [(test: PromptfooTest, line: Int)] = []
        for source in tests {
            do throws(SourceRow.Fault) {
                read.append((try PromptfooTest(source, templates: templates).filled(from: defaults), source.line))
            } catch {
                errors.append(DatasetError(path: path, line: source.line, message: error.message))
            }
        }
        var rows: [DatasetRow] = []
        var ids = PromptfooIDs(read.map(\.test))
        for (test, line) in read {
            let id = ids.next(test)
            do throws(SourceRow.Fault) {
                let made = try cases(of: test, id: id)
                rows += made.map { DatasetRow(value: .object($0), line: line) }
            } catch {
                errors.append(DatasetError(path: path, line: line, message: error.message))
            }
        }
        guard errors.isEmpty else { throw DatasetErrors(errors) }
        return rows
    }

    private func cases(of test: PromptfooTest, id: String) throws(SourceRow.Fault) -> [JSONObject] {
        let combinations = test.combinations
        let isSingle = combinations.count == 1 && prompts.count == 1
        var cases: [JSONObject] = []
        for (variables, label) in combinations {
            for (index, prompt) in prompts.enumerated() {
                var row = try test.row(variables, only: providers)
                let name = prompts.count > 1 ? "@" + (prompt.label ?? "p\(index + 1)") : ""
                row["id"] = .string(id + label + name)
                if !isSingle { row["group"] = .string(id) }
                let content = prompt.wrapped(prefix: test.prefix, suffix: test.suffix)
                row[content.array == nil ? "input" : "messages"] = content
                cases.append(row)
            }
        }
        return cases
    }
}

/// The ids of tests: the description where no other test has it, else made from the content.
private struct PromptfooIDs {
    private var count: [String: Int] = [:]
    private var made: [String: Int] = [:]

    init(_ tests: [PromptfooTest]) {
        for test in tests { if let description = test.description { count[description, default: 0] += 1 } }
    }

    mutating func next(_ test: PromptfooTest) -> String {
        if let description = test.description, count[description] == 1 { return description }
        let id = "test-" + ContentHash.sha256(test.content.canonicalText).prefix(12)
        made[id, default: 0] += 1
        let number = made[id] ?? 1
        return number == 1 ? id : "\(id)#\(number)"
    }
}
