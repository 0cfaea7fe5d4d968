import BenchCore
import LLMCore

/// A row of a foreign file while it is read. What nothing has read is kept apart, so that nothing is lost.
struct SourceRow {
    /// One thing that cannot be carried over.
    struct Fault: Error, Hashable {
        var message: String
    }

    let line: Int
    private(set) var object: JSONObject
    /// Members taken by a reader.
    private var taken: Set<String> = []
    private let fault: Fault?

    init(_ value: JSONValue, line: Int) {
        self.line = line
        object = value.object ?? JSONObject()
        fault = value.object == nil ? Fault(message: "expected an object, found \(value.kind)") : nil
        // OpenAI's graders wrap each row; what stands beside it stays.
        if let item = object["item"]?.object, object.keys.allSatisfy({ $0 == "item" || $0 == "sample" }) {
            var members = item
            members["sample"] = object["sample"] ?? item["sample"]
            object = members
        }
    }

    init(fault message: String, line: Int) {
        self.line = line
        object = JSONObject()
        fault = Fault(message: message)
    }

    func check() throws(Fault) { if let fault { throw fault } }

    /// The members that no reader has taken.
    var rest: JSONObject { JSONObject(object.filter { !taken.contains($0.key) && !$0.value.isNull }) }

    func has(_ key: String) -> Bool { object[key].map { !$0.isNull } ?? false }

    /// The member; `null` counts as absent.
    mutating func take(_ key: String) -> JSONValue? {
        taken.insert(key)
        return object[key].flatMap { $0.isNull ? nil : $0 }
    }

    mutating func value(_ key: String) throws(Fault) -> JSONValue {
        guard let value = take(key) else { throw Fault(message: "there is no \"\(key)\"") }
        return value
    }

    mutating func text(_ key: String) throws(Fault) -> String {
        let value = try value(key)
        guard let text = value.string else {
            throw Fault(message: "\(key): expected a string, found \(value.kind)")
        }
        return text
    }

    mutating func optionalText(_ key: String) throws(Fault) -> String? {
        has(key)
            ? try text(key)
            : {
                taken.insert(key); return nil
            }()
    }

    mutating func texts(_ key: String) throws(Fault) -> [String] {
        let value = try value(key)
        let items = value.array ?? []
        let texts = items.compactMap(\.string)
        guard value.array != nil, texts.count == items.count else {
            throw Fault(message: "\(key): expected an array of strings, found \(value.kind)")
        }
        return texts
    }

    /// A string or a number, as text.
    mutating func label(_ key: String) throws(Fault) -> String? {
        switch take(key) {
        case nil: return nil
        case .string(let text)?: return text.isEmpty ? nil : text
        case .number(let number)?: return number.literal
        case .some(let other): throw Fault(message: "\(key): expected a string or a number, found \(other.kind)")
        }
    }
}
