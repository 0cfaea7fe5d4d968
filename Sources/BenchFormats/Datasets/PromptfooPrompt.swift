import BenchCore
import LLMCore

/// A prompt of a promptfoo configuration: a text, or a chat.
struct PromptfooPrompt {
    var label: String?
    var content: JSONValue

    init(label: String? = nil, content: JSONValue) { (self.label, self.content) = (label, content) }

    /// An entry: a text, a file's name, or an object with `raw` or `id` and a label.
    static func read(_ entry: JSONValue, _ load: DatasetReading.Loader?) throws(SourceRow.Fault) -> [PromptfooPrompt] {
        if let text = entry.string { return try read(text: text, label: nil, load) }
        guard let object = entry.object else {
            throw SourceRow.Fault(message: "expected a text, found \(entry.kind)")
        }
        for key in object.keys where !["raw", "id", "label"].contains(key) {
            throw SourceRow.Fault(message: "\(key): cannot be carried over")
        }
        guard let text = (object["raw"] ?? object["id"])?.string else {
            throw SourceRow.Fault(message: "there is no \"raw\"")
        }
        return try read(text: text, label: object["label"]?.string, load)
    }

    private static func read(
        text: String, label: String?, _ load: DatasetReading.Loader?
    ) throws(SourceRow.Fault) -> [PromptfooPrompt] {
        let isFile = text.hasPrefix("file://")
        let name = isFile ? String(text.dropFirst(7)) : text
        let ending = name.split(separator: ".").last.map(String.init) ?? ""
        guard isFile || (!name.contains(where: \.isWhitespace) && ["txt", "md", "json"].contains(ending)) else {
            return [PromptfooPrompt(label: label, content: try content(text))]
        }
        guard ["txt", "md", "json"].contains(ending) else {
            throw SourceRow.Fault(
                message: "\(name.shown(limit: 60)) is not read: prompts are texts, .txt, .md or .json")
        }
        let bytes: [UInt8]
        do throws(DatasetErrors) {
            guard let load else { throw DatasetErrors([]) }
            bytes = try load(name)
        } catch {
            throw SourceRow.Fault(message: "\(name.shown(limit: 60)) cannot be read")
        }
        let whole = String(decoding: bytes, as: UTF8.self)
        guard ending == "txt" else { return [PromptfooPrompt(label: label ?? name, content: try content(whole))] }
        // A text file holds several, a line of dashes between them.
        let parts = whole.split(separator: "\n---\n").map(String.init)
        return try parts.enumerated().map { index, part throws(SourceRow.Fault) in
            let name = parts.count > 1 ? "\(label ?? name)#\(index + 1)" : label ?? name
            return PromptfooPrompt(label: name, content: try content(part))
        }
    }

    /// A chat written as JSON is a list of messages.
    private static func content(_ text: String) throws(SourceRow.Fault) -> JSONValue {
        for sign in ["{%", "{#"] where text.contains(sign) {
            throw SourceRow.Fault(message: "\(sign) is Nunjucks, of which only {{variable}} can be carried over")
        }
        let value = text.contains("role") ? try? JSONValue.parse(text) : nil
        if let messages = value?.array, messages.allSatisfy({ $0["role"]?.string != nil }) { return .array(messages) }
        return .string(text)
    }

    /// With what a test puts before and behind it.
    func wrapped(prefix: String, suffix: String) -> JSONValue {
        guard let text = content.string else { return content }
        return .string(prefix + text + suffix)
    }
}
