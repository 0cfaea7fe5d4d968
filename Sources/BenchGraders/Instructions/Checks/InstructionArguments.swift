import LLMCore

/// The arguments of an instruction, read by name. `null` counts as absent.
struct InstructionArguments {
    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    private func value(_ key: String) throws(Instruction.Fault) -> JSONValue {
        guard let value = object[key], !value.isNull else { throw Instruction.Fault(message: "needs \"\(key)\"") }
        return value
    }

    func has(_ key: String) -> Bool { object[key].map { !$0.isNull } ?? false }

    func text(_ key: String) throws(Instruction.Fault) -> ScalarText {
        guard let text = try value(key).string, !text.isEmpty else {
            throw Instruction.Fault(message: "\"\(key)\": expected a text")
        }
        return ScalarText(text)
    }

    func texts(_ key: String) throws(Instruction.Fault) -> [ScalarText] {
        let items = try value(key).array ?? []
        let texts = items.compactMap(\.string)
        guard !texts.isEmpty, texts.count == items.count else {
            throw Instruction.Fault(message: "\"\(key)\": expected an array of texts")
        }
        return texts.map { ScalarText($0) }
    }

    /// Whole, 0 or more; written `5` or `5.0`.
    func count(_ key: String) throws(Instruction.Fault) -> Int {
        guard let count = try value(key).int, count >= 0 else {
            throw Instruction.Fault(message: "\"\(key)\": expected a whole number, 0 or more")
        }
        return count
    }

    /// "less than" or "at least" the count under `key`.
    func comparison(_ relation: String, _ key: String) throws(Instruction.Fault) -> @Sendable (Int) -> Bool {
        let count = try count(key)
        switch try value(relation).string {
        case "less than": return { $0 < count }
        case "at least": return { $0 >= count }
        default: throw Instruction.Fault(message: "\"\(relation)\": expected \"less than\" or \"at least\"")
        }
    }
}

extension InstructionCatalog {
    /// A maker of an instruction without arguments.
    static func plain(_ check: @escaping InstructionCheck) -> Maker {
        { (_: InstructionArguments) throws(Instruction.Fault) -> InstructionCheck in check }
    }
}
