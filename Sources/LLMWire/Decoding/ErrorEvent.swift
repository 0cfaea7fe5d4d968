import LLMCore

/// An error that a stream says beside its answer: in an event of that name, or in a line of a field that server-sent events do not have.
enum ErrorEvent {
    private static let names: Set<String> = ["error", "err", "exception", "fault", "failure"]

    /// Returns `true` for the name of a field or event that holds an error: `error`, `stream_error`, `response.error`, `ApiError`.
    static func isName(_ name: some StringProtocol) -> Bool {
        guard name.utf8.count <= 40 else { return false }
        let small = name.lowercased()
        // Most are quickly told apart from an error.
        guard ["err", "exception", "fault", "failure"].contains(where: small.contains) else { return false }
        return MessageWords(String(name)).has(names)
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
        // A comment, in which only an error is looked for.
        if colon == 0 { return find(inLine: Array(line.drop { [0x3A, 0x20, 0x09].contains($0) })) }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let rest = line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
        let value = try? JSONValue.parseLenient(rest)
        guard isName(name) else { return value.flatMap(ErrorInAnswer.find) }
        let said = value ?? .string(String(decoding: rest.prefix(4_096), as: UTF8.self))
        guard ErrorInAnswer.says(said) else { return nil }
        // "error code: 1015": the line is the sentence.
        if said.number != nil { return ["error": .string(String(decoding: line.prefix(4_096), as: UTF8.self))] }
        return said.object?["error"] != nil ? said : ["error": said]
    }

    /// The error in a text that is no JSON: a sentence of a proxy or a server where an answer was expected.
    static func find(inText text: some Sequence<UInt8>) -> JSONValue? {
        let text = String(decoding: Array(text).prefix(4_096), as: UTF8.self).trimmed
        guard let first = text.first, !"{[<\"".contains(first), FailureMeaning.isTold(in: MessageWords(text)) else {
            return nil
        }
        return ["error": .string(text)]
    }
}
