import LLMCore

/// The meaning of a provider's finish word: why a model stopped, or what broke its answer off.
enum FinishMeaning: Sendable, Hashable {
    case stop, length, toolCalls, contentFilter, refusal, pause
    /// The model tried to call a tool and failed.
    case toolFailure
    /// The server broke off: no answer, whatever text came before.
    case failure(AttemptClass)
    case unknown

    var kind: FinishReason.Kind {
        switch self {
        case .stop: .stop
        case .length: .length
        case .toolCalls: .toolCalls
        case .contentFilter: .contentFilter
        case .refusal: .refusal
        case .pause: .pause
        case .toolFailure, .failure, .unknown: .other
        }
    }
}

/// The table from finish words to their meaning, by the words they are made of: `MAX_TOKENS`, `max-output-tokens` and
/// `FinishReason.maxTokens` are one, and so are spellings of servers that nobody has seen yet.
enum FinishReasons {
    /// `nil` for a word that says that there is none yet (`""`, `null`, `None`).
    static func meaning(of word: String) -> FinishMeaning? { usual[word] ?? judged(word) }

    /// Those of nearly all answers, judged once.
    private static let usual: [String: FinishMeaning] = [
        "stop", "length", "tool_calls", "end_turn", "max_tokens", "tool_use", "completed", "STOP", "MAX_TOKENS",
    ].reduce(into: [:]) { $0[$1] = judged($1) }

    private static func judged(_ word: String) -> FinishMeaning? {
        let words = FinishWords(word)
        guard !words.isEmpty else { return nil }
        return rules.first { $0.applies(words) }?.meaning ?? .unknown
    }

    static func reason(_ word: String, _ meaning: FinishMeaning) -> FinishReason {
        FinishReason(kind: meaning.kind, raw: AnswerState.word(word))
    }

    /// One line of the table.
    private struct Rule {
        var applies: @Sendable (FinishWords) -> Bool
        var meaning: FinishMeaning
    }

    private static func any(_ stems: String..., as meaning: FinishMeaning) -> Rule { any(stems, as: meaning) }

    private static func any(_ stems: [String], as meaning: FinishMeaning) -> Rule {
        Rule(applies: { $0.contains(anyOf: stems) }, meaning: meaning)
    }

    private static func both(_ first: [String], _ second: [String], as meaning: FinishMeaning) -> Rule {
        Rule(applies: { $0.contains(anyOf: first) && $0.contains(anyOf: second) }, meaning: meaning)
    }

    /// A word directly behind "no" or "not" is negated.
    private static func not(_ stems: [String], within gap: Int = 0, as meaning: FinishMeaning) -> Rule {
        Rule(applies: { $0.holds(negations, before: stems, gap: gap) }, meaning: meaning)
    }

    private static let negations = [
        "no", "not", "non", "without", "never", "cannot", "couldn", "didn", "isn", "wasn", "hasn", "wouldn",
    ]
    private static let ends = [
        "end", "ends", "ended", "ending", "endof*", "endturn", "finish*", "complete*", "completion", "stop*", "done",
        "eos*", "eot*", "eom*", "success*", "normal*", "final*",
    ]
    private static let tools = ["tool*", "function*", "call", "calls"]
    private static let faults = [
        "malform*", "invalid", "unexpected", "many", "missing", "fail*", "error*", "pars*", "unknown",
    ]

    /// First match wins: what names a failure comes before what names the thing that failed, and a wait or a rate before the plain limit.
    private static let rules: [Rule] = [
        not(["error*", "fail*", "issue*", "problem*"], as: .stop),
        not(["safe", "allowed", "permitted", "appropriate", "acceptable", "compliant"], as: .contentFilter),
        not(
            [
                "filter*", "block*", "flag*", "refus*", "reject*", "declin*", "truncat*", "cut", "limit*", "exceed*",
                "cancel*", "abort*", "interrupt*", "timeout*", "repeat*", "moderat*", "sensitive", "harm*", "toxic*",
                "violat*", "unsafe",
            ], as: .unknown),
        both(
            ["unexpected", "premature*", "abnormal*"], ["eof", "terminat*", "clos*"] + ends, as: .failure(.serverError)),
        both(["terminat*", "clos*"], ["normal*", "stop*", "eos*", "token", "user"], as: .stop),
        both(tools, faults, as: .toolFailure), both(["thought*"], faults, as: .toolFailure),
        // What the model wrote could not be read: its own failure, as a broken call is.
        both(
            ["malform*", "invalid", "unpars*"],
            ["output*", "response*", "json", "generation*", "completion*", "schema"],
            as: .toolFailure),
        any(
            "filter*", "safety", "unsafe", "sensitive", "guardrail*", "moderat*", "block*", "prohibit*", "policy",
            "policies", "violat*", "harmful", "harm", "toxic*", "censor*", "recitation", "copyright*", "spii", "pii",
            "armor", "nsfw", "risk*", "forbidden", "inappropriate", "flag*", "disallow*", "illegal", "restricted",
            "abus*", "jailbreak*", "banned", "compliance", "language", "protected", "sexual*", "violen*", "hate*",
            "profan*", "csam", "malicious", "denied", as: .contentFilter),
        any("refus*", "declin*", "reject*", as: .refusal),
        any("timeout*", "timedout", "deadline*", "expired", "stall*", as: .failure(.timeoutTotal)),
        both(["time", "timed"], ["out", "limit*", "exceed*", "up"], as: .failure(.timeoutTotal)),
        both(["rate", "rates", "request", "requests"], ["limit*", "exceed*"], as: .failure(.rateLimited)),
        any("ratelimit*", "throttl*", as: .failure(.rateLimited)),
        any("quota*", "credit*", "balance", "billing", as: .failure(.quotaExhausted)),
        // "Error: limit" is Cohere's word for a context that is full.
        both(["error*", "fail*"], ["limit*", "length", "max", "token*", "context"], as: .length),
        any("overload*", "busy", "capacity", "resource*", "oom", "memory", as: .failure(.overloaded)),
        any(
            "error*", "fail*", "fault*", "abort*", "cancel*", "interrupt*", "network", "connection", "exception*",
            "crash*", "disconnect*", "unavailable", "internal", "server", "kill*", "evict*", "preempt*", "shutdown",
            "panic*", "malform*", "broken", "lost", "dropped", "disrupt*", "terminat*", "died", "dead", "upstream",
            "unreach*", "hang*", "hung", "clos*", "retry*", "load", "loading", "unload*", as: .failure(.serverError)),
        not(ends, within: 1, as: .length),
        any(
            "length", "max", "maximum", "limit*", "truncat*", "incomplete", "repet*", "repeat*", "loop*", "cutoff",
            "cut", "context", "window", "overflow*", "exceed*", "budget", "partial*", "unfinished", "long",
            "degenerat*",
            as: .length),
        any("pause*", "pausing", as: .pause),
        any("tool*", "function*", "call", "calls", as: .toolCalls),
        any(ends + ["ok", "natural*"], as: .stop),
    ]
}

extension FinishMeaning {
    /// It tells of a failure, a filter or a cut: of two words that disagree this one is believed.
    var isTrouble: Bool {
        switch self {
        case .length, .contentFilter, .refusal, .toolFailure, .failure: true
        case .stop, .toolCalls, .pause, .unknown: false
        }
    }
}

extension FinishReasons {
    /// The members of a choice that hold its finish word, the usual first.
    private static let places = [
        "finish_reason", "finishReason", "stop_reason", "done_reason", "stopReason", "completionReason",
        "completion_reason",
    ]
    /// The word of the model's own server, which a gateway repeats beside its own.
    private static let nativePlaces = ["native_finish_reason", "nativeFinishReason"]

    /// The finish word of a choice, and another that says more of the trouble.
    static func word(in choice: JSONValue) -> (word: String, detail: String?)? {
        let native = nativePlaces.compactMap { text(of: choice[$0]) }.first
        // Beside a finish word vLLM's `stop_reason` is the text at which it stopped.
        guard let own = places.compactMap({ text(of: choice[$0]) }).first(where: { meaning(of: $0) != nil }) else {
            return native.flatMap { meaning(of: $0) == nil ? nil : ($0, nil) }
        }
        return (own, worse(native, than: own))
    }

    /// The second word, where it tells of trouble and the first does not.
    static func worse(_ detail: String?, than word: String) -> String? {
        guard let detail, meaning(of: detail)?.isTrouble == true, meaning(of: word)?.isTrouble != true else {
            return nil
        }
        return detail
    }

    /// A word, or SGLang's object of that type.
    private static func text(of value: JSONValue?) -> String? { value?.string ?? value?["type"]?.string }
}

/// A finish word taken apart: `FINISH_REASON_MAX_TOKENS`, `maxTokens` and `max-tokens` all are "max", "tokens".
struct FinishWords {
    private var parts: [String]
    var isEmpty: Bool { parts.isEmpty }

    init(_ word: String) {
        parts = NameWords.split(word.prefix(200))
        dropName()
        if [["null"], ["none"], ["nil"], ["undefined"]].contains(parts) { parts = [] }
    }

    /// An enumeration's own name in front of its case (`FinishReason.STOP`, `STOP_REASON_LENGTH`) says nothing.
    private mutating func dropName() {
        if parts.count > 1, parts[0].hasSuffix("reason") { return parts = Array(parts.dropFirst()) }
        guard parts.count > 2, parts[1] == "reason" else { return }
        parts = Array(parts.dropFirst(2))
    }

    /// Returns `true` when one of `first` stands before one of `stems`, with at most `gap` parts between them.
    func holds(_ first: [String], before stems: [String], gap: Int) -> Bool {
        parts.indices.contains { index in
            first.contains(parts[index])
                && parts[(index + 1)...].prefix(gap + 1).contains { Self.matches($0, stems) }
        }
    }

    /// Returns `true` when a part is one of these; a stem that ends in `*` stands for all words that begin with it.
    func contains(anyOf stems: [String]) -> Bool {
        parts.contains { Self.matches($0, stems) }
    }

    private static func matches(_ part: String, _ stems: [String]) -> Bool {
        stems.contains { $0.hasSuffix("*") ? part.hasPrefix($0.dropLast()) : part == $0 }
    }
}
