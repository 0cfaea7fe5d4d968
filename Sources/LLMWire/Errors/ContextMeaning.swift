/// A test of an error's words for context overflow: by the counted thing, the limit and a word for exceeding, not by a
/// phrase that some server uses today.
enum ContextMeaning {
    /// - Parameters:
    ///   - codes: Words of the body's codes and types.
    ///   - status: A refusal for the rate must say "context" or "prompt" to be one of these.
    static func isOverflow(_ words: MessageWords, codes: [MessageWords], status: Int?) -> Bool {
        // An account in want of money is told how many tokens it could pay.
        if status == 401 || status == 402 || status == 451 { return false }
        if codes.contains(where: isOverflowCode), !isPerTime(words), !codes.contains(where: { $0.has("quota") }) {
            return true
        }
        if hasNoRoom(words) { return true }
        let isExceeded = exceeds(words)
        if namesContext(words) {
            // "Prompt has 9000 tokens, but the configured context size is 4096": two counts are compared, in whatever words.
            let isCompared = namesPrompt(words) && words.numbers.filter(isCount).count > 1
            return (isExceeded || words.has(bounds) || isCompared)
                && (namesPrompt(words) || !words.has(MessageWords.outputLimit))
        }
        guard isExceeded, !isRate(words), !isOtherSize(words), !isHeldAgainstLittle(words) else { return false }
        if namesPrompt(words), words.has(measures) || words.pair(["batch"], ["size"]) { return true }
        return status != 429 && countsRequest(words)
    }

    /// "max_tokens must be at least 1, got -512": what the prompt leaves of the context is less than nothing. A full cache is the same.
    private static func hasNoRoom(_ words: MessageWords) -> Bool {
        if words.pair("kv", "cache"), words.has(["full", "space", "exhausted", "slot"]) { return true }
        guard words.has(MessageWords.outputLimit), words.pair("at", "least") else { return false }
        let tokens = words.tokens
        return tokens.indices.dropFirst(2).contains { index in
            guard case .number(let number) = tokens[index], number > 1, tokens[index - 1] == .mark("-") else {
                return false
            }
            // "gpt-4" is a name.
            return [.word("got"), .word("given"), .word("received"), .word("is")].contains(tokens[index - 2])
        }
    }

    // MARK: Codes

    private static func isOverflowCode(_ code: MessageWords) -> Bool {
        if code.has(["per", "rate", "output", "completion", "string", "array"]) { return false }
        if code.has(["context", "ctx"]), code.hasStem(["length", "window", "size", "overflow", "exce", "limit"]) {
            return true
        }
        let isTooLong =
            code.hasStem(["exceed"]) || code.has("reached") || code.pair("too", "long") || code.pair("too", "many")
        return isTooLong
            && (code.has(["prompt", "input"]) && code.has(["tokens", "token", "length", "long"])
                || code.has(["tokens", "token"]) || code.has(MessageWords.outputLimit))
    }

    // MARK: What is counted

    private static let holders: Set<String> = ["context", "ctx"]
    private static let contextMeasures: Set<String> = [
        "length", "window", "windows", "size", "limit", "len", "overflow", "overflows", "overflowed", "tokens",
        "budget",
        "capacity", "exceeded", "exceeds",
    ]

    private static func namesContext(_ words: MessageWords) -> Bool {
        words.has("ctx") || words.pair(holders, contextMeasures, gap: 2)
            || words.pair(["length", "window", "size", "limit"], holders, gap: 2)
            || words.pair(["model", "sequence"], ["length", "len"])
            || words.pair(["model"], ["token", "tokens"])
                && words.pair(["token", "tokens"], ["limit"])
    }

    private static let promptWords: Set<String> = [
        "prompt", "prompts", "input", "inputs", "message", "messages", "conversation", "history",
    ]

    /// "Input should be at least 1" is about a parameter.
    private static func namesPrompt(_ words: MessageWords) -> Bool {
        if words.has(promptWords.subtracting(["input"])) { return true }
        return words.has("input") && !words.pair("input", "should", gap: 0)
    }

    /// "Tokens in request more than max tokens allowed", "request body too large for model: max size 8000 tokens".
    private static func countsRequest(_ words: MessageWords) -> Bool {
        guard words.has(["token", "tokens"]),
            words.has(["request", "requested", "model"]) || isStatedMaximum(words)
        else { return false }
        // The answer's tokens, or those that were asked for: a parameter, not the prompt.
        if words.has([MessageWords.outputLimit, "output", "completion", "generated", "thinking", "reasoning"]) {
            return false
        }
        return !words.pair(["tokens"], ["you", "requested", "value", "parameter"]) && !words.has(["wait", "waiting"])
    }

    /// "Max tokens of 131072 exceeded".
    private static func isStatedMaximum(_ words: MessageWords) -> Bool {
        words.pair(["max", "maximum"], ["tokens"]) && words.hasStem(["exceed"])
            && words.numbers.contains { $0 >= 1_000 }
            && !words.has(["must", "should", "value", "parameter", "invalid"])
    }

    private static let measures: Set<String> = [
        "token", "tokens", "length", "long", "longer", "lengthy", "characters", "chars",
    ]

    // MARK: What it is held against

    private static let bounds: Set<String> = [
        "maximum", "max", "limit", "limits", "limited", "only", "up", "most", "supports", "allowed", "available",
        "enough",
    ]

    private static func exceeds(_ words: MessageWords) -> Bool {
        words.hasStem(["exceed", "overflow", "surpass", "truncat", "shorten"])
            || words.has(["longer", "larger", "greater", "bigger", "reduce", "shorter", "above", "beyond"])
            || words.pair(["too"], ["long", "large", "many", "big", "much"])
            || words.pair(["more", "less", "fewer", "no"], ["than", "more"])
            || words.pair(["not"], ["enough", "fit", "fits"], gap: 1) || words.pair("range", "should", gap: 4)
            || words.has(mark: ">") || words.has(mark: "<") || words.has(mark: "≤")
            || words.has(bounds) && words.numbers.filter(isCount).count > 1 || isBoundOfPrompt(words)
    }

    /// "The max input characters is 5120": who is told the bound has passed it.
    private static func isBoundOfPrompt(_ words: MessageWords) -> Bool {
        words.pair(["max", "maximum"], ["input", "prompt"], gap: 1) && words.numbers.contains { $0 >= 512 }
    }

    /// Every number that something is held against is small: lists and identifiers are counted so, prompts are not.
    private static func isHeldAgainstLittle(_ words: MessageWords) -> Bool {
        let comparisons: Set<String> = [
            "than", "exceed", "exceeds", "most", "maximum", "max", "limit", "length", "size",
        ]
        let links: Set<String> = ["to", "of", "is", "equal", "or", "up"]
        var held: [Double] = []
        for (index, token) in words.tokens.enumerated() {
            guard case .number(let number) = token else { continue }
            let before = words.tokens[..<index].last {
                if case .word(let word) = $0 { !links.contains(word) } else { $0 != .mark(":") && $0 != .mark("=") }
            }
            guard case .word(let word)? = before, comparisons.contains(word) else { continue }
            let next = index + 1 < words.tokens.count ? words.tokens[index + 1] : nil
            held.append([.word("k"), .word("m"), .word("million")].contains(next) ? number * 1_000 : number)
        }
        return held.max().map { $0 < 256 } ?? false
    }

    // MARK: What it is not

    private static let rates: Set<String> = [
        "tpm", "rpm", "tpd", "rpd", "rate", "quota", "throttled", "throttling", "minute", "daily", "hourly",
        "weekly", "monthly", "credits", "credit", "afford", "concurrency", "concurrent", "plan", "balance",
    ]

    /// "Per request" is what one prompt may hold.
    private static func isRate(_ words: MessageWords) -> Bool {
        words.has(rates) || words.has("per") && (isPerTime(words) || !words.pair(["per"], single))
    }

    private static let single: Set<String> = ["request", "prompt", "call", "message", "query", "input", "sequence"]

    /// A limit of a minute, a day or a month is no limit of one prompt.
    private static func isPerTime(_ words: MessageWords) -> Bool {
        words.pair(["per"], ["second", "sec", "minute", "min", "hour", "day", "week", "month"], gap: 1)
            || words.has(["tpm", "rpm", "tpd", "rpd", "tph", "daily", "hourly", "weekly", "monthly"])
    }

    /// Sizes of other things: bytes of a body, pictures, fields and lists.
    private static let otherSizes: Set<String> = [
        "byte", "bytes", "kb", "mb", "gb", "kib", "mib", "payload", "image", "images", "pixel", "pixels", "pdf", "page",
        "pages", "audio", "video", "file", "files", "string", "array", "schema", "header", "headers", "url",
    ]

    /// The content of a message is the prompt even where it is called a string, when its bound is that of a prompt.
    private static func isOtherSize(_ words: MessageWords) -> Bool {
        guard words.has(otherSizes) else { return false }
        if words.pair("string", "long", gap: 1), words.has(["content", "input", "prompt"]) {
            return !words.numbers.contains { $0 >= 65_536 }
        }
        // "Tokens of image and text": tokens are counted, whatever they came from.
        return !words.has("tokens") || !words.has(["image", "images", "audio", "video", "file", "files", "pdf"])
            || words.has(sizesInBytes)
    }

    private static let sizesInBytes: Set<String> = [
        "byte", "bytes", "kb", "mb", "gb", "kib", "mib", "payload", "pixel", "pixels", "string", "array", "schema",
    ]

    // MARK: Counts

    /// The tokens of the prompt and those that the context holds, as far as the sentence gives them.
    static func counts(in words: MessageWords) -> (prompt: Int?, limit: Int?) {
        var counts: [Double] = []
        for (index, token) in words.tokens.enumerated() {
            guard case .number(let number) = token, isCount(number) else { continue }
            // "Exceeded by 19296 tokens" is a difference.
            if index > 0, words.tokens[index - 1] == .word("by") { continue }
            counts.append(number)
        }
        guard let most = counts.max() else { return (nil, nil) }
        let limit = compared(words) ?? held(words, among: counts) ?? counts.filter { $0 < most }.max()
        let prompt = counts.filter { $0 != limit }.max()
        return (prompt.map { Int($0) }, limit.map { Int($0) })
    }

    private static func isCount(_ number: Double) -> Bool {
        number >= 100 && number < 1e9 && number == number.rounded()
    }

    /// The number behind `>`: "187254 + 20000 > 204798".
    private static func compared(_ words: MessageWords) -> Double? {
        let tokens = words.tokens
        for index in tokens.indices where tokens[index] == .mark(">") {
            let next = tokens[(index + 1)...].first { $0 != .mark("=") && $0 != .mark("(") }
            if case .number(let number)? = next, isCount(number) { return number }
        }
        return nil
    }

    /// The number behind a word for a bound: "maximum context length is 4097 tokens".
    private static func held(_ words: MessageWords, among counts: [Double]) -> Double? {
        var distance: Int?
        for token in words.tokens {
            switch token {
            case .word(let word) where bounds.contains(word) && word != "only": distance = 0
            case .number(let number):
                if let near = distance, near < 6, counts.contains(number) { return number }
                distance = nil
            default: distance = distance.map { $0 + 1 }
            }
        }
        return nil
    }
}
