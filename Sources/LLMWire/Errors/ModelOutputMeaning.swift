/// A test of an error's words for failures of the model itself: what it wrote is no call, or no JSON, and the server says so as an error.
/// Another sample may hold.
enum ModelOutputMeaning {
    private static let authors: Set<String> = ["model", "models", "llm", "assistant", "generation", "generated"]
    private static let products: Set<String> = [
        "output", "outputs", "generation", "completion", "response", "sequence", "json", "call", "calls", "answer",
        "function", "format", "tooluse",
    ]
    private static let writes: Set<String> = [
        "produced", "generated", "output", "returned", "emitted", "wrote", "created", "made", "attempted", "tried",
    ]
    private static let broken: Set<String> = [
        "invalid", "malformed", "unparseable", "unparsable", "incomplete", "match", "conform", "unexpected",
        "unavailable", "unknown", "nonexistent", "incorrect", "wrong", "bad",
    ]
    private static let failing: Set<String> = ["failed", "fails", "unable", "cannot", "error", "failure", "couldn"]
    private static let readings: Set<String> = [
        "parse", "parsing", "decode", "decoding", "validate", "validating", "generate", "generating", "call", "calling",
        "convert", "extract",
    ]
    /// The words for the client's part: the request is at fault.
    private static let sent: Set<String> = [
        "request", "requests", "payload", "body", "message", "messages", "parameter", "parameters", "field", "property",
        "schema", "role", "input", "header", "tools", "template", "url", "image", "found", "token", "tokens", "quota",
        "unsupported", "support", "supported",
    ]

    static func holds(_ words: MessageWords) -> Bool {
        words.sentences.contains { sentence in
            // What the model wrote may follow, with any words in it.
            let sentence = Array(sentence.prefix { $0 != "raw" })
            if readsCall(sentence) { return true }
            let set = Set(sentence)
            guard set.isDisjoint(with: sent) else { return false }
            let isWritten =
                !set.isDisjoint(with: authors) && !set.isDisjoint(with: writes) && !set.isDisjoint(with: broken)
                && !set.isDisjoint(with: products)
            let isUnread =
                !set.isDisjoint(with: failing) && !set.isDisjoint(with: readings) && names(sentence)
            return isWritten || isUnread
        }
    }

    /// "Error parsing tool call": the thing that was read is the call itself, whatever is told of the place.
    private static func readsCall(_ sentence: [String]) -> Bool {
        guard !Set(sentence).isDisjoint(with: failing),
            Set(sentence).isDisjoint(with: ["request", "requests", "message", "messages", "payload", "body", "role"])
        else { return false }
        return sentence.indices.contains { index in
            guard ["parse", "parsing", "decode", "decoding"].contains(sentence[index]) else { return false }
            let object = sentence[(index + 1)...].drop { ["the", "a", "model", "generated", "s"].contains($0) }.prefix(
                2)
            guard let first = object.first, let last = object.last else { return false }
            return ["tool", "function"].contains(first) && last.hasPrefix("call")
        }
    }

    /// "Failed to parse input at pos 12: …": a server that fails reads what its model wrote; what the client sent it would refuse.
    static func isUnread(_ words: MessageWords) -> Bool {
        guard let head = words.sentences.first?.prefix(7), !Set(head).isDisjoint(with: failing),
            Set(head).isDisjoint(with: ["request", "body", "payload", "message", "messages", "syntax", "json"])
        else { return false }
        return !Set(head).isDisjoint(with: ["parse", "parsing"])
            && zip(head, head.dropFirst()).contains { $0 == "at" && ["pos", "position"].contains($1) }
    }

    /// A tool call, a function, the model's output: the thing that could not be read.
    private static func names(_ sentence: [String]) -> Bool {
        sentence.indices.contains { index in
            let rest = sentence[(index + 1)...].prefix(2)
            switch sentence[index] {
            case "tool", "function":
                return rest.contains { $0.hasPrefix("call") || $0 == "use" } || isCalled(sentence, index)
            case "model", "generated", "llm", "assistant": return rest.contains(where: products.contains)
            case "json": return sentence.contains { $0.hasPrefix("generat") }
            default: return false
            }
        }
    }

    /// "Failed to call a function".
    private static func isCalled(_ sentence: [String], _ index: Int) -> Bool {
        sentence[..<index].suffix(3).contains { $0.hasPrefix("call") }
    }
}
