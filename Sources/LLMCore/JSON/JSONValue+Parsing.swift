extension JSONValue {
    /// Parses one JSON text (RFC 8259). Invalid UTF-8, a lone surrogate, a depth above 256 or anything after the value is an error.
    ///
    /// - Parameter rejectingDuplicates: A member name that stands twice is an error too: for files that people write.
    public static func parse(_ bytes: some Sequence<UInt8>, rejectingDuplicates: Bool = false) throws(JSONSyntaxError)
        -> JSONValue
    {
        var parser = JSONParser(bytes: Array(bytes), locating: false)
        parser.rejectingDuplicates = rejectingDuplicates
        return try parser.parseDocument()
    }

    public static func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue { try parse(text.utf8) }

    /// Parses a JSON text of a provider, whose Unicode and numbers may be broken where its structure is sound.
    ///
    /// A byte that is no UTF-8 and a lone surrogate become U+FFFD, a control character in a string stands for itself, and `NaN` and
    /// `Infinity` are `null`.
    ///
    /// - Parameter edges: Receives the parts of characters at which strings begin or end.
    public static func parseLenient(
        _ bytes: some Sequence<UInt8>, edges: inout SurrogateEdges?
    ) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes: Array(bytes), locating: false)
        parser.isLenient = true
        defer { edges = parser.edges }
        return try parser.parseDocument()
    }

    /// As ``parseLenient(_:edges:)``, for whole texts.
    public static func parseLenient(_ bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> JSONValue {
        var edges: SurrogateEdges?
        return try parseLenient(bytes, edges: &edges)
    }

    /// Parses and remembers where each value stood, for messages that name the column.
    public static func parseLocated(_ bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> (JSONValue, JSONLocations)
    {
        let bytes = Array(bytes)
        var parser = JSONParser(bytes: bytes, locating: true)
        let value = try parser.parseDocument()
        var locations = JSONLocations(bytes: bytes)
        locations.offsets = parser.offsets
        return (value, locations)
    }

    /// Parses the value that starts at `offset` and gives it with the offset after it: finds JSON inside other text.
    public static func parsePrefix(of bytes: [UInt8], at offset: Int) -> (value: JSONValue, end: Int)? {
        let (value, end) = scanPrefix(of: bytes, at: offset)
        return value.map { ($0, end) }
    }

    /// As ``parsePrefix(of:at:)``, and says how far it read when there is no value: lets a search bound its work.
    public static func scanPrefix(of bytes: [UInt8], at offset: Int) -> (value: JSONValue?, end: Int) {
        var parser = JSONParser(bytes: bytes, locating: false, offset: offset)
        // Nobody sees the error, and finding its line would read everything before it at every attempt.
        parser.placesErrors = false
        let value = try? parser.parseValue(depth: 0)
        return (value, parser.offset)
    }
}
