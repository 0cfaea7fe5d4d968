/// A parser of JSON texts (RFC 8259) that keeps places and mends what it is told to mend.
struct JSONParser {
    let bytes: [UInt8]
    let locating: Bool
    var rejectingDuplicates = false
    /// Mends broken Unicode and reads numbers that are none as `null`.
    var isLenient = false
    var edges: SurrogateEdges?
    var placesErrors = true
    var offset = 0
    var offsets: [[JSONLocations.Step]: Int] = [:]
    private var path: [JSONLocations.Step] = []

    init(bytes: [UInt8], locating: Bool, offset: Int = 0) {
        self.bytes = bytes
        self.locating = locating
        self.offset = offset
    }

    mutating func parseDocument() throws(JSONSyntaxError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        let value = try parseValue(depth: 0)
        skipSpace()
        if offset < bytes.count { throw error("unexpected text after the value") }
        return value
    }

    mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        guard depth <= 256 else { throw error("nested deeper than 256 levels", isOfContent: true) }
        if locating { offsets[path] = offset }
        guard let byte = peek else { throw error("unexpected end, expected a value") }
        switch byte {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n") where bytes[offset...].starts(with: "null".utf8): return try parseWord("null", .null)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
        case _ where isLenient && takeNotANumber(): return .null
        case UInt8(ascii: "-"): return try parseNumber()
        default: throw error("expected a value")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        offset += 1
        var members = UniqueMembers()
        skipSpace()
        if take("}") { return .object(JSONObject()) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("expected a member name in quotes") }
            let keyOffset = offset
            let key = try parseString()
            if rejectingDuplicates, members.holds(key) { throw error("the member name stands twice", at: keyOffset) }
            skipSpace()
            guard take(":") else { throw error("expected ':' after the member name") }
            if locating { path.append(.key(key)) }
            let value = try parseValue(depth: depth + 1)
            if locating { path.removeLast() }
            members.set(key, to: value)
            skipSpace()
            if take("}") { return .object(JSONObject(uniqueMembers: members.members)) }
            guard take(",") else { throw error("expected ',' or '}'") }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        offset += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        while true {
            if locating { path.append(.index(values.count)) }
            values.append(try parseValue(depth: depth + 1))
            if locating { path.removeLast() }
            skipSpace()
            if take("]") { return .array(values) }
            guard take(",") else { throw error("expected ',' or ']'") }
        }
    }

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        offset += 1
        let start = offset
        offset = bytes.withUnsafeBytes { $0.endOfPlainText(from: offset) }
        if peek == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return try text(bytes[start..<offset], at: start)
        }
        var out = Array(bytes[start..<offset])
        var lone = LoneSurrogates()
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                let text = try text(out[...], at: start)
                record(lone.edges(end: out.count), of: text)
                return text
            case UInt8(ascii: "\\"): try parseEscape(into: &out, &lone)
            case 0..<0x20 where !isLenient: throw error("a control character in a string must be escaped")
            case 0..<0x20:
                out.append(byte)
                offset += 1
            default:
                let end = bytes.withUnsafeBytes { $0.endOfPlainText(from: offset) }
                out += bytes[offset..<end]
                offset = end
            }
        }
        throw error("the string does not end", at: start - 1)
    }

    private mutating func record(
        _ found: (high: SurrogateEdges.Part?, low: SurrogateEdges.Part?)?, of text: String
    ) {
        guard let found else { return }
        edges = edges ?? SurrogateEdges()
        edges?.add(found, of: text)
    }

    private mutating func text(_ bytes: ArraySlice<UInt8>, at start: Int) throws(JSONSyntaxError) -> String {
        if let text = bytes.withUnsafeBytes({ String(strictUTF8: $0) }) { return text }
        guard isLenient else { throw error("invalid UTF-8", at: start) }
        let broken = BrokenCharacters(bytes)
        record(broken.edges, of: broken.text)
        return broken.text
    }

    private mutating func parseEscape(into out: inout [UInt8], _ lone: inout LoneSurrogates) throws(JSONSyntaxError) {
        let start = offset
        offset += 1
        guard let byte = peek else { throw error("the string does not end", at: start) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            var code = try parseHex(start)
            if code >= 0xD800, code < 0xDC00, let low = try lowSurrogate(start) {
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else {
                guard isLenient else { throw error("a lone surrogate", at: start) }
                lone.record(code, at: out.count)
                out.append(contentsOf: UTF8.encodedReplacementCharacter)
                return
            }
            out.append(contentsOf: String(Character(scalar)).utf8)
        default: throw error("unknown escape", at: start, isOfContent: true)
        }
    }

    /// The second half of a pair, when it follows; nothing is read otherwise.
    private mutating func lowSurrogate(_ start: Int) throws(JSONSyntaxError) -> UInt32? {
        guard bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else { return nil }
        let before = offset
        offset += 2
        let low = try parseHex(start)
        if (0xDC00..<0xE000).contains(low) { return low }
        offset = before
        return nil
    }

    private mutating func parseHex(_ start: Int) throws(JSONSyntaxError) -> UInt32 {
        guard offset + 4 <= bytes.count else { throw error("\\u needs four hexadecimal digits", at: start) }
        var code: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("\\u needs four hexadecimal digits", at: start)
            }
            code = code << 4 | UInt32(digit)
        }
        offset += 4
        return code
    }

    private mutating func parseNumber() throws(JSONSyntaxError) -> JSONValue {
        let start = offset
        if peek == UInt8(ascii: "-") { offset += 1 }
        if peek == UInt8(ascii: "0") { offset += 1 } else { try parseDigits(start) }
        if peek == UInt8(ascii: ".") {
            offset += 1
            try parseDigits(start)
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            offset += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
            try parseDigits(start)
        }
        return .number(JSONNumber(uncheckedLiteral: String(decoding: bytes[start..<offset], as: UTF8.self)))
    }

    private mutating func parseDigits(_ start: Int) throws(JSONSyntaxError) {
        let first = offset
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        if offset == first { throw error("not a number", at: start) }
    }

    /// Skips `NaN`, `Infinity` and their kin, in any letter case.
    private mutating func takeNotANumber() -> Bool {
        let start = peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") ? offset + 1 : offset
        for word in ["infinity", "inf", "nan"] {
            let end = start + word.utf8.count
            guard end <= bytes.count, zip(bytes[start..<end], word.utf8).allSatisfy({ $0 | 0x20 == $1 }) else {
                continue
            }
            offset = end
            return true
        }
        return false
    }

    private mutating func parseWord(_ word: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw error("expected a value") }
        offset += word.utf8.count
        return value
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private func error(_ message: String, at place: Int? = nil, isOfContent: Bool = false) -> JSONSyntaxError {
        let place = place ?? offset
        let position = placesErrors ? bytes.position(at: place) : (line: 0, column: 0)
        return JSONSyntaxError(
            offset: place, line: position.line, column: position.column, message: message, isOfContent: isOfContent)
    }
}

/// The members of an object in the making, each name once.
private struct UniqueMembers {
    private(set) var members: [JSONObject.Member] = []
    /// The places of the names, once there are many.
    private var places: [String: Int] = [:]
    /// So few names are found sooner by looking at each than by hashes.
    private static let few = 12

    func holds(_ key: String) -> Bool { place(of: key) != nil }

    mutating func set(_ key: String, to value: JSONValue) {
        if let place = place(of: key) { return members[place].value = value }
        if members.count == Self.few { for place in members.indices { places[members[place].key] = place } }
        if members.count >= Self.few { places[key] = members.count }
        // Most objects have a handful: grown to it by doubling, they would be copied three times.
        if members.isEmpty { members.reserveCapacity(6) }
        members.append(.init(key: key, value: value))
    }

    private func place(of key: String) -> Int? {
        guard members.count <= Self.few else { return places[key] }
        for place in members.indices where members[place].key == key { return place }
        return nil
    }
}
