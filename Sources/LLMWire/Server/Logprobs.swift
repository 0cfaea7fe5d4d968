import LLMCore

/// Log probabilities of an answer's tokens in the two dialects that have them.
enum Logprobs {
    // MARK: Chat completions

    /// Of the `logprobs` of a choice; empty where it has none.
    static func openAI(_ value: JSONValue?) -> [TokenLogprob] {
        ((value?["content"]?.array ?? []) + (value?["refusal"]?.array ?? [])).compactMap { entry in
            openAICandidate(entry).map {
                TokenLogprob(chosen: $0, top: (entry["top_logprobs"]?.array ?? []).compactMap(openAICandidate))
            }
        }
    }

    private static func openAICandidate(_ value: JSONValue) -> TokenLogprob.Candidate? {
        guard let token = value["token"]?.string, let logprob = value["logprob"]?.double else { return nil }
        let bytes = value["bytes"]?.array?.compactMap { $0.int.flatMap(UInt8.init(exactly:)) }
        return TokenLogprob.Candidate(token: token, logprob: logprob, bytes: bytes)
    }

    static func openAI(_ tokens: [TokenLogprob]) -> JSONValue {
        let content = tokens.map { token -> JSONValue in
            var entry = openAI(token.chosen)
            entry["top_logprobs"] = .array(token.top.map { .object(openAI($0)) })
            return .object(entry)
        }
        return ["content": .array(content), "refusal": .null]
    }

    private static func openAI(_ candidate: TokenLogprob.Candidate) -> JSONObject {
        [
            "token": .string(candidate.token), "logprob": JSONValue(candidate.logprob),
            "bytes": .array((candidate.bytes ?? Array(candidate.token.utf8)).map { JSONValue(Int($0)) }),
        ]
    }

    // MARK: Gemini

    /// Of the `logprobsResult` of a candidate; empty where it has none.
    static func gemini(_ value: JSONValue?) -> [TokenLogprob] {
        let top = value?["topCandidates"]?.array ?? []
        return (value?["chosenCandidates"]?.array ?? []).enumerated().compactMap { place, entry in
            geminiCandidate(entry).map { chosen in
                let others = place < top.count ? top[place]["candidates"]?.array ?? [] : []
                return TokenLogprob(chosen: chosen, top: others.compactMap(geminiCandidate))
            }
        }
    }

    private static func geminiCandidate(_ value: JSONValue) -> TokenLogprob.Candidate? {
        // Google leaves out a value that is zero.
        guard let token = value["token"]?.string else { return nil }
        return TokenLogprob.Candidate(token: token, logprob: value["logProbability"]?.double ?? 0)
    }

    static func gemini(_ tokens: [TokenLogprob]) -> JSONValue {
        var result: JSONObject = ["chosenCandidates": .array(tokens.map { gemini($0.chosen) })]
        if tokens.contains(where: { !$0.top.isEmpty }) {
            result["topCandidates"] = .array(tokens.map { ["candidates": .array($0.top.map(gemini))] })
        }
        return .object(result)
    }

    private static func gemini(_ candidate: TokenLogprob.Candidate) -> JSONValue {
        ["token": .string(candidate.token), "logProbability": JSONValue(candidate.logprob)]
    }
}
