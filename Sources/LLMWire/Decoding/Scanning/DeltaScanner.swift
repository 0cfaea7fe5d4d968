/// Reads one flat kind of event, `{"type":T,…,"delta":"text",…}`, in one pass; gives up on anything else.
struct DeltaScanner: Sendable {
    let type: StaticString
    let skippedIntegers: [StaticString]
    let skippedStrings: [StaticString]
    private var scratch: [UInt8] = []

    init(type: StaticString, skippedIntegers: [StaticString], skippedStrings: [StaticString]) {
        self.type = type
        self.skippedIntegers = skippedIntegers
        self.skippedStrings = skippedStrings
    }

    /// The text of the event, `nil` when the general path must read it.
    mutating func read(_ data: UnsafeRawBufferPointer) -> String? {
        var cursor = JSONCursor(data)
        var text: String?
        var sawType = false
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let key = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else { return nil }
            if cursor.matches(key, "type") {
                guard !sawType, let word = cursor.plainString(), cursor.matches(word, type) else { return nil }
                sawType = true
            } else if cursor.matches(key, "delta") {
                guard text == nil, let delta = cursor.string(scratch: &scratch) else { return nil }
                text = delta
            } else if !skip(key, &cursor) {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","))
        guard sawType, cursor.takeLast(UInt8(ascii: "}")) else { return nil }
        return text
    }

    private func skip(_ key: Range<Int>, _ cursor: inout JSONCursor) -> Bool {
        for name in skippedIntegers where cursor.matches(key, name) { return cursor.skipInteger() }
        for name in skippedStrings where cursor.matches(key, name) { return cursor.skipPlainString() }
        // No log probabilities.
        guard cursor.matches(key, "logprobs"), cursor.take(UInt8(ascii: "[")) else { return false }
        return cursor.take(UInt8(ascii: "]"))
    }
}
