/// The part of the providers' prompt caches in one call: where the prompt was warm, what each candidate would have cost, what the caches
/// saved and what a switch cost.
public struct PromptCacheUse: Sendable, Hashable {
    /// A candidate with its warm tokens and its expected cost.
    public struct Option: Sendable, Hashable {
        public var model: ModelID
        /// The key whose account holds the cache; `nil` where it is cold, or has no key.
        public var key: KeyFingerprint?
        /// Tokens of the prompt that are cached there; 0 where it is cold.
        public var warmTokens: Int
        /// The provider did not report the cached tokens: it caches unasked, and promises nothing.
        public var isEstimate: Bool
        /// The time that the cache lives on without use; `nil` where it is cold.
        public var lifeLeft: Duration?
        /// The expected cost of this turn; `nil` unknown.
        public var cost: USD?
        /// The expected cost of ``PromptCacheUse/turns`` turns from this one on; `nil` unknown.
        public var costOfTurns: USD?

        public init(
            model: ModelID, key: KeyFingerprint? = nil, warmTokens: Int = 0, isEstimate: Bool = false,
            lifeLeft: Duration? = nil, cost: USD? = nil, costOfTurns: USD? = nil
        ) {
            self.model = model
            self.key = key
            self.warmTokens = warmTokens
            self.isEstimate = isEstimate
            self.lifeLeft = lifeLeft
            self.cost = cost
            self.costOfTurns = costOfTurns
        }
    }

    /// A turn that was answered elsewhere than where its prompt was warm.
    public struct Switch: Sendable, Hashable {
        public var from: ModelID
        public var to: ModelID
        /// Tokens that were cached there and had to be read afresh.
        public var tokensLeft: Int
        /// The provider that was left did not report its cached tokens.
        public var isEstimate: Bool
        /// The turn's cost less what the same tokens would have cost where they were warm: below zero where the switch was cheaper all the
        /// same; `nil` unknown.
        public var cost: USD?

        public init(from: ModelID, to: ModelID, tokensLeft: Int, isEstimate: Bool = false, cost: USD? = nil) {
            self.from = from
            self.to = to
            self.tokensLeft = tokensLeft
            self.isEstimate = isEstimate
            self.cost = cost
        }
    }

    /// The prompt's expected tokens; `nil` where nothing was warm, so that nothing was compared.
    public var promptTokens: Int?
    /// Turns over which the candidates were compared, this one included.
    public var turns: Int
    /// The candidates that were compared, in the order they would be tried; empty where nothing was warm.
    public var options: [Option]
    /// The saving by cached tokens of all attempts, less the surcharge of writing them: below zero for a turn that writes;
    /// `nil` unknown.
    public var saved: USD?
    /// `nil` where the prompt was answered where it was warm, or was warm nowhere.
    public var change: Switch?

    public init(
        promptTokens: Int? = nil, turns: Int = 1, options: [Option] = [], saved: USD? = .zero, change: Switch? = nil
    ) {
        self.promptTokens = promptTokens
        self.turns = turns
        self.options = options
        self.saved = saved
        self.change = change
    }
}

extension PromptCacheUse.Switch {
    /// The sentence for people: `switch cost: $0.0123 (18 400 cached tokens left behind at openai/gpt-5)`.
    public var summary: String {
        let place = to == from ? "under another key of \(from)" : "at \(from)"
        let left = "\(isEstimate ? "about " : "")\(NumberText.count(tokensLeft)) cached tokens left behind \(place)"
        guard let cost else { return "switch cost: unknown (\(left))" }
        if cost < .zero { return "switch saved: \(NumberText.dollars(.zero - cost)) all the same (\(left))" }
        return "switch cost: \(NumberText.dollars(cost)) (\(left))"
    }
}

extension PromptCacheUse.Option {
    /// The sentence for people: `18 400 tokens warm for another 240 s, $0.0031 this turn`.
    public func summary(turns: Int) -> String {
        let warm =
            warmTokens == 0
            ? "cold"
            : "\(isEstimate ? "about " : "")\(NumberText.count(warmTokens)) tokens warm"
                + (lifeLeft.map { " for another \(Int(($0.milliseconds / 1_000).rounded())) s" } ?? "")
        let turn = cost.map { ", \(NumberText.dollars($0)) this turn" } ?? ", cost unknown"
        let all = turns > 1 ? costOfTurns.map { ", \(NumberText.dollars($0)) over \(turns) turns" } ?? "" : ""
        return warm + turn + all
    }
}

// MARK: The member `prompt_cache` of a decision

extension PromptCacheUse {
    /// Members that are unknown are left out.
    var json: JSONValue {
        var object: JSONObject = ["turns": JSONValue(turns)]
        object["prompt_tokens"] = promptTokens.map { JSONValue($0) }
        if !options.isEmpty { object["options"] = .array(options.map(\.json)) }
        object["saved_usd"] = saved.map { JSONValue($0) }
        object["switch"] = change?.json
        return .object(object)
    }

    init(json: JSONValue) {
        self.init(
            promptTokens: json["prompt_tokens"]?.int, turns: json["turns"]?.int ?? 1,
            options: (json["options"]?.array ?? []).compactMap(Option.init(json:)),
            saved: json["saved_usd"]?.string.flatMap { USD($0) }, change: json["switch"].flatMap(Switch.init(json:)))
    }
}

extension PromptCacheUse.Option {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["model": .string(model.description), "warm_tokens": JSONValue(warmTokens)]
        object["key"] = key.map { .string($0.rawValue) }
        if isEstimate { object["estimated"] = true }
        object["life_left_ms"] = lifeLeft.map { JSONValue($0.milliseconds) }
        object["cost_usd"] = cost.map { JSONValue($0) }
        object["turns_cost_usd"] = costOfTurns.map { JSONValue($0) }
        return .object(object)
    }

    fileprivate init?(json: JSONValue) {
        guard let model = json["model"]?.string.flatMap({ ModelID($0) }) else { return nil }
        self.init(
            model: model, key: json["key"]?.string.map(KeyFingerprint.init(rawValue:)),
            warmTokens: json["warm_tokens"]?.int ?? 0, isEstimate: json["estimated"] == true,
            lifeLeft: json["life_left_ms"]?.double.map { .milliseconds($0) },
            cost: json["cost_usd"]?.string.flatMap { USD($0) },
            costOfTurns: json["turns_cost_usd"]?.string.flatMap { USD($0) })
    }
}

extension PromptCacheUse.Switch {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "from": .string(from.description), "to": .string(to.description), "tokens_left": JSONValue(tokensLeft),
        ]
        if isEstimate { object["estimated"] = true }
        object["cost_usd"] = cost.map { JSONValue($0) }
        return .object(object)
    }

    fileprivate init?(json: JSONValue) {
        guard let from = json["from"]?.string.flatMap({ ModelID($0) }),
            let to = json["to"]?.string.flatMap({ ModelID($0) })
        else { return nil }
        self.init(
            from: from, to: to, tokensLeft: json["tokens_left"]?.int ?? 0, isEstimate: json["estimated"] == true,
            cost: json["cost_usd"]?.string.flatMap { USD($0) })
    }
}
