import BenchCore
import LLMCore

/// The assertions of promptfoo as ours: most have the same names and members.
enum PromptfooAssertions {
    static func read(_ value: JSONValue?, templates: JSONObject) throws(SourceRow.Fault) -> [JSONValue] {
        guard let value else { return [] }
        guard let items = value.array else {
            throw SourceRow.Fault(message: "assert: expected an array, found \(value.kind)")
        }
        return try items.enumerated().map { index, item throws(SourceRow.Fault) in
            do throws(SourceRow.Fault) {
                return try assertion(item, templates)
            } catch {
                throw SourceRow.Fault(message: "assert[\(index)]: \(error.message)")
            }
        }
    }

    private static func assertion(_ item: JSONValue, _ templates: JSONObject) throws(SourceRow.Fault) -> JSONValue {
        var item = item
        if let reference = item["$ref"]?.string {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let template = templates[name] else {
                throw SourceRow.Fault(message: "$ref: there is no assertionTemplates.\(name.prefix(40))")
            }
            item = template
        }
        guard var object = item.object, let type = object["type"]?.string else {
            throw SourceRow.Fault(message: "expected an object with a \"type\"")
        }
        try refusePrograms(type)
        for key in ["transform", "contextTransform"] where object[key] != nil {
            throw SourceRow.Fault(message: "\(key): JavaScript is not run; write a code assertion")
        }
        if let nested = object["assert"] { object["assert"] = .array(try read(nested, templates: templates)) }
        if let text = object["value"]?.string, text.hasPrefix("file://") {
            throw SourceRow.Fault(message: "value: a file's content cannot be carried over; write it in place")
        }
        object["value"] = value(object["value"], of: type)
        return .object(object)
    }

    /// Checks that are programs.
    static func refusePrograms(_ type: String) throws(SourceRow.Fault) {
        let name = type.hasPrefix("not-") ? String(type.dropFirst(4)) : type
        guard ["javascript", "python", "ruby", "webhook", "fn", "eval", "file"].contains(name) else { return }
        throw SourceRow.Fault(message: "\(name) is not run; write a code assertion")
    }

    /// Lists may be written as one text with commas; what is compared as text may be written as a number.
    static func value(_ value: JSONValue?, of type: String) -> JSONValue? {
        let name = type.hasPrefix("not-") ? String(type.dropFirst(4)) : type
        guard let value else { return nil }
        switch name {
        case "contains-any", "contains-all", "icontains-any", "icontains-all":
            if let text = value.string { return .array(PromptfooColumns.list(text).map(JSONValue.string)) }
            return value.array.map { .array($0.map { $0.string == nil ? .string($0.text) : $0 }) } ?? value
        case "contains", "icontains", "starts-with", "ends-with", "regex":
            return value.number.map { .string($0.literal) } ?? value
        case "is-json", "contains-json":
            // A schema may be written as text.
            if let text = value.string, let schema = try? JSONValue.parse(text) { return schema }
            return value
        default: return value
        }
    }
}
