import LLMCore

/// Compares what was observed with what an independent reader found.
enum CorpusComparison {
    static func matches(_ key: String, expected: JSONValue, observed: JSONValue, in exchange: Exchange) -> Bool {
        switch key {
        case "error", "stream_error", "response_error": matchesFailure(expected, observed, in: exchange)
        case "tool_calls": matchesCalls(expected, observed)
        // `0` for a count that the wire leaves out, and the same figure in another spelling.
        default: isSame(expected, observed)
        }
    }

    /// Equality in which a number is its value, not its spelling: `7.5669e-05` is `0.000075669`.
    private static func isSame(_ expected: JSONValue, _ observed: JSONValue) -> Bool {
        switch (expected, observed) {
        case (.number(let left), .number(let right)):
            guard let exact = ExactDecimal(left.literal), let other = ExactDecimal(right.literal) else {
                return left == right
            }
            return exact == other
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(isSame)
        case (.object(let left), .object(let right)):
            return left.members.count == right.members.count
                && left.members.allSatisfy { member in right[member.key].map { isSame(member.value, $0) } ?? false }
        default: return expected == observed
        }
    }

    private static func matchesFailure(_ expected: JSONValue, _ observed: JSONValue, in exchange: Exchange) -> Bool {
        (expected.object?.members ?? []).allSatisfy { member in
            let found = observed[member.key] ?? .null
            switch member.key {
            case "message": return found.string == Redaction.message(member.value.string ?? "")
            case "code": return (member.value.number?.literal ?? member.value.string) == found.string
            // In the Responses API the reader gave the type of the event; a failure holds the type of the error in it.
            case "type" where exchange.dialect == .openaiResponses && member.value == "error":
                return found.string != nil
            default: return member.value == found
            }
        }
    }

    /// Arguments compare as JSON where they are JSON: a reader's spacing is its own.
    private static func matchesCalls(_ expected: JSONValue, _ observed: JSONValue) -> Bool {
        guard let expected = expected.array, let observed = observed.array, expected.count == observed.count else {
            return false
        }
        return zip(expected, observed).allSatisfy { wanted, found in
            (wanted.object?.members ?? []).allSatisfy { member in
                let value = found[member.key] ?? .null
                if member.value == value || member.value.isNull && value == "" { return true }
                guard member.key == "arguments", let left = try? JSONValue.parse(member.value.string ?? ""),
                    let right = try? JSONValue.parse(value.string ?? "")
                else { return false }
                return left == right
            }
        }
    }
}
