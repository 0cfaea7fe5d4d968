import LLMCore

/// Reads the chunk that makes up nearly all of a chat stream, one choice with a piece of text and no finish, in one pass.
///
/// It changes nothing unless it understood the whole chunk; the general path reads all others. What it skips is what the general
/// path would not use either: a test holds the two against each other. Most chunks differ from the one before in their text alone:
/// those are compared with it, not read again.
struct OpenAIChunkScanner: Sendable {
    private struct Found {
        var text: String?
        /// Its place in the chunk, quotes included.
        var textPlace: Range<Int>?
        /// The place of the padding, likewise.
        var padding: Range<Int>?
        /// The piece of reasoning and the rank of its field among the quirks' reasoning fields.
        var thinking: (text: String, rank: Int)?
        var seenRanks: UInt64 = 0
        var sawChoices = false
        var sawDelta = false
    }

    /// The facts that the answer already has, so that their repetition is skipped. Small, because it is passed by value
    /// per chunk.
    private struct Known {
        var id: Bool
        var model: Bool
        var fingerprint: Bool
        var tier: Bool
        var reasoningFields: [String]

        init(_ state: borrowing AnswerState) {
            id = state.responseID != nil
            model = state.servedModel != nil
            fingerprint = state.systemFingerprint != nil
            tier = state.serviceTier != nil
            reasoningFields = state.quirks.reasoningFields
        }
    }

    /// The bytes around the text of a chunk that holds nothing else that counts: before it, up to the padding that OpenAI sends so that
    /// lengths tell nothing, and behind that.
    private struct Frame {
        private var head: [UInt8] = []
        private var middle: [UInt8] = []
        private var end: [UInt8] = []
        private var isPadded = false

        mutating func take(_ data: UnsafeRawBufferPointer, text: Range<Int>, padding: Range<Int>?) {
            isPadded = padding != nil
            let padding = padding ?? data.count..<data.count
            Self.copy(data[..<text.lowerBound], to: &head)
            Self.copy(data[text.upperBound..<padding.lowerBound], to: &middle)
            Self.copy(data[padding.upperBound...], to: &end)
        }

        private static func copy(_ bytes: Slice<UnsafeRawBufferPointer>, to part: inout [UInt8]) {
            part.removeAll(keepingCapacity: true)
            part.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes))
        }

        /// The text of a chunk of the same frame; `nil` of any other.
        func text(in data: UnsafeRawBufferPointer, scratch: inout [UInt8]) -> String? {
            var cursor = JSONCursor(data)
            guard !head.isEmpty, skip(head, &cursor), let text = cursor.string(scratch: &scratch),
                skip(middle, &cursor), !isPadded || cursor.skipPlainString(), skip(end, &cursor), cursor.isAtEnd
            else { return nil }
            return text
        }

        private func skip(_ part: [UInt8], _ cursor: inout JSONCursor) -> Bool {
            guard part.withUnsafeBytes({ ByteSearch.matches(cursor.bytes, at: cursor.offset, $0) }) else {
                return false
            }
            cursor.offset += part.count
            return true
        }
    }

    private var frame = Frame()
    private var scratch: [UInt8] = []

    /// Reads a chunk and appends its events; returns `false` when the chunk was not understood.
    mutating func read(_ data: UnsafeRawBufferPointer, state: inout AnswerState, events: inout [ChatEvent]) -> Bool {
        if let text = frame.text(in: data, scratch: &scratch) {
            state.text(text, into: &events)
            return true
        }
        var cursor = JSONCursor(data)
        var found = Found()
        guard readChunk(&cursor, known: Known(state), found: &found), found.sawChoices else { return false }
        state.choiceCount = max(state.choiceCount, 1)
        if let thinking = found.thinking { state.thinking(thinking.text, into: &events) }
        if let text = found.text { state.text(text, into: &events) }
        if found.thinking == nil, let place = found.textPlace {
            let isBehind = found.padding.map { $0.lowerBound >= place.upperBound } ?? false
            frame.take(data, text: place, padding: isBehind ? found.padding : nil)
        }
        return true
    }

    private mutating func readChunk(_ cursor: inout JSONCursor, known: Known, found: inout Found) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        repeat {
            guard let key = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else { return false }
            if cursor.matches(key, "choices") {
                guard !found.sawChoices, readChoices(&cursor, known: known, found: &found) else { return false }
                found.sawChoices = true
            } else if cursor.matches(key, "obfuscation") {
                cursor.skipSpace()
                let start = cursor.offset
                guard cursor.skipPlainString() else { return false }
                found.padding = start..<cursor.offset
            } else if !skipMember(key, &cursor, known: known) {
                return false
            }
        } while cursor.take(UInt8(ascii: ","))
        return cursor.takeLast(UInt8(ascii: "}"))
    }

    /// Skips what the general path does not use once the answer has started.
    private func skipMember(_ key: Range<Int>, _ cursor: inout JSONCursor, known: Known) -> Bool {
        if cursor.matches(key, "created") { return cursor.skipInteger() }
        if cursor.matches(key, "usage") || cursor.matches(key, "error") { return cursor.takeNull() }
        if cursor.matches(key, "system_fingerprint") {
            return cursor.takeNull() || known.fingerprint && cursor.skipPlainString()
        }
        if cursor.matches(key, "service_tier") {
            return cursor.takeNull() || known.tier && cursor.skipPlainString()
        }
        if cursor.matches(key, "id") { return known.id && cursor.skipPlainString() }
        if cursor.matches(key, "model") { return known.model && cursor.skipPlainString() }
        for name in Self.skippedStrings where cursor.matches(key, name) { return cursor.skipPlainString() }
        return false
    }

    private static let skippedStrings: [StaticString] = ["object", "provider"]

    private mutating func readChoices(_ cursor: inout JSONCursor, known: Known, found: inout Found) -> Bool {
        guard cursor.take(UInt8(ascii: "[")), cursor.take(UInt8(ascii: "{")) else { return false }
        repeat {
            guard let key = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else { return false }
            if cursor.matches(key, "index") {
                guard cursor.take(UInt8(ascii: "0")), !cursor.continuesNumber else { return false }
            } else if cursor.matches(key, "delta") {
                guard !found.sawDelta, readDelta(&cursor, known: known, found: &found) else { return false }
                found.sawDelta = true
            } else {
                guard Self.nullMembers.contains(where: { cursor.matches(key, $0) }), cursor.takeNull() else {
                    return false
                }
            }
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "}")) && cursor.take(UInt8(ascii: "]")) && found.sawDelta
    }

    private static let nullMembers: [StaticString] = [
        "finish_reason", "logprobs", "native_finish_reason", "stop_reason",
    ]

    private mutating func readDelta(_ cursor: inout JSONCursor, known: Known, found: inout Found) -> Bool {
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        if cursor.take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let key = cursor.plainString(), cursor.take(UInt8(ascii: ":")) else { return false }
            if cursor.matches(key, "content") {
                cursor.skipSpace()
                let start = cursor.offset
                guard found.text == nil, let text = optionalString(&cursor) else { return false }
                found.text = text
                found.textPlace = start..<cursor.offset
            } else if cursor.matches(key, "role") || cursor.matches(key, "channel") {
                guard cursor.takeNull() || cursor.skipPlainString() else { return false }
            } else if cursor.matches(key, "refusal") || cursor.matches(key, "tool_calls")
                || cursor.matches(key, "function_call")
            {
                guard cursor.takeNull() else { return false }
            } else {
                guard readReasoning(key, &cursor, known: known, found: &found) else { return false }
            }
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "}"))
    }

    /// A member that is one of the reasoning fields; the general path takes the first of them that holds text.
    private mutating func readReasoning(
        _ key: Range<Int>, _ cursor: inout JSONCursor, known: Known, found: inout Found
    ) -> Bool {
        guard let rank = known.reasoningFields.firstIndex(where: { cursor.matches(key, field: $0) }), rank < 64 else {
            return false
        }
        let bit: UInt64 = 1 << UInt64(rank)
        guard found.seenRanks & bit == 0 else { return false }
        found.seenRanks |= bit
        guard let text = optionalString(&cursor) else { return false }
        if !text.isEmpty, rank < found.thinking?.rank ?? .max { found.thinking = (text, rank) }
        return true
    }

    /// A string, or null as an empty one; `nil` for anything else.
    private mutating func optionalString(_ cursor: inout JSONCursor) -> String? {
        cursor.takeNull() ? "" : cursor.string(scratch: &scratch)
    }
}
