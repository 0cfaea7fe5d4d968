import BenchCore
import LLMCore

/// The columns of promptfoo's CSV: `__expected` and others with two underscores are instructions, the rest variables.
enum PromptfooColumns {
    /// The test that a record stands for.
    static func test(_ record: JSONObject) throws(SourceRow.Fault) -> JSONObject {
        var variables = JSONObject()
        var metadata = JSONObject()
        var options = JSONObject()
        var assertions: [(number: Int, assertion: JSONObject)] = []
        var test = JSONObject()
        for column in record {
            let text = column.value.string ?? ""
            guard column.key.hasPrefix("__") else {
                variables[column.key] = column.value
                continue
            }
            // Blanks in a cell are nobody's expectation.
            guard !text.isBlank else { continue }
            switch column.key {
            case "__prefix", "__suffix": options[String(column.key.dropFirst(2))] = .string(text)
            case "__description", "__provider": test[String(column.key.dropFirst(2))] = .string(text)
            case "__providers": test["providers"] = .array(list(text).map(JSONValue.string))
            case "__threshold": test["threshold"] = try number(text, "__threshold")
            case "__metric": break
            case let key where key.hasPrefix("__expected"):
                guard let number = key == "__expected" ? 0 : Int(key.dropFirst(10)) else {
                    throw SourceRow.Fault(message: "\(key): not a column of promptfoo")
                }
                assertions.append((number, try expected(text, key)))
            case let key where key.hasPrefix("__metadata:"):
                let name = key.dropFirst(11)
                let isList = name.hasSuffix("[]")
                metadata[String(isList ? name.dropLast(2) : name)] =
                    isList ? .array(list(text).map(JSONValue.string)) : .string(text)
            default: throw SourceRow.Fault(message: "\(column.key): cannot be carried over")
            }
        }
        let metric = record["__metric"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let ordered = assertions.sorted { $0.number < $1.number }.map { item -> JSONValue in
            var assertion = item.assertion
            assertion["metric"] = metric.map(JSONValue.string)
            return .object(assertion)
        }
        test["vars"] = .object(variables)
        if !ordered.isEmpty { test["assert"] = .array(ordered) }
        if !metadata.isEmpty { test["metadata"] = .object(metadata) }
        if !options.isEmpty { test["options"] = .object(options) }
        return test
    }

    private static func number(_ text: String, _ key: String) throws(SourceRow.Fault) -> JSONValue {
        guard let value = try? JSONValue.parse(text), value.number != nil else {
            throw SourceRow.Fault(message: "\(key): expected a number, found \(text.shown(limit: 40))")
        }
        return value
    }

    /// The mini-language: `type:value`, `type(threshold):value`, `not-type:value`; anything else is what the answer must equal.
    static func expected(_ text: String, _ key: String) throws(SourceRow.Fault) -> JSONObject {
        let head = text.prefix { $0.isLetter || $0 == "-" }
        var rest = text[head.endIndex...]
        if ["fn", "eval", "javascript", "python", "file"].contains(String(head)), rest.hasPrefix(":") {
            throw SourceRow.Fault(message: "\(key): \(head) is not run; write a code assertion")
        }
        let type = head == "grade" ? "llm-rubric" : String(head)
        let name = type.hasPrefix("not-") ? String(type.dropFirst(4)) : type
        guard types.contains(name) else { return ["type": "equals", "value": .string(text)] }
        var assertion: JSONObject = ["type": .string(type)]
        if rest.hasPrefix("("), let close = rest.firstIndex(of: ")") {
            assertion["threshold"] = try number(String(rest[rest.index(after: rest.startIndex)..<close]), key)
            rest = rest[rest.index(after: close)...]
        }
        guard rest.isEmpty || rest.hasPrefix(":") else { return ["type": "equals", "value": .string(text)] }
        let value = String(rest.dropFirst())
        guard !value.isEmpty else { return assertion }
        if ["latency", "cost"].contains(name) {
            assertion["threshold"] = try number(value, key)
        } else {
            assertion["value"] = PromptfooAssertions.value(.string(value), of: type)
        }
        return assertion
    }

    private static let types: Set<String> = Set(
        """
        equals contains icontains contains-any contains-all icontains-any icontains-all starts-with ends-with regex is-json \
        contains-json is-xml is-sql latency cost levenshtein rouge-n bleu similar llm-rubric word-count \
        is-valid-openai-tools-call finish-reason select-best max-score
        """.split(separator: " ").map(String.init))

    /// Values between commas; one that holds a comma stands in quotes.
    static func list(_ text: String) -> [String] {
        var items = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                items.append("")
            } else {
                items[items.count - 1].append(character)
            }
        }
        return items.map { item in
            String(item.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }.filter { !$0.isEmpty }
    }
}
