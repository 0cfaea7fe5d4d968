import LLMCore

/// An error that a stream says beside its answer: in an event of that name, or in a line of a field that server-sent events do not have.
enum ErrorEvent {
    private static let names: Set<String> = [
        "error", "errors", "err", "exception", "exceptions", "fault", "faults", "failure", "failures", "throttling",
        "throttled",
    ]
    private static let negations: Set<String> = ["no", "non", "without"]
    /// With one of these at its end the name is that of a figure about errors.
    private static let figures: Set<String> = [
        "count", "counts", "counter", "rate", "ratio", "total", "seen", "number", "budget", "margin", "bars", "free",
        "correction", "tolerance", "tolerant",
    ]

    /// Returns `true` for the name of a field, a member or an event that holds an error: `error`, `stream_error`, `response.error`,
    /// `internalServerException`.
    static func isName(_ name: some StringProtocol) -> Bool {
        // Most are quickly told apart from an error's: every member of every chunk is asked here.
        guard name.utf8.count <= 80, holdsStem(name) else { return false }
        let small = name.lowercased()
        let words = MessageWords(String(name))
        guard !words.has(negations), !figures.contains(words.sentences.last?.last ?? "") else { return false }
        return words.has(names) || ["exception", "runtimeerror", "servererror"].contains(where: small.hasSuffix)
    }

    private static let notices: Set<String> = [
        "info", "warning", "warn", "notice", "notices", "status", "progress", "debug", "log", "ping", "heartbeat",
        "keepalive", "comment", "queue", "queued",
    ]

    /// Returns `true` for the name of an event, or the type of an object, that is said beside an answer and is no part of it.
    static func isNotice(_ name: some StringProtocol) -> Bool {
        name.utf8.count <= 80 && MessageWords(String(name)).sentences.last?.last.map(notices.contains) == true
    }

    private static let stems = ["err", "exception", "fault", "failure", "throttl"].map { Array($0.utf8) }

    /// Returns `true` where one of the stems stands in a name, in any letter case.
    private static func holdsStem(_ name: some StringProtocol) -> Bool {
        let isThere = name.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.indices.contains { start in
                switch bytes[start] | 0x20 {
                case UInt8(ascii: "e"), UInt8(ascii: "f"), UInt8(ascii: "t"):
                    stems.contains { stem in
                        let rest = bytes[start...].prefix(stem.count)
                        return rest.count == stem.count && zip(rest, stem).allSatisfy { $0 | 0x20 == $1 }
                    }
                default: false
                }
            }
        }
        return isThere ?? true
    }

    /// The input of the error classifier: the data's object, or its text, and what the name of the event says of its kind.
    static func body(of data: UnsafeRawBufferPointer, named name: String) -> JSONValue {
        let value = try? JSONValue.parseLenient(data)
        return body(value ?? .string(String(decoding: data.prefix(4_096), as: UTF8.self)), named: name)
    }

    /// An error and the name under which it stood.
    static func body(_ said: JSONValue, named name: some StringProtocol) -> JSONValue {
        var body: JSONObject = ["error": said]
        if let object = said.object, object["error"] != nil { body = object }
        let facts = ErrorBody(json: .object(body))
        let words = MessageWords(String(name))
        if facts.status == nil, facts.code == nil, let status = status(named: words) {
            body["status_code"] = JSONValue(status)
        }
        if facts.type == nil, words.sentences.joined().count > 1 { body["type"] = .string(String(name.prefix(80))) }
        return .object(body)
    }

    /// The HTTP status that stands for an exception's name, as Bedrock has them.
    private static func status(named words: MessageWords) -> Int? {
        if words.hasStem(["throttl"]) || words.pair("too", "many") { return 429 }
        if words.pair("rate", "limit") || words.has("quota") { return 429 }
        if words.hasStem(["unavailab", "overload"]) || words.pair("not", "ready") { return 503 }
        if words.has("validation") || words.pair("bad", "request") { return 400 }
        if words.hasStem(["unauthor", "authentic"]) { return 401 }
        if words.hasStem(["denied", "forbid"]) { return 403 }
        return nil
    }

    /// The error in a line that is no server-sent event: `error: {…}`, or an object that holds one, bare or behind any field.
    static func find(inLine line: [UInt8]) -> JSONValue? {
        if let page = find(inPage: line) { return page }
        if let value = try? JSONValue.parseLenient(line) { return ErrorInAnswer.find(beside: value) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        // A comment, in which only an error is looked for.
        if colon == 0 { return find(inLine: Array(line.drop { [0x3A, 0x20, 0x09].contains($0) })) }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let rest = line[line.index(after: colon)...].drop { $0 == 0x20 || $0 == 0x09 }
        let value = try? JSONValue.parseLenient(rest)
        guard isName(name) else { return value.flatMap(ErrorInAnswer.find(beside:)) }
        let said = value ?? .string(String(decoding: rest.prefix(4_096), as: UTF8.self))
        guard ErrorInAnswer.says(said) else { return nil }
        guard said.number == nil else {
            // "errors: 3" counts them; "error code: 1015" is a sentence.
            let isCount = MessageWords(name).has(["errors", "exceptions", "faults", "failures"])
            return isCount ? nil : ["error": .string(String(decoding: line.prefix(4_096), as: UTF8.self))]
        }
        return body(said, named: name)
    }

    /// The error in a text that is no JSON: a sentence of a proxy or a server where an answer was expected.
    static func find(inText text: some Sequence<UInt8>) -> JSONValue? {
        let text = String(decoding: Array(text).prefix(4_096), as: UTF8.self).trimmed
        guard let first = text.first, !"{[<\"".contains(first), FailureMeaning.isTold(in: MessageWords(text)) else {
            return nil
        }
        return ["error": .string(text)]
    }

    /// The error in a page that a proxy put into the stream: its title names a failure or the status of one.
    private static func find(inPage bytes: [UInt8]) -> JSONValue? {
        guard bytes.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "<"),
            let title = ErrorBody.htmlTitle(of: bytes)
        else { return nil }
        let words = MessageWords(title)
        let status = words.numbers.lazy.compactMap { Int(exactly: $0) }.first { (400..<600).contains($0) }
        guard status != nil || FailureMeaning.isTold(in: words) else { return nil }
        var error: JSONObject = ["message": .string("HTML page: \(title)")]
        if let status { error["status_code"] = JSONValue(status) }
        return ["error": .object(error)]
    }
}
