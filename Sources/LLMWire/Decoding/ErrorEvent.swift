import LLMCore

/// An error that a stream says beside its answer: in an event of that name, or in a line of a field that server-sent events do not have.
enum ErrorEvent {
    /// Returns `true` for the name of a field or event that holds an error.
    static func isName(_ name: some StringProtocol) -> Bool {
        ["error", "err", "exception", "fault", "failure"].contains(name.lowercased())
    }

    /// The input of the error classifier: the data's object, or its text.
    static func body(of data: UnsafeRawBufferPointer) -> JSONValue {
        guard let value = try? JSONValue.parseLenient(data) else {
            return ["error": .string(String(decoding: data.prefix(4_096), as: UTF8.self))]
        }
        return value.object == nil ? ["error": value] : value
    }

    /// The error in a line that is no server-sent event: `error: {…}`, or an object that holds one, bare or behind any field.
    static func find(inLine line: [UInt8]) -> JSONValue? {
        if let value = try? JSONValue.parseLenient(line) { return ErrorInAnswer.find(in: value) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let rest = line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
        let value = try? JSONValue.parseLenient(rest)
        guard isName(name) else { return value.flatMap(ErrorInAnswer.find) }
        let said = value ?? .string(String(decoding: rest.prefix(4_096), as: UTF8.self))
        guard ErrorInAnswer.says(said) else { return nil }
        return said.object?["error"] != nil ? said : ["error": said]
    }
}
